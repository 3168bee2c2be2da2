"""Packages, releases and files; lists and search."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from ...errors import InvalidRequest
from ...models import Account, Kind, Visibility
from ...permissions import Op
from ...service import accounts, making, packages, projects, search, trash
from ...service.access import about, decide, require
from ...service.packages import Found
from ...service.search import Filters, Page, Sort
from ...service.work import Work
from ..delivery import DeliveryHandler
from ..numbers import whole_number
from . import documents
from .base import ApiHandler


class PackagesHandler(ApiHandler):
    """`/api/packages/{owner}`, and `/api/packages` for the caller's own."""

    async def get(self, owner: str | None = None) -> None:
        """The packages of a channel that the caller may see, newest first. Query: `kind`, `q`, `platform`."""
        kind = self.get_query_argument("kind", "") or self.get_query_argument("package_type", "")

        def look(work: Work) -> list[dict[str, object]]:
            channel = accounts.channel(work, self.actor, owner) if owner else accounts.me(work, self.actor)
            text, platform = self.get_query_argument("q", ""), self.get_query_argument("platform", "")
            wanted = packages.kind_from(kind) if kind else None
            if text.strip():
                filters = Filters(kind=wanted, channel=channel, platform=platform)
                found = [hit.one for hit in search.find(work, self.actor, text, filters, limit=1000).hits]
            else:
                found = packages.listing(work, self.actor, channels=[channel], kind=wanted, platform=platform)
            return [documents.summary(self.base_url, one) for one in found]

        self.send_json(await self.read(look))

    async def patch(self, owner: str | None = None) -> None:
        """Give several packages (`packages`: names) one `visibility`: all of them, or none."""
        await self.read(lambda work: accounts.me(work, self.actor))
        body = self.json_body()
        names = body.get("packages")
        if not isinstance(names, list) or not names or owner is None:
            raise InvalidRequest("packages must be a list of names, in a channel")
        visibility = packages.visibility_from(str(body.get("visibility") or ""))

        def change(work: Work) -> list[dict[str, object]]:
            done = packages.set_access(work, self.actor, owner, [str(name) for name in names], visibility)
            return [documents.summary(self.base_url, packages.counted(work, self.actor, one.package)) for one in done]

        self.send_json(await self.write_work(change))


class SearchHandler(ApiHandler):
    """`/api/search`."""

    async def get(self) -> None:
        """Packages of all channels that the caller may see, best first; without words, what changed last.

        Query: `q` (names, summaries, kinds, channels, the text of notebooks; the beginnings of words will do) or `name`
        (names only); `kind` (or `type`), `channel`, `platform`, `label`, `licence`, `visibility` narrow it, `mine=true`
        to the channels that the caller may create packages in; `sort` orders what has the words (relevance, downloads,
        newest); `limit`, and `after` for the next page, whose address stands in the header `Link`. `excerpt` has the
        pieces of text around what was found.
        """
        limit = whole_number(self.get_query_argument("limit", "200"))
        if limit is None or not 0 < limit <= 1000:
            raise InvalidRequest("limit must be a number from 1 to 1000")
        name, text = self.get_query_argument("name", "").strip(), self.get_query_argument("q", "").strip()
        after, sort = self.get_query_argument("after", ""), self._sort()

        def look(work: Work) -> Page:
            filters = self._filters(work)
            if name or text:
                both, names = f"{name} {text}".strip(), not text
                return search.find(work, self.actor, both, filters, names=names, sort=sort, after=after, limit=limit)
            return search.recent(work, self.actor, filters, after=after, limit=limit)

        page = await self.read(look)
        if page.after:
            query = [(key, value) for key, value in parse_qsl(self.request.query) if key != "after"]
            following = f"{self.base_url}{self.request.path}?{urlencode([*query, ('after', page.after)])}"
            self.set_header("Link", f'<{following}>; rel="next"')
        self.send_json([documents.hit(self.base_url, one) for one in page.hits])

    def _mine(self, work: Work) -> tuple[Account, ...]:
        """The channels of `mine=true`; Unauthenticated if nobody asks."""
        if self.get_query_argument("mine", "") not in ("1", "true"):
            return ()
        accounts.me(work, self.actor)
        return tuple(accounts.channels_of(work, self.actor))

    def _filters(self, work: Work) -> Filters:
        kind = self.get_query_argument("kind", "") or self.get_query_argument("type", "")
        channel, visibility = self.get_query_argument("channel", ""), self.get_query_argument("visibility", "")
        return Filters(
            kind=packages.kind_from(kind) if kind else None,
            channel=accounts.channel(work, self.actor, channel) if channel else None,
            channels=self._mine(work),
            platform=self.get_query_argument("platform", ""),
            label=self.get_query_argument("label", ""),
            licence=self.get_query_argument("licence", "") or self.get_query_argument("license", ""),
            visibility=packages.visibility_from(visibility) if visibility else None,
        )

    def _sort(self) -> Sort:
        word = self.get_query_argument("sort", Sort.RELEVANCE)
        if word not in set(Sort):
            raise InvalidRequest(f"{word!r} is no order; use one of: {', '.join(Sort)}", field="sort")
        return Sort(word)


