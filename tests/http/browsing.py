"""A browser without JavaScript, as tests of pages need it: cookies, forms with their token, redirects."""

from __future__ import annotations

import re
from html import unescape

import pytest
import requests

from .conftest import Answering


class Browsing(requests.Session):
    """Goes from page to page of a served world; `page` is the text of the last one."""

    def __init__(self, repo: Answering) -> None:
        super().__init__()
        self.repo = repo
        self.page = ""
        self.status = 0
        self.path = ""

    def open(self, path: str) -> str:
        return self._take(self.get(f"{self.repo.url}{path}", timeout=60))

    def submit(self, path: str, files: object = None, **fields: object) -> str:
        """Send a form of the last page; `path` is its action."""
        token = re.search(r'name="_xsrf" value="([^"]+)"', self.page)
        assert token is not None, "the last page has no form"
        data = {"_xsrf": token[1], **fields}
        return self._take(self.post(f"{self.repo.url}{path}", data=data, files=files, timeout=60))  # type: ignore[arg-type]

    def sign_in(self, name: str, password: str = "") -> Browsing:
        self.open("/login")
        self.submit("/login", name=name, password=password or f"secret-{name}", next="/")
        assert self.status == 200, self.page
        return self

    @property
    def text(self) -> str:
        """What a person reads on the page, in one line."""
        inline = re.sub(r"</?time[^>]*>", "", self.page)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", inline)).split())

    def _take(self, answer: requests.Response) -> str:
        self.page, self.status = answer.text, answer.status_code
        self.path = answer.url.removeprefix(self.repo.url)
        return self.page


@pytest.fixture
def ada(repo: Answering) -> Browsing:
    """Ada's browser."""
    return Browsing(repo).sign_in("ada")
