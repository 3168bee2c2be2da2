"""Models as the API's JSON: what anaconda-client reads keeps its names and is always there; ours comes beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from ...models import Account, AccountKind, File, Group, Kind, Package, Release, Token
from ...service.packages import Counted
from ...service.search import Hit
from ...service.tokens import state


def time(moment: datetime | None) -> str | None:
    """ISO 8601 with its offset: a naive time crashes anaconda-client."""
    return moment.isoformat(timespec="seconds") if moment else None


def account(one: Account, *, private: bool = False) -> dict[str, object]:
    """The user document; `private` adds what only the account itself may read."""
    document: dict[str, object] = {
        "login": one.name,
        "name": one.display_name or one.name,
        "user_type": str(one.kind),
        "created_at": time(one.created_at),
        "description": "",
    }
    if private:
        document |= {"email": one.email, "is_admin": one.is_admin}
    return document


def channel(one: Account) -> dict[str, object]:
    """A channel in which the caller may create packages."""
    return {"name": one.name, "kind": "org" if one.kind is AccountKind.ORGANIZATION else "user"}


def group(one: Group) -> dict[str, object]:
    """A group; `permission` in anaconda-client's words, `level` in ours."""
    return {
        "name": one.name,
        "permission": {"read-write": "write"}.get(one.level, one.level),
        "level": one.level,
        "members_count": one.members,
        "repos_count": one.packages,
    }


def package_url(base: str, one: Package) -> str:
    """The address of a package's page."""
    return f"{base}/{quote(one.channel)}/{quote(one.name)}"


def summary(base: str, one: Counted) -> dict[str, object]:
    """A package in a list."""
    package = one.package
    return {
        "name": package.name,
        "full_name": f"{package.channel}/{package.name}",
        "owner": {"login": package.channel},
        "kind": str(package.kinds[0]) if package.kinds else None,
        "package_types": [str(kind) for kind in package.kinds],
        "summary": package.summary,
        "visibility": str(package.visibility),
        "public": package.visibility == "public",
        "published": False,
        "license": package.attrs.get("license"),
        "latest_version": package.latest_version,
        "created_at": time(package.created_at),
        "updated_at": time(package.updated_at),
        "downloads": one.downloads,
        "releases_count": one.releases,
        "conda_platforms": list(one.platforms),
        "builds": list(one.builds),
        "html_url": package_url(base, package),
        "thumbnail_url": thumbnail(base, package) if one.pictured else None,
        "can": [str(operation) for operation in one.can],
    }


def thumbnail(base: str, one: Package) -> str:
    """The address of the picture of the latest version."""
    parts = (one.channel, one.name, one.latest_version or "")
    return f"{base}/api/thumbnail/" + "/".join(quote(part) for part in parts)


def hit(base: str, one: Hit) -> dict[str, object]:
    """A package that was found, with the text around what was found, in pieces."""
    pieces = [{"text": piece.text, "found": piece.found} for piece in one.excerpt]
    return {**summary(base, one.one), "excerpt": pieces}


def package(base: str, one: Counted, releases: Sequence[Release], files: Sequence[File]) -> dict[str, object]:
    """A package with its releases and files, newest first."""
    counts: dict[str, int] = {}
    for found in files:
        counts[found.version] = counts.get(found.version, 0) + 1
    return {
        **summary(base, one),
        "public_attrs": dict(one.package.attrs),
        "releases": [
            {
                "version": release.version,
                "created_at": time(release.created_at),
                "summary": release.summary,
                "files_count": counts.get(release.version, 0),
            }
            for release in releases
        ],
        "files": [file(base, found) for found in files],
        "install": install(base, one.package, files),
    }


def release(base: str, one: Release, full_name: str, files: Sequence[File]) -> dict[str, object]:
    """One release with its files."""
    return {
        "version": one.version,
        "full_name": f"{full_name}/{one.version}",
        "created_at": time(one.created_at),
        "summary": one.summary,
        "description": one.description,
        "public_attrs": {"summary": one.summary, "description": one.description, **one.attrs},
        "distributions": [file(base, found) for found in files],
    }


def file(base: str, one: File) -> dict[str, object]:
    """One file; `description` and `attrs` must be there for anaconda-client."""
    path = "/".join(quote(part) for part in (one.channel, one.package, one.version, *one.basename.split("/")))
    return {
        "basename": one.basename,
        "filename": one.filename,
        "version": one.version,
        "type": str(one.kind),
        "distribution_type": str(one.kind),
        "upload_time": time(one.uploaded_at),
        "uploaded_by": one.uploaded_by,
        "size": one.size,
        "sha256": one.sha256,
        "md5": one.md5,
        "labels": list(one.labels),
        "ndownloads": one.downloads,
        "description": None,
        "attrs": dict(one.attrs),
        "yanked": False if one.yanked is None else one.yanked or True,
        "full_name": one.full_name,
        "download_url": f"{base}/api/download/{path}",
    }


def token(one: Token, now: datetime) -> dict[str, object]:
    """A token as its channel's owner sees it; the secret is not among it, since nobody keeps it."""
    return {
        "id": str(one.id),
        "name": one.name,
        "application": one.name,
        "scopes": list(one.scopes),
        "display": one.display,
        "maker": one.maker,
        "channel": one.channel,
        "created_at": time(one.created_at),
        "expires_at": time(one.expires_at),
        "expires": time(one.expires_at),
        "last_used_at": time(one.last_used_at),
        "hostname": one.hostname,
        "addresses": list(one.addresses),
        "sign_in": one.is_login,
        "remote_addr": "",
        "is_login": one.is_login,
        "state": state(one, now),
    }


def install(base: str, package: Package, files: Sequence[File]) -> list[dict[str, object]]:
    """How each client gets the package; `private_command` holds the placeholder `<TOKEN>` where one is needed."""
    host, channel, name = base, quote(package.channel), package.name
    with_token = f"{host}/t/<TOKEN>"
    needs = package.visibility in ("private", "authenticated")
    labels = {label for found in files for label in found.labels}
    label = "" if not labels or "main" in labels else f"/label/{sorted(labels)[0]}"
    commands: list[dict[str, object]] = []

    def add(client: str, title: str, form: str) -> None:
        public, private = form.replace("<URL>", host), form.replace("<URL>", with_token)
        commands.append(
            {"client": client, "title": title, "command": public, "private_command": private if needs else None}
        )

    if Kind.CONDA in package.kinds:
        add("conda", "conda", f"conda install -c <URL>/conda/{channel}{label} {name}")
        add("pixi", "pixi", f"pixi project channel add <URL>/conda/{channel}{label} && pixi add {name}")
    if Kind.PYPI in package.kinds:
        add("pip", "pip", f"pip install --extra-index-url <URL>/pypi/{channel}/simple/ {name}")
        add("uv", "uv", f"uv pip install --index <URL>/pypi/{channel}/simple/ {name}")
    if Kind.NOTEBOOK in package.kinds:
        attached = ", with its environment" if any(found.kind is Kind.ENVIRONMENT for found in files) else ""
        add("magic", f"In Jupyter{attached}", f"%repo open {package.channel}/{name}")
        add("magic", "The file alone", f"%repo download {package.channel}/{name}")
    if Kind.ENVIRONMENT in package.kinds and files:
        add("conda", "conda", f"conda env create -n {name} -f <URL>{_download(files[0])}")
    if Kind.FILE in package.kinds and files:
        add("curl", "curl", f"curl -LO <URL>{_download(files[0])}")
    return commands


def _download(one: File) -> str:
    return "/api/download/" + quote(one.full_name)
