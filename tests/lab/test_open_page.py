"""Pages open signed in, and only pages of the repository."""

from __future__ import annotations

from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from .conftest import Lab


async def location(lab: Lab, path: str) -> str:
    with pytest.raises(HTTPClientError) as redirect:
        await lab.fetch("jupyter-repo", "open", params={"path": path}, follow_redirects=False)
    assert redirect.value.code == 302
    assert redirect.value.response is not None
    found: str = redirect.value.response.headers["Location"]
    return found


async def test_the_browser_is_signed_in_on_the_way(lab: Lab, http_server_client: Any) -> None:
    owner = await lab.owner()
    first, second = await location(lab, f"/{owner}"), await location(lab, f"/{owner}")
    assert first != second
    assert first.startswith(f"{lab.client().url}/session/")
    assert str(lab.client().token) not in first


async def test_signed_out_it_is_the_plain_page(lab: Lab) -> None:
    url = lab.client().url
    await lab.send("POST", "logout")
    assert await location(lab, "/ada/x?tab=files") == f"{url}/ada/x?tab=files"


@pytest.mark.parametrize(
    "path", ["https://evil.example", "//evil.example", "/\\evil.example", "ada", "/a b", "/a\r\nSet-Cookie: x", "/a\\b"]
)
async def test_other_places_are_refused(lab: Lab, path: str) -> None:
    code, body = await lab.refused("GET", "open", path=path)
    assert (code, body["code"]) == (400, "invalid_request")
