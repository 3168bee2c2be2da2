"""Mirrors: what a channel takes from upstreams, and where each name comes from."""

from __future__ import annotations

from ...errors import InvalidRequest
from ...models import Kind
from ...service import accounts, mirrors, packages
from ...service.mirrors import Mirror
from ...service.work import Work
from .base import ApiHandler


def document(mirror: Mirror) -> dict[str, object]:
    """A mirror as its owners see it; of the credential only whether there is one."""
    return {
        "kind": str(mirror.kind),
        "url": mirror.upstream.url,
        "include": list(mirror.include),
        "exclude": list(mirror.exclude),
        "visibility": mirror.visibility,
        "has_credential": bool(mirror.upstream.secret),
    }


def _kind(text: str) -> Kind:
    return packages.kind_from(text)


class MirrorsHandler(ApiHandler):
    """`/api/mirrors/{owner}`."""

    async def get(self, owner: str) -> None:
        """The mirrors of a channel, for its owners."""
        await self.read(lambda work: accounts.me(work, self.actor))
        found = await self.read(lambda work: mirrors.listing(work, self.actor, owner))
        self.send_json({"mirrors": [document(one) for one in found]})


class MirrorHandler(ApiHandler):
    """`/api/mirrors/{owner}/{kind}`: `conda` or `pypi`."""

    async def put(self, owner: str, kind: str) -> None:
        """Set `url`, patterns of names to `include` and `exclude`, `visibility`, `credential` (never shown again)."""
        await self.read(lambda work: accounts.me(work, self.actor))
        body = self.json_body()
        for name in ("include", "exclude"):
            if not isinstance(body.get(name, []), list):
                raise InvalidRequest(f"{name} must be a list of patterns")
        visibility, credential = body.get("visibility"), body.get("credential")

        def change(work: Work) -> dict[str, object]:
            made = mirrors.put(
                work,
                self.actor,
                owner,
                _kind(kind),
                str(body.get("url") or ""),
                include=[str(one) for one in body.get("include", [])],
                exclude=[str(one) for one in body.get("exclude", [])],
                visibility=packages.visibility_from(str(visibility)) if visibility is not None else None,
                credential=str(credential) if credential is not None else None,
            )
            return document(made)

        self.send_json(await self.write_work(change))

    async def delete(self, owner: str, kind: str) -> None:
        """End the mirror; what was fetched from the upstream goes with it."""
        await self.read(lambda work: accounts.me(work, self.actor))
        await self.write_work(lambda work: mirrors.remove(work, self.actor, owner, _kind(kind)))
        self.send_nothing()


class RetiredNameHandler(ApiHandler):
    """`/api/retired-names/{owner}/{name}`."""

    async def delete(self, owner: str, name: str) -> None:
        """Let the name of a package that is gone come from the upstream."""
        await self.read(lambda work: accounts.me(work, self.actor))
        await self.write_work(lambda work: mirrors.release(work, self.actor, owner, name))
        self.send_nothing()


class ResolveHandler(ApiHandler):
    """`/api/resolve/{owner}/{kind}/{name}`."""

    async def get(self, owner: str, kind: str, name: str) -> None:
        """Where a name of a channel comes from (`here`, `upstream`, `nowhere`), and why."""
        found = await self.read(lambda work: mirrors.resolve(work, self.actor, owner, _kind(kind), name))
        self.send_json({"where": found.where, "why": found.why})
