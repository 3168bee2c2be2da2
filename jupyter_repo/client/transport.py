"""How a request is sent and its answer understood; `client.py` says which requests there are."""

from __future__ import annotations

import threading
from typing import TypeVar
from urllib.parse import quote, urljoin, urlsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from .._version import __version__
from ..errors import InvalidRequest, RepoError, Unavailable, from_response
from .profiles import check_url, is_loopback

T = TypeVar("T")

CONNECT_SECONDS = 5.0
READ_SECONDS = 60.0
CHECK_SECONDS = 900.0
"""For the answer to an upload: the repository reads the whole file before it answers."""


class _Token(AuthBase):
    """Our token or nothing; being an explicit `auth`, it also keeps `requests` from sending a `.netrc` entry."""

    def __init__(self, token: str | None) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self.token:
            request.headers["Authorization"] = f"token {self.token}"
        return request


def segment(text: str) -> str:
    """`text` as one segment of an address; raises InvalidRequest for what would name another address."""
    if text in ("", ".", ".."):
        raise InvalidRequest(f"{text!r} is no name")
    return quote(text, safe="")


def segments(text: str) -> str:
    """`text`, which may hold `/`, as the end of an address."""
    return "/".join(segment(part) for part in text.split("/"))


class Transport:
    """Requests to one repository, from any thread."""

    def __init__(self, url: str, token: str | None = None, *, timeout: float = READ_SECONDS) -> None:
        self.url = check_url(url)
        self.token = token
        self._timeout = timeout
        self._local = threading.local()  # a requests.Session is not safe to share between threads

    @property
    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.headers["User-Agent"] = f"jupyter-repo/{__version__}"
            session.headers["Accept"] = "application/json"
            if is_loopback(self.url):
                session.trust_env = False  # a proxy can't reach our loopback, and need not see what goes there
        return session

    def request(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        json: object = None,
        data: object = None,
        headers: dict[str, str] | None = None,
        basic: tuple[str, str] | None = None,
        stream: bool = False,
        patience: float | None = None,
        root: str = "/api",
    ) -> requests.Response:
        """The successful answer to a request to `<url>/api<path>` (`root` "" for what is no part of the API).

        Raises the error that the repository answered with, or Unavailable. Only GET follows redirects: a
        written body must not be lost on the way. `patience`: seconds for the answer to begin.
        """
        patience = patience or self._timeout
        auth: AuthBase = HTTPBasicAuth(basic[0].encode(), basic[1].encode()) if basic else _Token(self.token)
        try:
            response = self._session.request(
                method,
                f"{self.url}{root}{path}",
                params=params,
                json=json,
                data=data,  # type: ignore[arg-type]  # anything with read() and a length, says requests' manual
                headers=headers,
                auth=auth,
                timeout=(min(CONNECT_SECONDS, patience), patience),
                stream=stream,
                allow_redirects=method == "GET",
            )
        except requests.RequestException as error:
            raise self._unreachable(error, method, patience) from error
        if response.ok and not response.is_redirect:
            return response
        with response:
            raise self._refusal(response)

    def get(self, path: str, kind: type[T], params: dict[str, str] | None = None) -> T:
        """The JSON answer to GET `path`, which must be a `kind` (dict or list)."""
        return self.document(self.request("GET", path, params=params), kind)

    def document(self, response: requests.Response, kind: type[T]) -> T:
        """The JSON of `response`; raises RepoError if something else than a repository answered."""
        try:
            value = response.json()
        except ValueError:
            value = None
        except requests.RequestException as error:
            raise self._unreachable(error, "GET", self._timeout) from error
        if not isinstance(value, kind):
            raise self._stranger()
        return value

    def _stranger(self) -> RepoError:
        return Unavailable(
            f"What answers at {self.url} is not a Jupyter Repo: check the address (JUPYTER_REPO_URL, "
            "`JupyterRepo.url`, or `login --url`)"
        )

    def _refusal(self, response: requests.Response) -> RepoError:
        if response.is_redirect:
            target = urljoin(response.url, response.headers.get("Location", ""))
            return Unavailable(f"{self.url} sends on to {target.split('/api')[0]}: use that address instead")
        try:
            body = response.json()
        except (ValueError, requests.RequestException):
            body = None
        fallback = f"{self.url} answered {response.status_code} {response.reason} to {urlsplit(response.url).path}"
        return from_response(response.status_code, body, fallback=fallback)

    def _unreachable(self, error: requests.RequestException, method: str, patience: float) -> Unavailable:
        if isinstance(error, requests.exceptions.SSLError):
            why = "its certificate is not trusted here; set REQUESTS_CA_BUNDLE to your organization's certificates"
        elif isinstance(error, requests.exceptions.ReadTimeout):
            why = f"no answer within {patience:.0f} s; try again"
        elif isinstance(error, requests.exceptions.ProxyError):
            why = "the proxy could not be used; check HTTPS_PROXY and NO_PROXY"
        elif method in ("PUT", "POST") and "aborted" in str(error).lower():
            why = "it closed the connection; nothing was kept, try again"
        elif is_loopback(self.url):
            why = "nothing listens there; start JupyterLab or `jupyter repo serve`, or set JUPYTER_REPO_URL"
        else:
            why = "no connection; check the address and your network, or choose another with JUPYTER_REPO_URL"
        return Unavailable(f"The repository at {self.url} can't be reached: {why}")