class KindsHandler(SearchHandler):
    """`/api/search/kinds`."""

    async def get(self) -> None:
        """How many packages of each kind the caller may see in `channel`, or in their own (`mine=true`); `all` too."""
        channel = self.get_query_argument("channel", "")

        def look(work: Work) -> dict[str, int]:
            where = (accounts.channel(work, self.actor, channel),) if channel else self._mine(work)
            if not where:
                raise InvalidRequest("Say which 'channel', or mine=true")
            return search.kinds(work, self.actor, where)

        counts = await self.read(look)
        self.send_json({"all": counts.pop("", 0), **counts})


def _license(attrs: dict[str, Any]) -> dict[str, object]:
    """Public attributes with the licence as a plain string; clients send a string or `{name, url, family}`."""
    said = attrs.get("license")
    if isinstance(said, dict):
        attrs = {**attrs, "license": said.get("name"), "license_url": said.get("url")}
    return {key: value for key, value in attrs.items() if key not in ("summary", "package_types", "name")}


class PackageHandler(ApiHandler):
    """`/api/package/{owner}/{name}`."""

    async def get(self, owner: str, name: str) -> None:
        """The package with its releases and files."""
        self.send_json(await self.read(lambda work: self._document(work, packages.get(work, self.actor, owner, name))))

    def _document(self, work: Work, found: Found) -> dict[str, object]:
        # a site administrator may know that the package is there, and no more without breaking the glass
        may_list = decide(work, self.actor, Op.LIST_FILES, about(found.channel, found.package)).allowed
        return documents.package(
            self.base_url,
            packages.counted(work, self.actor, found.package),
            packages.releases(work, found.package) if may_list else [],
            packages.files(work, found.package) if may_list else [],
        )

    async def post(self, owner: str, name: str) -> None:
        """Create a package without files. `public: false` makes it private from its first moment."""
        body = self.json_body()
        attrs = body.get("public_attrs") or {}
        if not isinstance(attrs, dict):
            raise InvalidRequest("public_attrs must be an object")
        types = attrs.get("package_types") or []
        visibility = Visibility.PRIVATE if body.get("public") is False else Visibility.PUBLIC
        if body.get("visibility"):
            visibility = packages.visibility_from(str(body["visibility"]))

        def change(work: Work) -> dict[str, object]:
            kind: Kind | None = packages.kind_from(str(types[0])) if types else None
            found = making.create(
                work,
                self.actor,
                owner,
                name,
                kind,
                visibility,
                summary=str(attrs.get("summary") or ""),
                attrs=_license(attrs),
            )
            return self._document(work, found)

        self.send_json(await self.write_work(change))

    async def patch(self, owner: str, name: str) -> None:
        """Change `visibility`, `summary`, `public_attrs` (merged), `status` (with `status_reason`)."""
        body = self.json_body()
        attrs = body.get("public_attrs") or {}
        if not isinstance(attrs, dict):
            raise InvalidRequest("public_attrs must be an object")
        summary = body.get("summary", attrs.get("summary"))
        visibility, status = body.get("visibility"), body.get("status")

        def change(work: Work) -> dict[str, object]:
            if status is not None:
                reason = str(body.get("status_reason") or "")
                projects.set_status(work, self.actor, owner, name, str(status), reason)
            found = packages.edit(
                work,
                self.actor,
                owner,
                name,
                visibility=packages.visibility_from(str(visibility)) if visibility is not None else None,
                summary=str(summary) if summary is not None else None,
                attrs=_license(attrs),
            )
            return self._document(work, found)

        self.send_json(await self.write_work(change))

    async def delete(self, owner: str, name: str) -> None:
        """Delete the package with everything in it."""
        await self.write_work(lambda work: trash.delete(work, self.actor, owner, name))
        self.send_created()


