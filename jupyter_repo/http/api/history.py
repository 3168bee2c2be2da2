"""The history of a notebook."""

from __future__ import annotations

from ...models import Kind
from ...service import versions
from ...service.versions import History, Version
from ...service.work import Work
from . import documents
from .base import ApiHandler


def _version(one: Version) -> dict[str, object]:
    lead = one.notebook or (one.files[0] if one.files else None)
    names = [file.filename for file in one.files]
    return {
        "version": one.release.version,
        "created_at": documents.time(one.release.created_at),
        "uploaded_by": lead.uploaded_by if lead else "",
        "summary": one.release.summary,
        "files": names,
        "size": sum(file.size for file in one.files),
        "environment": any(file.kind is Kind.ENVIRONMENT for file in one.files),
        "lock": "environment.lock.json" in names,
        "changes": one.changes,
    }


def _document(one: History) -> dict[str, object]:
    package = one.package.package
    return {
        "full_name": f"{package.channel}/{package.name}",
        "kind": str(package.kinds[0]) if package.kinds else None,
        "can": [str(operation) for operation in one.package.can],
        "versions": [_version(version) for version in one.versions],
    }


class HistoryHandler(ApiHandler):
    """`/api/history/{owner}/{name}`."""

    async def get(self, owner: str, name: str) -> None:
        """The versions, newest first; with `changes` what each of the latest changed, in numbers of cells."""
        changes = self.flag("changes")

        def look(work: Work) -> History:
            return versions.of(work, self.actor, owner, name, changes=changes)

        self.send_json(_document(await self.read(look)))
