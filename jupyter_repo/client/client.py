"""RepoClient: one method for each endpoint of the repository's REST API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, cast
from urllib.parse import parse_qs, urlsplit

import requests

from ..errors import Unavailable
from .bodies import Body, multipart
from .documents import (
    AccountDocument,
    FileDocument,
    HistoryDocument,
    NewTokenDocument,
    PackageDocument,
    PackageSummary,
    ServiceDocument,
    TokenDocument,
    UploadDocument,
)
from .exchange import ExchangeClient
from .people import PeopleClient
from .progress import QUIET, Progress
from .transport import CHECK_SECONDS, segment, segments


class RepoClient(PeopleClient, ExchangeClient):
    """The repository at `url`, as the owner of `token` (None: anonymously). May be used from several threads.

    Every method raises the error of `errors` that the repository answered with, and Unavailable, naming the
    address and the way out, when nothing sensible answers.
    """

    # the service

    def service(self) -> ServiceDocument:
        """Name, version and API level of the repository."""
        return cast(ServiceDocument, self.get("", dict))

    def scopes(self) -> dict[str, str]:
        """Each token scope and the sentence that says what it allows."""
        return cast(dict[str, str], self.get("/scopes", dict))

    # accounts

    def authenticate(self, username: str, password: str, *, note: str, hostname: str) -> str:
        """A new token for a name and password; Unauthenticated if they are wrong."""
        body = {"scopes": None, "note": note, "hostname": hostname, "user": None, "fail-if-exists": True}
        response = self.request("POST", "/authentications", json=body, basic=(username, password))
        token = self.document(response, dict).get("token")
        if not isinstance(token, str):
            raise self._stranger()
        return token

    def authenticate_by_hub(self, hub_token: str) -> str:
        """A new token for the hub token of a JupyterHub server; the repository asks the hub whose it is."""
        token = self.document(self.request("POST", "/hub/token", json={"token": hub_token}), dict).get("token")
        if not isinstance(token, str):
            raise self._stranger()
        return token

    def deauthenticate(self) -> None:
        """Revoke the token in use."""
        self.request("DELETE", "/authentications")

    def user(self) -> AccountDocument:
        """Who the token's owner is, and the channels they may create packages in; Unauthenticated without."""
        return cast(AccountDocument, self.get("/user", dict))

    def session_link(self, page: str) -> str:
        """An address that works once, soon: it signs the browser in and goes on to `page` (`/alice/x`)."""
        response = self.request("POST", "/session-link", json={"next": page})
        url = self.document(response, dict).get("url")
        if not isinstance(url, str):
            raise self._stranger()
        return url

    # packages

    def packages(self, channel: str, *, kind: str = "", query: str = "") -> list[PackageSummary]:
        """The packages of a channel that the caller may see."""
        params = _given({"kind": kind, "q": query})
        return cast(list[PackageSummary], self.get(f"/packages/{segment(channel)}", list, params))

    def search(self, query: str, *, kind: str = "", limit: int = 50) -> list[PackageSummary]:
        """Packages of any channel that match `query`."""
        params = _given({"q": query, "type": kind, "limit": str(limit)})
        return cast(list[PackageSummary], self.get("/search", list, params))

    def find(
        self, query: str, *, kind: str = "", channel: str = "", mine: bool = False, after: str = "", limit: int = 50
    ) -> tuple[list[PackageSummary], str | None]:
        """A page of what the caller may see, best first, and what to say as `after` for the next (None: the last).

        `mine`: only of the channels that the caller may create packages in.
        """
        params = _given({"q": query, "kind": kind, "channel": channel, "after": after, "limit": str(limit)})
        if mine:
            params["mine"] = "true"
        response = self.request("GET", "/search", params=params)
        following = parse_qs(urlsplit(response.links.get("next", {}).get("url", "")).query).get("after", [])
        return cast(list[PackageSummary], self.document(response, list)), next(iter(following), None)

    def kinds(self, channel: str = "") -> dict[str, int]:
        """How many packages of each kind, and in `all`, a channel has; without one, those the caller may create in."""
        params = {"channel": channel} if channel else {"mine": "true"}
        return cast(dict[str, int], self.get("/search/kinds", dict, params))

    def package(self, channel: str, name: str) -> PackageDocument:
        """A package with its releases and files; NotFound also for what the caller may not see."""
        return cast(PackageDocument, self.get(_package(channel, name), dict))

    def edit_package(self, channel: str, name: str, changes: Mapping[str, object]) -> PackageDocument:
        """Change `visibility` and/or `summary`."""
        response = self.request("PATCH", _package(channel, name), json=dict(changes))
        return cast(PackageDocument, self.document(response, dict))

    def delete_package(self, channel: str, name: str) -> None:
        """Delete a package with all its versions."""
        self.request("DELETE", _package(channel, name))

    def delete_release(self, channel: str, name: str, version: str) -> None:
        """Delete one version of a package."""
        self.request("DELETE", f"/release/{segment(channel)}/{segment(name)}/{segment(version)}")

    def delete_file(self, channel: str, name: str, version: str, basename: str) -> None:
        """Delete one file of a version."""
        self.request("DELETE", _file("dist", channel, name, version, basename))

    def set_access(self, channel: str, names: list[str], visibility: str) -> None:
        """Give several packages of a channel one visibility: all of them, or none."""
        body = {"packages": names, "visibility": visibility}
        self.request("PATCH", f"/packages/{segment(channel)}", json=body)

    # bytes

    def upload(
        self,
        channel: str,
        filename: str,
        file: BinaryIO,
        *,
        options: Mapping[str, str] | None = None,
        progress: Progress = QUIET,
    ) -> UploadDocument:
        """Upload one file, streamed from its position on.

        `options`: kind, package, version, summary, description, visibility, label, force, sha256; all optional.
        """
        response = self.request(
            "PUT",
            f"/upload/{segment(channel)}/{segment(filename)}",
            params=_given(options or {}),
            data=Body([file], progress),
            headers={"Content-Type": "application/octet-stream"},
            patience=CHECK_SECONDS,
        )
        return cast(UploadDocument, self.document(response, dict))

    def upload_release(
        self,
        channel: str,
        files: Iterable[tuple[str, BinaryIO]],
        *,
        options: Mapping[str, str] | None = None,
        progress: Progress = QUIET,
    ) -> UploadDocument:
        """Upload several files (name, bytes) as one release, all or none; `options` as for `upload`."""
        body, content_type = multipart(_given(options or {}), files, progress)
        response = self.request(
            "POST",
            f"/upload/{segment(channel)}",
            data=body,
            headers={"Content-Type": content_type},
            patience=CHECK_SECONDS,
        )
        return cast(UploadDocument, self.document(response, dict))

    def download(self, file: FileDocument) -> Iterator[bytes]:
        """The bytes of a file, in pieces."""
        channel, package, version, basename = file["full_name"].split("/", 3)
        path = _file("download", channel, package, version, basename)
        with self.request("GET", path, stream=True, headers=_RAW) as response:
            try:
                yield from response.iter_content(1 << 18)
            except requests.RequestException as error:
                raise Unavailable(f"The download of {basename} from {self.url} broke off; try again") from error

    def history(self, channel: str, name: str, *, changes: bool = False) -> HistoryDocument:
        """The versions of a package, newest first, with what each changed in numbers of cells if asked for."""
        params = _given({"changes": "1" if changes else ""})
        return cast(HistoryDocument, self.get(f"/history/{segment(channel)}/{segment(name)}", dict, params))

    def put_thumbnail(self, channel: str, name: str, version: str, picture: bytes) -> None:
        """Give a version its picture: a PNG or JPEG of at most 96 KiB and 640 pixels on a side."""
        headers = {"Content-Type": "application/octet-stream"}
        self.request("PUT", _thumbnail(channel, name, version), data=picture, headers=headers)

    def thumbnail(self, channel: str, name: str, version: str) -> tuple[str, bytes]:
        """Media type and bytes of a version's picture; NotFound where it has none."""
        with self.request("GET", _thumbnail(channel, name, version), headers=_RAW) as response:
            return response.headers.get("Content-Type", ""), response.content

    # tokens

    def tokens(self, channel: str) -> list[TokenDocument]:
        """The tokens of a channel, without secrets."""
        return cast(list[TokenDocument], self.get(f"/tokens/{segment(channel)}", list))

    def create_token(
        self, channel: str, name: str, scopes: list[str], *, expires_in_days: int | None = 365
    ) -> NewTokenDocument:
        """A new token with its secret, which can't be asked for again; None: it does not expire."""
        body = {"name": name, "scopes": scopes, "expires_in_days": expires_in_days}
        response = self.request("POST", f"/tokens/{segment(channel)}", json=body)
        return cast(NewTokenDocument, self.document(response, dict))

    def revoke_token(self, channel: str, name: str) -> None:
        """End a token at once."""
        self.request("DELETE", f"/tokens/{segment(channel)}/{segment(name)}")


_RAW = {"Accept": "*/*", "Accept-Encoding": "identity"}  # the bytes as stored: their sha256 is checked


def _given(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _package(channel: str, name: str) -> str:
    return f"/package/{segment(channel)}/{segment(name)}"


def _thumbnail(channel: str, name: str, version: str) -> str:
    return f"/thumbnail/{segment(channel)}/{segment(name)}/{segment(version)}"


def _file(what: str, channel: str, name: str, version: str, basename: str) -> str:
    return f"/{what}/{segment(channel)}/{segment(name)}/{segment(version)}/{segments(basename)}"
