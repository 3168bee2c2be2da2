"""The OpenAPI document, made from the list of routes and the handlers' docstrings."""

from __future__ import annotations

import inspect
import re
from functools import cache
from typing import TYPE_CHECKING

from ... import __version__
from .base import ApiHandler

if TYPE_CHECKING:
    from ..routes import Route

VERBS = ("get", "head", "post", "put", "patch", "delete")
ERROR = {"$ref": "#/components/responses/Error"}


class OpenApiHandler(ApiHandler):
    """`/api/openapi.json`."""

    tolerant = True

    async def get(self) -> None:
        """This document."""
        self.send_json({**document(), "servers": [{"url": self.base_url}]})


@cache
def document() -> dict[str, object]:
    """OpenAPI 3.1 for every address of the API and of the channels."""
    from ..routes import ROUTES  # the list names this handler

    paths: dict[str, dict[str, object]] = {}
    written = {route.path for route in ROUTES}
    for route in ROUTES:
        # of an address with and without a slash at the end the one that answers is described
        twin = route.path == "/api/" or (route.path != "/api" and f"{route.path}/" in written)
        if route.path.startswith(("/api", "/conda", "/pypi")) and not twin:
            operations = _operations(route)
            if operations:
                paths[_path(route)] = operations
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Jupyter Repo",
            "version": __version__,
            "summary": "conda packages, Python packages, notebooks and environments under one permission model.",
        },
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "`token <TOKEN>`, `Bearer <TOKEN>`, Basic with the token as password, "
                    "or `/t/<TOKEN>` in front of any address.",
                }
            },
            "schemas": {
                "Error": {
                    "type": "object",
                    "required": ["error", "code"],
                    "properties": {
                        "error": {"type": "string", "description": "What is wrong, and the way out."},
                        "code": {"type": "string", "description": "A stable name for programs."},
                    },
                }
            },
            "responses": {
                "Error": {
                    "description": "A refusal.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
                }
            },
        },
    }


def _path(route: Route) -> str:
    return re.sub(r"\{(\w+):\w+\}", r"{\1}", route.path)


def _operations(route: Route) -> dict[str, object]:
    operations: dict[str, object] = {}
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)", route.path)
    ]
    for verb in VERBS:
        method = getattr(route.handler, verb, None)
        # tornado's own methods answer 405
        if method is None or method.__module__.startswith("tornado"):
            continue
        said = " ".join((inspect.getdoc(method) or "").split())
        operations[verb] = {
            "operationId": re.sub(r"\W+", "_", f"{verb}{_path(route)}").strip("_"),
            "summary": said.split(". ")[0].rstrip("."),
            "description": said,
            "parameters": parameters,
            "responses": {"2XX": {"description": "Done."}, "4XX": ERROR, "5XX": ERROR},
            **({} if route.access != "signed-in" else {"security": [{"token": []}]}),
        }
    return operations
