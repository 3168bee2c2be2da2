"""The base of our handlers: the extension's parts at hand, work off the event loop, errors as JSON."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import APIHandler
from jupyter_server.extension.handler import ExtensionHandlerMixin
from tornado import web

from ...errors import Forbidden, InvalidRequest, RepoError
from ..contents import Contents
from ..environments import KernelPythons
from ..incoming import MIB
from .fields import Fields

if TYPE_CHECKING:
    from ..app import JupyterRepo
    from ..connection import Connection
    from ..jobs import Job

P = ParamSpec("P")
T = TypeVar("T")

SEGMENT = "([^/]+)"
PAGE, PAGE_LIMIT = 50, 200
"""how many things a page has, unless one says otherwise, and at most"""


class RepoHandler(ExtensionHandlerMixin, APIHandler):
    """Translates one request of the panel; every verb is authenticated and authorized as Jupyter's own are."""

    auth_resource = "jupyter_repo"

    @property
    def app(self) -> JupyterRepo:
        """The extension."""
        return cast("JupyterRepo", self.extensionapp)

    @property
    def connection(self) -> Connection:
        """The repository, and as whom."""
        return self.app.connection

    @property
    def contents(self) -> Contents:
        """Files and notebooks of this Jupyter server."""
        return Contents(self.contents_manager, self.app.max_contents_mib * MIB)

    @property
    def pythons(self) -> KernelPythons:
        """The kernels of this Jupyter server."""
        return KernelPythons(self.kernel_manager, self.kernel_spec_manager)

    async def off_loop(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `call` returns; it may wait for the repository, which the event loop may not."""
        work = functools.partial(call, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self.app.pool, work)

    async def may(self, action: str, resource: str) -> bool:
        """May this user of the Jupyter server do that as well? The decorator has asked about our own resource."""
        return bool(await ensure_async(self.authorizer.is_authorized(self, self.current_user, action, resource)))

    async def check_may(self, action: str, resource: str) -> None:
        """Raise Forbidden unless this user may `action` on another `resource` of the Jupyter server."""
        if not await self.may(action, resource):
            raise Forbidden(f"You may not {action} {resource} on this Jupyter server")

    def fields(self) -> Fields:
        """The JSON object sent; InvalidRequest if it is none."""
        try:
            body = json.loads(self.request.body or b"{}")
        except (ValueError, RecursionError) as error:
            raise InvalidRequest("The body of the request is not JSON") from error
        if not isinstance(body, dict):
            raise InvalidRequest("The body of the request must be a JSON object")
        return Fields(body)

    def query(self, name: str) -> str:
        """A parameter of the address; "" if it isn't there."""
        return self.get_query_argument(name, "") or ""

    def page_size(self) -> int:
        """The parameter `limit`; InvalidRequest unless it is a number of things that a page may have."""
        limit = self.query("limit") or str(PAGE)
        if not limit.isdecimal() or not 0 < int(limit) <= PAGE_LIMIT:
            raise InvalidRequest(f"'limit' must be a number from 1 to {PAGE_LIMIT}")
        return int(limit)

    def send(self, document: Mapping[str, object] | Any, status: int = 200) -> None:
        """Answer with JSON that no cache keeps."""
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(document))

    def send_nothing(self) -> None:
        """Answer that it is done."""
        self.set_status(204)
        self.finish()

    def send_job(self, job: Job) -> None:
        """Answer that it has begun."""
        self.send({"job": job.id}, 202)

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """A refusal is an answer, not an accident: it gets no trace in the log."""
        if not isinstance(value, RepoError):
            super().log_exception(typ, value, tb)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Every error as `{"message", "error", "code"}` with the status of its class."""
        error = (kwargs.get("exc_info") or (None, None, None))[1]
        if isinstance(error, RepoError):
            self.set_status(error.status)
            body = error.body()
        else:
            message = (isinstance(error, web.HTTPError) and error.log_message) or self._reason or "Unexpected error"
            body = {"message": message, "error": message, "code": _code(status_code), "status": status_code}
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(body))


def _code(status: int) -> str:
    by_status = {400: "invalid_request", 401: "unauthenticated", 403: "forbidden", 404: "not_found"}
    return by_status.get(status, "internal" if status >= 500 else "refused")
