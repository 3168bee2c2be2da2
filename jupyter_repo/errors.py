"""The one error tree.

Everything that can go wrong and has a meaning for a user is one of these; the HTTP layer turns a
`RepoError` into a status and a JSON body in one method, the client turns such a body back into the
same class (`from_response`), and the front doors (panel, magics, command line) print `str(error)`.

    RepoError
    ├── InvalidRequest 400
    │   ├── InvalidName
    │   ├── InvalidPackage        a file is not what its name says, is truncated, climbs out, is a bomb
    │   └── FindingsInside        the publish guard found secrets or the like; `findings` lists them
    ├── Unauthenticated 401
    ├── Forbidden 403
    │   └── QuotaExceeded
    ├── NotFound 404              also what may not be seen: callers can't tell the two apart
    ├── Conflict 409
    │   └── AlreadyExists
    ├── TooLarge 413
    ├── RateLimited 429
    ├── Unavailable 503           the repository can't be reached, or is stopping
    └── StorageFull 507

A message names the thing, says what is wrong, and says the way out:
`"{filename} is already in {owner}/{package} {version}; upload a new build number or delete it first"`.
"""

from __future__ import annotations

from collections.abc import Mapping


class RepoError(Exception):
    """Base of all errors that a user may meet; `status` is its HTTP status, `code` its stable name."""

    status = 500
    code = "internal"

    def __init__(self, message: str, *, code: str | None = None, **details: object) -> None:
        """Keep `message` for people and `details` (JSON values, e.g. `renew_url`) for programs."""
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        self.details = details

    def __str__(self) -> str:
        return self.message

    def body(self) -> dict[str, object]:
        """The JSON body on every surface.

        `error` is what anaconda-client prints, `detail` and `title` what conda shows of an
        `application/problem+json`, `message` what JupyterLab shows.
        """
        return {
            "error": self.message,
            "code": self.code,
            "detail": self.message,
            "message": self.message,
            "status": self.status,
            **self.details,
        }


class InvalidRequest(RepoError):
    """The request is malformed; sending it again unchanged will fail again."""

    status, code = 400, "invalid_request"


class InvalidName(InvalidRequest):
    """A name that is not legal for an account, package, version, label or file."""

    code = "invalid_name"


class InvalidPackage(InvalidRequest):
    """A file that can't be read as what its name says."""

    code = "invalid_package"


class FindingsInside(InvalidRequest):
    """The publish guard found something that should not leave; `findings` (documents) says what and in which cell."""

    code = "findings"


class Unauthenticated(RepoError):
    """Nobody is signed in, or the credential is not known or dead."""

    status, code = 401, "unauthenticated"


class Forbidden(RepoError):
    """The caller may see the thing and may not do this with it."""

    status, code = 403, "forbidden"


class QuotaExceeded(Forbidden):
    """A limit of the channel's plan is reached."""

    code = "quota_exceeded"


class NotFound(RepoError):
    """The thing does not exist for this caller."""

    status, code = 404, "not_found"


class Conflict(RepoError):
    """The request does not fit the present state."""

    status, code = 409, "conflict"


class AlreadyExists(Conflict):
    """A thing of that name is already there."""

    code = "already_exists"


class TooLarge(RepoError):
    """A body or file over the limit."""

    status, code = 413, "too_large"


class RateLimited(RepoError):
    """Too many tries; `retry_after` (seconds) says when to come back."""

    status, code = 429, "rate_limited"


class Unavailable(RepoError):
    """The repository can't be reached or is shutting down."""

    status, code = 503, "unavailable"


class StorageFull(RepoError):
    """The disk of the repository is full; nothing of the upload was kept."""

    status, code = 507, "storage_full"


def _tree(base: type[RepoError]) -> list[type[RepoError]]:
    return [base, *(deep for sub in base.__subclasses__() for deep in _tree(sub))]


def from_response(status: int, body: object, *, fallback: str) -> RepoError:
    """The error that a server meant by `status` and `body` (decoded JSON, or anything else).

    The class is chosen by `code`, then by `status`; `fallback` is the message when the body has none.
    """
    data: Mapping[str, object] = body if isinstance(body, Mapping) else {}
    message = next(
        (text for key in ("error", "detail", "message") if isinstance(text := data.get(key), str) and text),
        fallback,
    )
    code = data.get("code")
    known = _tree(RepoError)
    cls = next((cls for cls in known if cls.code == code), None) or next(
        (cls for cls in known if cls.status == status), RepoError
    )
    standard = {"error", "code", "detail", "message", "status"}
    error = cls(
        message,
        code=code if isinstance(code, str) else None,
        **{key: value for key, value in data.items() if key not in standard},
    )
    error.status = status
    return error