class ReleaseHandler(ApiHandler):
    """`/api/release/{owner}/{name}/{version}`."""

    def _document(self, work: Work, owner: str, name: str, version: str) -> dict[str, object]:
        found = packages.get(work, self.actor, owner, name, Op.LIST_FILES)
        release = packages.release(work, found, version)
        files = packages.files(work, found.package, version=version)
        return documents.release(self.base_url, release, f"{found.channel.name}/{found.package.name}", files)

    async def get(self, owner: str, name: str, version: str) -> None:
        """The release with its files."""
        self.send_json(await self.read(lambda work: self._document(work, owner, name, version)))

    async def post(self, owner: str, name: str, version: str) -> None:
        """Create a release without files."""
        body = self.json_body()

        def change(work: Work) -> dict[str, object]:
            found = packages.get(work, self.actor, owner, name)
            attrs = {key: value for key, value in body.items() if key not in ("requirements", "announce", "version")}
            making.create_release(
                work,
                self.actor,
                found,
                version,
                summary=str(body.get("summary") or ""),
                description=str(body.get("description") or ""),
                attrs=attrs,
            )
            return self._document(work, owner, name, version)

        self.send_json(await self.write_work(change))

    async def patch(self, owner: str, name: str, version: str) -> None:
        """Change `public_attrs` (merged)."""
        attrs = self.json_body().get("public_attrs") or {}
        if not isinstance(attrs, dict):
            raise InvalidRequest("public_attrs must be an object")

        def change(work: Work) -> dict[str, object]:
            packages.edit_release(work, self.actor, owner, name, version, attrs)
            return self._document(work, owner, name, version)

        self.send_json(await self.write_work(change))

    async def delete(self, owner: str, name: str, version: str) -> None:
        """Delete the release with its files."""
        await self.write_work(lambda work: trash.delete_release(work, self.actor, owner, name, version))
        self.send_created()


class FileHandler(ApiHandler):
    """`/api/dist/{owner}/{name}/{version}/{basename}`."""

    async def get(self, owner: str, name: str, version: str, basename: str) -> None:
        """What is known of one file."""

        def look(work: Work) -> dict[str, object]:
            found = packages.get(work, self.actor, owner, name, Op.LIST_FILES)
            return documents.file(self.base_url, packages.file(work, found, version, basename))

        self.send_json(await self.read(look))

    async def patch(self, owner: str, name: str, version: str, basename: str) -> None:
        """Yank a Python distribution (`yanked`: a reason, or true) or put it back (false)."""
        body = self.json_body()
        asked = body.get("yanked")
        if not isinstance(asked, bool | str):
            raise InvalidRequest("yanked must be a reason, true or false")
        reason = asked if isinstance(asked, str) else ("" if asked else None)

        def change(work: Work) -> dict[str, object]:
            return documents.file(
                self.base_url, projects.yank(work, self.actor, owner, name, version, basename, reason)
            )

        self.send_json(await self.write_work(change))

    async def delete(self, owner: str, name: str, version: str, basename: str) -> None:
        """Delete one file."""
        await self.write_work(lambda work: trash.delete_file(work, self.actor, owner, name, version, basename))
        self.send_json({"deleted": f"{owner}/{name}/{version}/{basename}"})


class DownloadHandler(DeliveryHandler):
    """`/api/download/{owner}/{name}/{version}/{basename}`."""

    async def get(self, owner: str, name: str, version: str, basename: str) -> None:
        """The bytes of one file; HEAD, ranges and ETag (its sha256) included."""

        def look(work: Work) -> tuple[Any, bool]:
            found = packages.get(work, self.actor, owner, name, Op.DOWNLOAD)
            file = packages.file(work, found, version, basename)
            require(work, self.actor, Op.DOWNLOAD, about(found.channel, found.package, [file.kind]))
            return file, found.package.visibility in (Visibility.PUBLIC, Visibility.UNLISTED)

        file, public = await self.read(look)
        await self.send_file(file, public=public)

    head = get
