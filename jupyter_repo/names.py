"""Legal names, and the normal forms under which names are compared.

Accounts: letters, digits and single inner hyphens (users also `_` and `.`), 2-39 characters,
case-insensitive, none of `RESERVED`. Packages are compared after PEP 503, which is also stricter than
conda's own rule, so that one name means one package in a channel whatever client asks.
Sources: PEP 503, PEP 440, conda's CEP 26 (package, build, subdir, label and file name forms).
"""

from __future__ import annotations

import re
import unicodedata

from .errors import InvalidName

RESERVED = frozenset(
    # every first path segment that the site uses or may come to use, and words with a meaning in addresses
    """about account accounts admin api app archive assets atom auth avatar billing blog can cdn channel channels
    conda conda-notices contact dashboard device dist docs download downloads environments events explore
    favicon favicon.ico favorites feed feeds files group groups health healthz help home hub invitation invite jupyter
    jupyter-repo label labels landscape legacy login logout main me metrics new nobody none notebooks
    notices notifications null oauth oauth_callback oidc org organization organizations orgs owners packages password
    plans plugins ping private profile public pypi quarantine readyz register repo robots robots.txt root-admin
    scopes search security session sessions settings share shared signin signout signup simple site
    sitemap star stars static status store support system t team teams terms token tokens undefined
    upload user users view-all web well-known .well-known www""".split()
)

_ORGANIZATION = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9])*")
_USER = re.compile(r"[A-Za-z0-9](?:[-_.]?[A-Za-z0-9])*")
_PACKAGE = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?")
_VERSION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+!-]*")
_LABEL = re.compile(r"[A-Za-z][0-9A-Za-z_.\-]*(?:/[0-9A-Za-z_.\-]+)*")
_SUBDIR = re.compile(r"noarch|[a-z0-9]+-[a-z0-9]+")
_FILENAME = re.compile(r"[^\x00-\x1f\x7f/\\]+")

MAIN_LABEL = "main"


def account_key(name: str) -> str:
    """The form under which account names are compared: there is one `Ada`, also when written `ada`."""
    return name.lower()


def check_account(name: str, *, organization: bool = False) -> str:
    """`name` if an account may be called so; raises InvalidName that says what is allowed."""
    form = _ORGANIZATION if organization else _USER
    what = "an organization" if organization else "a user"
    if not 2 <= len(name) <= 39:
        raise InvalidName(f"{name!r} can't be the name of {what}: use 2 to 39 characters")
    if not form.fullmatch(name):
        allowed = "letters, digits and single inner hyphens" + ("" if organization else ", dots or underscores")
        raise InvalidName(f"{name!r} can't be the name of {what}: use {allowed}")
    if account_key(name) in RESERVED:
        raise InvalidName(f"{name!r} is a reserved word; choose another name")
    return name


def account_from(text: str) -> str:
    """The nearest legal user name to `text` (an operating system's user name, say); `me-…` in need."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[-_.]{2,}", "-", re.sub(r"[^A-Za-z0-9._-]+", "-", plain)).strip("-_.")[:39].rstrip("-_.")
    if len(name) < 2 or account_key(name) in RESERVED:
        name = f"user-{name}" if name else "user-one"
    return check_account(name.lower())


def package_key(name: str) -> str:
    """PEP 503's normal form: `My_Pkg`, `my-pkg` and `my.pkg` are one package of a channel."""
    return re.sub(r"[-_.]+", "-", name).lower()


def check_package(name: str) -> str:
    """`name` if a package may be called so."""
    if len(name) > 128 or not _PACKAGE.fullmatch(name) or package_key(name) in ("", "-", "settings"):
        raise InvalidName(
            f"{name!r} can't be the name of a package: use letters, digits, '.', '_' and '-' (at most 128), "
            "beginning and ending with a letter or digit"
        )
    return name


def slug(text: str) -> str:
    """A package name made from a title or a file name: `My Analysis (2).ipynb` -> `my-analysis-2`.

    Returns `untitled` where nothing usable is left.
    """
    plain = unicodedata.normalize("NFKD", text.removesuffix(".ipynb")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9._]+", "-", plain.lower()).strip("-._")[:100].strip("-._") or "untitled"


def check_version(version: str) -> str:
    """`version` if a release may be called so."""
    if len(version) > 128 or not _VERSION.fullmatch(version):
        raise InvalidName(f"{version!r} can't be a version: use letters, digits and '.', '_', '+', '!', '-'")
    return version


def check_label(label: str) -> str:
    """`label` if files may carry it (CEP 26; it may hold `/`, but no segment `t`, which announces a token).

    Nor a segment after the first that the addresses of labels use: `…/a/lock`, `…/a/copy/b`, `…/a/at/2026-11-20`.
    """
    segments = label.split("/")
    taken = "t" in segments or {"lock", "copy", "at"} & set(segments[1:])
    if len(label) > 128 or not _LABEL.fullmatch(label) or taken or label == "nolabel":
        raise InvalidName(
            f"{label!r} can't be a label: begin with a letter and use letters, digits, '.', '_', '-' and '/'"
        )
    return label


def check_subdir(subdir: str) -> str:
    """`subdir` if it is a conda platform directory such as `noarch` or `linux-64`."""
    if len(subdir) > 32 or not _SUBDIR.fullmatch(subdir):
        raise InvalidName(f"{subdir!r} is not a conda platform (noarch, linux-64, osx-arm64, …)")
    return subdir


def check_filename(filename: str) -> str:
    """`filename` if it is one plain path segment that every client and file system can carry."""
    if len(filename.encode()) > 211 or filename in (".", "..") or not _FILENAME.fullmatch(filename):
        raise InvalidName(f"{filename!r} can't be a file name here: one plain name without '/', at most 211 bytes")
    return filename
