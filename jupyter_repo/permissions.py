"""THE TABLE: who may do what. Nothing else in the program decides.

Words: a *role* is what someone is on one package or channel, a ladder NONE < READ < READ_WRITE < ADMIN <
OWNER in which each rung holds the ones below. An *operation* is a row of the table. A *scope* cuts a
token down to some operations. A *gate* (`service/access.py`) loads the role and asks `allows`.

An operation is allowed when the role reaches the rule's least role AND, if a token was used, the target is
in the token's channel and one of its scopes reaches the operation for the package's kind. A token narrows
and never adds; its maker's role of this moment is the ceiling. What signing in hands to a client is a token
without a channel: it stands for the account wherever that has rights, as clients expect after a login.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from .models import Actor, Kind, Visibility


class Role(IntEnum):
    """What someone is on one package or channel; the highest of all that anything gives them."""

    NONE = 0
    READ = 1
    READ_WRITE = 2
    ADMIN = 3
    OWNER = 4

    @property
    def title(self) -> str:
        """As people read it: `Read-Write`."""
        return self.name.replace("_", "-").title()


SCOPES: dict[str, str] = {
    "all": "Everything your account may do on this channel.",
    "api": "Everything the API offers: read, write, groups.",
    "api:read": "Read private packages and their files through the API.",
    "api:write": "Upload, change and delete packages through the API, and read them.",
    "api:modify-group": "Add groups and change their members and packages.",
    "repos": "Download from all package repositories, private packages included; never write.",
    "conda": "Read private conda packages, upload conda packages and set their labels.",
    "conda:download": "Download private conda packages.",
    "pypi": "Read private Python packages and upload Python packages.",
    "pypi:download": "Download private Python packages.",
    "pypi:upload": "Upload Python packages.",
}
"""Each scope and the sentence shown on token forms, in refusals, in the CLI and in the documentation."""


class Op(StrEnum):
    """The operations of PERMISSIONS, one for each row of the table."""

    SEE = "see"
    DOWNLOAD = "download"
    UPLOAD = "upload"
    CREATE_PACKAGE = "create-package"
    DELETE_FILES = "delete-files"
    SET_LABELS = "set-labels"
    EDIT_SETTINGS = "edit-settings"
    DELETE_PACKAGE = "delete-package"
    MANAGE_TOKENS = "manage-tokens"
    READ_ACCOUNT = "read-account"
    ACCOUNT_SECRETS = "account-secrets"


_EVERY = frozenset(Kind)
_READ = {"all": _EVERY, "api": _EVERY, "api:read": _EVERY, "api:write": _EVERY}
_WRITE = {"all": _EVERY, "api": _EVERY, "api:write": _EVERY}


def _plus(base: dict[str, frozenset[Kind]], **more: frozenset[Kind]) -> dict[str, frozenset[Kind]]:
    return base | {scope.replace("__", ":"): kinds for scope, kinds in more.items()}


_CONDA, _PYPI = frozenset({Kind.CONDA}), frozenset({Kind.PYPI})


@dataclass(frozen=True)
class Rule:
    """One row: the least role, the scopes that reach it (and for which kinds), and the sentence that says it."""

    operation: Op
    least: Role
    scopes: dict[str, frozenset[Kind]]
    says: str


_UPLOAD = _plus(_WRITE, conda=_CONDA, pypi=_PYPI, pypi__upload=_PYPI)

RULES: dict[Op, Rule] = {
    rule.operation: rule
    for rule in (
        #    operation          least role       scopes that reach it                           the sentence
        Rule(Op.SEE, Role.READ, _plus(_READ, conda=_CONDA, pypi=_PYPI), "Know that a private package exists."),
        Rule(
            Op.DOWNLOAD,
            Role.READ,
            _plus(_READ, repos=_EVERY, conda=_CONDA, conda__download=_CONDA, pypi=_PYPI, pypi__download=_PYPI),
            "Download the files of a private package.",
        ),
        Rule(Op.UPLOAD, Role.READ_WRITE, _UPLOAD, "Upload a version or file to an existing package."),
        Rule(Op.CREATE_PACKAGE, Role.OWNER, _UPLOAD, "Upload a package that does not exist yet."),
        Rule(Op.DELETE_FILES, Role.READ_WRITE, _WRITE, "Delete files and versions of a package."),
        Rule(Op.SET_LABELS, Role.READ_WRITE, _plus(_WRITE, conda=_CONDA), "Set the labels of files."),
        Rule(Op.EDIT_SETTINGS, Role.ADMIN, _WRITE, "Change a package's access, summary and settings."),
        Rule(Op.DELETE_PACKAGE, Role.ADMIN, _WRITE, "Delete a package."),
        Rule(
            Op.MANAGE_TOKENS,
            Role.OWNER,
            {"all": _EVERY, "api": _EVERY},  # else api:write could mint itself more
            "List, create and revoke the tokens of a channel.",
        ),
        Rule(Op.READ_ACCOUNT, Role.OWNER, _READ, "Read the account: its e-mail and organizations."),
        Rule(Op.ACCOUNT_SECRETS, Role.OWNER, {}, "Change password or e-mail, delete an account."),  # no token ever
    )
}

PUBLIC_OPERATIONS = frozenset({Op.SEE, Op.DOWNLOAD})
"""What visibility alone may open; a token, whatever its scopes, does not take these away on public things."""


@dataclass(frozen=True)
class Target:
    """What an operation is about: a channel, and in it possibly one package."""

    channel: str
    channel_id: int
    package: str | None = None
    kinds: frozenset[Kind] = frozenset()
    visibility: Visibility | None = None

    @property
    def title(self) -> str:
        """As people write it: `channel/package`."""
        return f"{self.channel}/{self.package}" if self.package else self.channel


@dataclass(frozen=True)
class Decision:
    """The gate's answer; `reason` is a sentence for the person who was refused (empty when allowed)."""

    allowed: bool
    reason: str = ""
    missing_scope: bool = False


