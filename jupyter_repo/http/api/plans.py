"""Plans over HTTP: what there is, what a channel has and uses, asking for another; and the administrator's answers."""

from __future__ import annotations

from ...errors import InvalidRequest
from ...service import plans
from ...service.access import require_site
from ...service.work import Work
from ..numbers import whole_number
from . import documents
from .administration import AdminHandler
from .base import ApiHandler


class PlansHandler(ApiHandler):
    """`/api/plans`."""

    async def get(self) -> None:
        """The catalogue; empty where nothing is limited."""
        self.send_json([plan.document() for plan in self.site.repository.settings.plans])


class PlanHandler(ApiHandler):
    """`/api/plans/{owner}`."""

    passwords = True

    async def get(self, owner: str) -> None:
        """The channel's plan, its limits and what it uses."""
        _, found = await self.read(lambda work: plans.standing(work, self.actor, owner))
        self.send_json(found.document())

    async def post(self, owner: str) -> None:
        """Ask for the plan `plan`, with a `note` for the administrator, who answers. Never by token."""
        body = self.json_body()
        word, note = str(body.get("plan") or ""), str(body.get("note") or "")
        await self.write_work(lambda work: plans.request(work, self.actor, owner, word, note))
        self.send_created({"requested": word})


class AssignHandler(AdminHandler):
    """`/api/admin/plans/{owner}`."""

    async def put(self, owner: str) -> None:
        """Give the channel the plan `plan`, or `limits` of its own (null takes them back)."""
        await self.read(lambda work: require_site(work, self.actor))
        body = self.json_body()
        limits = body.get("limits")
        if not ({"plan", "limits"} & set(body)) or not (limits is None or isinstance(limits, dict)):
            raise InvalidRequest("send a `plan`, or `limits` as an object or null")

        def change(work: Work) -> dict[str, object]:
            if "plan" in body:
                plans.assign(work, self.actor, owner, str(body["plan"]))
            if "limits" in body:
                plans.override(work, self.actor, owner, limits)
            return plans.standing(work, self.actor, owner)[1].document()

        self.send_json(await self.write_work(change))


class RequestsHandler(AdminHandler):
    """`/api/admin/plan-requests`."""

    async def get(self) -> None:
        """The requests that wait for an answer, oldest first."""
        found = await self.read(lambda work: plans.requests(work, self.actor))
        self.send_json(
            [
                {
                    "id": one.id,
                    "channel": one.channel,
                    "plan": one.plan,
                    "note": one.note,
                    "requested_by": one.requested_by,
                    "created_at": documents.time(one.created_at),
                }
                for one in found
            ]
        )


class AnswerHandler(AdminHandler):
    """`/api/admin/plan-requests/{request}`."""

    async def post(self, request: str) -> None:
        """Answer: `approve`, true or false."""
        await self.read(lambda work: require_site(work, self.actor))
        approve = self.json_body().get("approve")
        key = whole_number(request)
        if not isinstance(approve, bool) or key is None:
            raise InvalidRequest("name a request by its number, and send `approve` as true or false")
        await self.write_work(lambda work: plans.answer(work, self.actor, key, approve=approve))
        self.send_nothing()
