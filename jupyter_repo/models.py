"""The frozen values that cross a boundary between layers, and between server and client.

They hold what is true of a thing, never how it is stored or shown. Times are timezone-aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

NOTEBOOK_METADATA = "jupyter_repo"
"""The key of a notebook's metadata under which the panel remembers how it was published."""


class Kind(StrEnum):
    """What a package is. The values are anaconda-client's words for them (`package_types`)."""

    CONDA = "conda"
    PYPI = "pypi"
    NOTEBOOK = "ipynb"
    ENVIRONMENT = "env"
    FILE = "file"

    @property
    def noun(self) -> str:
        """The word people read."""
        return {
            Kind.CONDA: "conda package",
            Kind.PYPI: "Python package",
            Kind.NOTEBOOK: "notebook",
            Kind.ENVIRONMENT: "environment",
            Kind.FILE: "file",
        }[self]


class Visibility(StrEnum):
    """Who may see a package without a grant."""

    PUBLIC = "public"
    AUTHENTICATED = "authenticated"
    """any signed-in account"""
    UNLISTED = "unlisted"
    """anyone who has the address; in no list, search or index"""
    PRIVATE = "private"


class AccountKind(StrEnum):
    """A channel belongs to a person or to an organization."""

    USER = "user"
    ORGANIZATION = "org"


@dataclass(frozen=True)
class Account:
    """A user or an organization; each is a channel of the same name."""

    id: int
    name: str
    kind: AccountKind
    created_at: datetime
    email: str = ""
    display_name: str = ""
    is_admin: bool = False
    disabled: bool = False
    must_change_password: bool = False
    """the password is a first one that somebody else chose"""
    generation: int = 0
    """counts the changes of the channel; indexes are cached under it"""


@dataclass(frozen=True)
class Token:
    """A bearer credential bound to one channel; its secret is not kept anywhere."""

    id: int
    name: str
    channel: str
    maker: str
    scopes: tuple[str, ...]
    display: str
    """the first characters of the secret, to tell tokens apart"""
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    hostname: str = ""
    is_login: bool = False
    """a client's sign-in, good for all channels of its maker"""
    addresses: tuple[str, ...] = ()
    """networks it may be used from; none: from anywhere"""


@dataclass(frozen=True)
class Group:
    """Members of an organization who share one level on the packages the group lists."""

    id: int
    organization: str
    name: str
    level: str
    """`read`, `read-write` or `admin`; the built-in Owners have `owner`"""
    members: int = 0
    packages: int = 0


@dataclass(frozen=True)
class Package:
    """A named thing of one channel, with releases."""

    id: int
    channel: str
    name: str
    kinds: tuple[Kind, ...]
    summary: str
    visibility: Visibility
    created_at: datetime
    updated_at: datetime
    latest_version: str | None = None
    attrs: Mapping[str, object] = field(default_factory=dict)
    status: str = "active"
    """PEP 792: active, archived, quarantined, deprecated"""
    status_reason: str = ""
    held_by_site: bool = False
    """quarantined by the site's administrator, and so not to be changed by its owners"""
    downloads: int = 0
    """of all its files together"""


@dataclass(frozen=True)
class Release:
    """One version of a package."""

    id: int
    package_id: int
    version: str
    created_at: datetime
    summary: str = ""
    description: str = ""
    attrs: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class File:
    """One file of a release; its bytes are the blob `sha256`."""

    id: int
    channel: str
    package: str
    version: str
    kind: Kind
    basename: str
    """unique in the release; for conda with its platform in front: `noarch/x-1-0.conda`"""
    sha256: str
    md5: str
    size: int
    uploaded_at: datetime
    uploaded_by: str
    labels: tuple[str, ...] = ()
    downloads: int = 0
    attrs: Mapping[str, object] = field(default_factory=dict)
    yanked: str | None = None
    """why a distribution was yanked (PEP 592); None: it was not"""

    @property
    def filename(self) -> str:
        """The last segment of `basename`."""
        return self.basename.rsplit("/", 1)[-1]

    @property
    def full_name(self) -> str:
        """anaconda-client's `owner/package/version/basename`."""
        return f"{self.channel}/{self.package}/{self.version}/{self.basename}"


@dataclass(frozen=True)
class PackageInfo:
    """What a file says of itself, read by `formats`; nothing here was claimed by the uploader."""

    kind: Kind
    name: str | None
    """None: the format holds no name (a notebook, a plain file), the caller chooses"""
    version: str | None
    """None: the format holds no version, the caller chooses"""
    basename: str
    summary: str = ""
    description: str = ""
    license: str = ""
    attrs: Mapping[str, object] = field(default_factory=dict)
    """conda: index.json; PyPI: core metadata; notebook: kernel, language, cell count; environment: its spec"""
    extra: Mapping[str, bytes] = field(default_factory=dict)
    """documents to be served beside the file, by name: `METADATA` (PEP 658), `about.json`, `run_exports.json`"""
    text: str = ""
    """words for search: the sources of a notebook, the dependencies of an environment"""
    notes: bytes = b""
    """what a build tool wrote down of how it built a package, one after the other: looked through for tokens"""


@dataclass(frozen=True)
class TokenUse:
    """The token an actor came with: where it reaches and which scopes it has."""

    id: int
    name: str
    channel_id: int
    scopes: frozenset[str]
    everywhere: bool = False
    """a client's sign-in: it stands for the person, on all channels the person reaches"""
    addresses: tuple[str, ...] = ()
    """networks it may be used from; what it got must not be given to a request from elsewhere"""


@dataclass(frozen=True)
class Actor:
    """Who acts: nobody, a signed-in account, or an account through one of its tokens."""

    account: Account | None = None
    token: TokenUse | None = None
    address: str = ""
    break_glass: str = ""
    """why a site administrator looks into what is not theirs; empty: they don't"""

    @property
    def name(self) -> str:
        """For messages and records."""
        return self.account.name if self.account else "anonymous"


ANONYMOUS = Actor()