ALLOWED = Decision(True)


def opened_by(visibility: Visibility | None, *, signed_in: bool) -> bool:
    """Does visibility alone let this caller see and download the package?"""
    if visibility in (Visibility.PUBLIC, Visibility.UNLISTED):
        return True
    return visibility is Visibility.AUTHENTICATED and signed_in


def allows(actor: Actor, granted: Role, operation: Op, target: Target) -> Decision:
    """May `actor`, who was granted the role `granted` on `target`, do `operation`?

    `granted` comes from ownership and grants alone; visibility is weighed here.
    """
    if operation in PUBLIC_OPERATIONS and opened_by(target.visibility, signed_in=actor.account is not None):
        return ALLOWED
    rule = RULES[operation]
    if granted < rule.least:
        return Decision(False, f"{rule.says.rstrip('.')}: this needs {rule.least.title} on {target.title}.")
    token = actor.token
    if token is None:
        return ALLOWED
    if token.channel_id not in (None, target.channel_id):
        return Decision(False, f"The token {token.name!r} belongs to another channel than {target.channel}.", True)
    for scope in token.scopes:
        kinds = rule.scopes.get(scope, frozenset())
        if kinds == _EVERY or (target.kinds and target.kinds <= kinds):
            return ALLOWED
    wanted = ", ".join(scope for scope, kinds in rule.scopes.items() if not target.kinds or target.kinds <= kinds)
    has = ", ".join(sorted(token.scopes)) or "none"
    return Decision(
        False,
        f"{rule.says.rstrip('.')}: no token may do this; sign in with your password."
        if not rule.scopes
        else f"{rule.says.rstrip('.')}: the token {token.name!r} has the scopes {has}; this needs one of: {wanted}.",
        True,
    )


def check_scopes(scopes: list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """The scopes of a new token; none means all, as anaconda-client has it.

    Raises ValueError that lists the known scopes.
    """
    unknown = [scope for scope in scopes or () if scope not in SCOPES]
    if unknown:
        raise ValueError(f"unknown scope {', '.join(unknown)}; known scopes: {', '.join(SCOPES)}")
    return tuple(dict.fromkeys(scopes or ("all",)))
