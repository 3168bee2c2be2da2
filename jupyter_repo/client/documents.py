"""The JSON documents of the REST API, as the client reads them.

They are promises of the server, not checks: a field that an older server lacks is missing.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict


class OwnerDocument(TypedDict):
    """The channel of a package."""

    login: str


class ChannelDocument(TypedDict):
    """A channel that the caller may create packages in; `kind` is `user` or `org`."""

    name: str
    kind: str


class AccountDocument(TypedDict):
    """Who the caller is, and where they may write."""

    login: str
    name: str
    user_type: str
    created_at: str
    email: NotRequired[str]
    is_admin: NotRequired[bool]
    channels: NotRequired[list[ChannelDocument]]


class FileDocument(TypedDict):
    """One file of a release; `basename` of a conda file has its platform in front."""

    basename: str
    filename: str
    version: str
    type: str
    upload_time: str
    uploaded_by: str
    size: int
    sha256: str
    md5: str
    labels: list[str]
    ndownloads: int
    attrs: dict[str, object]
    full_name: str
    download_url: str


class ReleaseDocument(TypedDict):
    """One version of a package."""

    version: str
    created_at: str
    summary: str
    files_count: int


class InstallDocument(TypedDict):
    """One way to install; `private_command` holds the placeholder `<TOKEN>`."""

    client: str
    title: str
    command: str
    private_command: str | None


class PackageSummary(TypedDict):
    """A package in a list; `can` names what the caller may do with it."""

    name: str
    full_name: str
    owner: OwnerDocument
    kind: str
    package_types: list[str]
    summary: str
    visibility: str
    public: bool
    latest_version: str | None
    created_at: str
    updated_at: str
    downloads: int
    releases_count: int
    conda_platforms: list[str]
    builds: list[str]
    html_url: str
    thumbnail_url: NotRequired[str | None]
    can: list[str]


class PackageDocument(PackageSummary):
    """A package on its own page: releases and files newest first."""

    releases: list[ReleaseDocument]
    files: list[FileDocument]
    install: list[InstallDocument]


class UploadDocument(TypedDict):
    """What an upload made; `created` says that the package is new."""

    package: PackageSummary
    version: str
    created: bool
    files: list[FileDocument]
    url: str


class TokenDocument(TypedDict):
    """A token of a channel, without its secret; `state` is `live`, `expired` or `revoked`."""

    name: str
    scopes: list[str]
    display: str
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    hostname: str
    state: str


class NewTokenDocument(TokenDocument):
    """A token just made; `token` is its secret, shown this once."""

    token: str


class ServiceDocument(TypedDict):
    """What answers at the root of the API."""

    name: str
    version: str
    api: int
    embedded: NotRequired[bool]
    sign_up: NotRequired[str]
    """`open`, `invitation` or `closed`"""
    hub: NotRequired[bool]
    """does it take the tokens of JupyterHub's servers?"""


class ChangesDocument(TypedDict):
    """What a version changed in the one before it, in numbers of cells."""

    added: int
    removed: int
    changed: int
    moved: int
    same: int
    outputs: int


class VersionDocument(TypedDict):
    """One version of a notebook; `changes` is None for the first one and for what was not compared."""

    version: str
    created_at: str
    uploaded_by: str
    summary: str
    files: list[str]
    size: int
    environment: bool
    lock: bool
    changes: ChangesDocument | None


class HistoryDocument(TypedDict):
    """The versions of a package, newest first."""

    full_name: str
    kind: str
    can: list[str]
    versions: list[VersionDocument]
