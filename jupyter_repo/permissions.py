"""THE TABLE: who may do what. Nothing else in the program decides.

Words: a *role* is what someone is on one package or channel, a ladder NONE < READ < READ_WRITE < ADMIN <
OWNER in which each rung holds the ones below. An *operation* is a row of the table. A *scope* cuts a
token down to some operations. A *gate* (`service/access.py`) loads the role and asks `allows`.

An operation is allowed when the role reaches the rule's least role AND, if a token was used, the target is
in the token's channel (a client's sign-in reaches all its person's channels) and one of its scopes reaches
the operation for the package's kind. A token narrows and never adds; its maker's role of this moment is the
ceiling. A site administrator has a column of their own, for what the role does not reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from .models import Actor, Kind, TokenUse, Visibility


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

    @property
    def word(self) -> str:
        """As programs write it: `read-write`."""
        return self.name.replace("_", "-").lower()


LEVELS = {role.word: role for role in (Role.READ, Role.READ_WRITE, Role.ADMIN)}
"""The levels that groups and collaborators may have, by their word."""
LEVEL_ALIASES = {"write": "read-write", "readwrite": "read-write", "rw": "read-write"}
"""anaconda-client says `write`"""


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
    """The operations of PERMISSIONS, one for each row of the table (a few rows are several here)."""

    SEE = "see"
    LIST_FILES = "list-files"
    DOWNLOAD = "download"
    UPLOAD = "upload"
    CREATE_PACKAGE = "create-package"
    DELETE_FILES = "delete-files"
    DELETE_PACKAGE = "delete-package"
    TRANSFER = "transfer"
    SET_LABELS = "set-labels"
    LOCK_LABELS = "lock-labels"
    MANAGE_MIRRORS = "manage-mirrors"
    EDIT_SETTINGS = "edit-settings"
    MANAGE_COLLABORATORS = "manage-collaborators"
    READ_GROUPS = "read-groups"
    MODIFY_GROUPS = "modify-groups"
    DELETE_GROUPS = "delete-groups"
    MANAGE_OWNERS = "manage-owners"
    EDIT_ORGANIZATION = "edit-organization"
    DELETE_ORGANIZATION = "delete-organization"
    OWN_TOKENS = "own-tokens"
    MANAGE_TOKENS = "manage-tokens"
    REVOKE_TOKENS = "revoke-tokens"
    READ_AUDIT = "read-audit"
    READ_ACCOUNT = "read-account"
    BILLING = "billing"
    ACCOUNT_SECRETS = "account-secrets"
    CREATE_ORGANIZATION = "create-organization"
    STAR = "star"
    SUGGEST = "suggest"
    ADMINISTER = "administer"


_EVERY = frozenset(Kind)
_READ = {"all": _EVERY, "api": _EVERY, "api:read": _EVERY, "api:write": _EVERY}
_WRITE = {"all": _EVERY, "api": _EVERY, "api:write": _EVERY}
_FULL = {"all": _EVERY, "api": _EVERY}
_NO_TOKEN: dict[str, frozenset[Kind]] = {}


def _plus(base: dict[str, frozenset[Kind]], **more: frozenset[Kind]) -> dict[str, frozenset[Kind]]:
    return base | {scope.replace("__", ":"): kinds for scope, kinds in more.items()}


_CONDA, _PYPI = frozenset({Kind.CONDA}), frozenset({Kind.PYPI})


class Site(StrEnum):
    """The site administrator's column: no rung of the ladder, a power of its own, only when signed in by password."""

    NO = "no"
    YES = "yes"
    BREAK_GLASS = "break-glass"
    """after saying why; every use is written to the channel's audit log"""


@dataclass(frozen=True)
class Rule:
    """One row: the least role, the scopes that reach it (and for which kinds), and the sentence that says it."""

    operation: Op
    least: Role
    scopes: dict[str, frozenset[Kind]]
    says: str
    site: Site = Site.NO
    signed_in: bool = False
    """any account will do, where the role asked for is NONE"""
    anywhere: bool = False
    """asked of a channel, the role on any of its packages counts"""

    @property
    def site_only(self) -> bool:
        """No role reaches it, only the site administrator's column."""
        return self.least is Role.NONE and not self.signed_in


_SEE = _plus(_READ, conda=_CONDA, pypi=_PYPI)
_UPLOAD = _plus(_WRITE, conda=_CONDA, pypi=_PYPI, pypi__upload=_PYPI)
_DOWNLOAD = _plus(_READ, repos=_EVERY, conda=_CONDA, conda__download=_CONDA, pypi=_PYPI, pypi__download=_PYPI)
_GROUPS = _FULL | {"api:modify-group": _EVERY}
_READ_GROUPS = _GROUPS | _READ
_O, _A, _W, _R, _ANY = Role.OWNER, Role.ADMIN, Role.READ_WRITE, Role.READ, Role.NONE

RULES: dict[Op, Rule] = {
    rule.operation: rule
    for rule in (
        #    operation           least scopes    the sentence
        Rule(Op.SEE, _R, _SEE, "Know that a private package exists.", Site.YES),
        Rule(Op.LIST_FILES, _R, _SEE, "List the files of a private package.", Site.BREAK_GLASS),
        Rule(Op.DOWNLOAD, _R, _DOWNLOAD, "Download the files of a private package.", Site.BREAK_GLASS),
        Rule(Op.UPLOAD, _W, _UPLOAD, "Upload a version or file to an existing package."),
        Rule(Op.CREATE_PACKAGE, _O, _UPLOAD, "Upload a package that does not exist yet."),
        Rule(Op.DELETE_FILES, _W, _WRITE, "Delete files and versions of a package.", Site.YES),
        Rule(Op.DELETE_PACKAGE, _A, _WRITE, "Delete a package.", Site.YES),
        Rule(Op.TRANSFER, _A, _WRITE, "Transfer a package to another account."),
        Rule(Op.SET_LABELS, _W, _plus(_WRITE, conda=_CONDA), "Set the labels of files."),
        Rule(Op.LOCK_LABELS, _O, _WRITE, "Lock and unlock a label."),
        Rule(Op.MANAGE_MIRRORS, _O, _WRITE, "Set what a channel mirrors."),
        Rule(Op.EDIT_SETTINGS, _A, _WRITE, "Change a package's access, summary and settings."),
        Rule(Op.MANAGE_COLLABORATORS, _A, _WRITE, "Manage a package's collaborators and groups."),
        Rule(Op.READ_GROUPS, _O, _READ_GROUPS, "Read an organization's groups."),
        Rule(Op.MODIFY_GROUPS, _O, _GROUPS, "Add groups and change their members and packages."),
        Rule(Op.DELETE_GROUPS, _O, _FULL, "Delete a group."),
        # not api:modify-group: who may make owners may do everything
        Rule(Op.MANAGE_OWNERS, _O, _FULL, "Add and remove an organization's owners."),
        Rule(Op.EDIT_ORGANIZATION, _O, _WRITE, "Change an organization's settings."),
        Rule(Op.DELETE_ORGANIZATION, _O, _NO_TOKEN, "Delete an organization.", Site.YES),
        Rule(
            Op.OWN_TOKENS,
            _R,
            _FULL,
            "Make tokens of one's own for a channel, as narrow as one's rights.",
            anywhere=True,
        ),
        Rule(Op.MANAGE_TOKENS, _O, _FULL, "Create and list the tokens of a channel."),  # else api:write could mint more
        Rule(Op.REVOKE_TOKENS, _O, _FULL, "Revoke the tokens of a channel.", Site.YES),
        Rule(Op.READ_AUDIT, _O, _READ, "Read a channel's audit log.", Site.YES),
        Rule(Op.READ_ACCOUNT, _O, _READ, "Read the account: its e-mail and organizations."),
        Rule(Op.BILLING, _O, _NO_TOKEN, "Ask for another plan."),
        Rule(Op.ACCOUNT_SECRETS, _O, _NO_TOKEN, "Change password or e-mail, delete an account."),
        Rule(Op.CREATE_ORGANIZATION, _ANY, _FULL, "Create an organization.", signed_in=True),
        Rule(Op.SUGGEST, _ANY, _WRITE, "Suggest a change to a notebook that you may read.", signed_in=True),
        Rule(Op.STAR, _ANY, _WRITE, "Star a package.", signed_in=True),
        Rule(Op.ADMINISTER, Role.NONE, _NO_TOKEN, "Administer the site: its accounts and reset links.", Site.YES),
    )
}

PUBLIC_OPERATIONS = frozenset({Op.SEE, Op.LIST_FILES, Op.DOWNLOAD})
"""What visibility alone may open; a token, whatever its scopes, does not take these away on public things."""


@dataclass(frozen=True)
class Target:
    """What an operation is about: a channel, and in it possibly one package."""

    channel: str
    channel_id: int
    package: str | None = None
    package_id: int | None = None
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
    if not _reaches(actor, granted, rule):
        return ALLOWED if site_power(actor, operation) else Decision(False, _lacking(rule, target))
    token = actor.token
    if token is None:
        return ALLOWED
    if not token.everywhere and token.channel_id != target.channel_id:
        return Decision(False, f"The token {token.name!r} belongs to another channel than {target.channel}.", True)
    for scope in token.scopes:
        kinds = rule.scopes.get(scope, frozenset())
        if kinds == _EVERY or (target.kinds and target.kinds <= kinds):
            return ALLOWED
    return Decision(False, _out_of_scope(rule, target, token), True)


def _reaches(actor: Actor, granted: Role, rule: Rule) -> bool:
    if rule.least is Role.NONE:
        return rule.signed_in and actor.account is not None
    return granted >= rule.least


def site_power(actor: Actor, operation: Op) -> bool:
    """Does the site administrator's column open it? A token never carries that power: it is bound to a channel."""
    if actor.account is None or not actor.account.is_admin or actor.token is not None:
        return False
    site = RULES[operation].site
    return site is Site.YES or (site is Site.BREAK_GLASS and bool(actor.break_glass))


def _lacking(rule: Rule, target: Target) -> str:
    what = rule.says.rstrip(".")
    if rule.signed_in:
        return f"{what}: sign in first."
    if rule.least is Role.NONE:
        return f"{what}: only a site administrator may, signed in by password."
    return f"{what}: this needs {rule.least.title} on {target.title}."


def _out_of_scope(rule: Rule, target: Target, token: TokenUse) -> str:
    what = rule.says.rstrip(".")
    if not rule.scopes:
        return f"{what}: no token may do this; sign in with your password."
    wanted = ", ".join(scope for scope, kinds in rule.scopes.items() if not target.kinds or target.kinds <= kinds)
    has = ", ".join(sorted(token.scopes)) or "none"
    return f"{what}: the token {token.name!r} has the scopes {has}; this needs one of: {wanted}."


def table() -> str:
    """The table as Markdown, for the documentation: who may do what, and which scopes reach it."""
    roles = [role for role in Role if role is not Role.NONE]
    head = ["operation", *(role.title for role in roles), "site administrator", "scopes"]
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for rule in RULES.values():
        cells = ["yes" if role >= rule.least and rule.site_only is False else "" for role in roles]
        scopes = ", ".join(
            f"`{scope}`" if kinds == _EVERY else f"`{scope}` ({', '.join(sorted(kinds))})"
            for scope, kinds in rule.scopes.items()
        )
        site = "" if rule.site is Site.NO else str(rule.site)
        lines.append("| " + " | ".join([rule.says.rstrip("."), *cells, site, scopes or "none"]) + " |")
    return "\n".join(lines) + "\n"


def check_scopes(scopes: list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """The scopes of a new token; none means all, as anaconda-client has it.

    Raises ValueError that lists the known scopes.
    """
    unknown = [scope for scope in scopes or () if scope not in SCOPES]
    if unknown:
        raise ValueError(f"unknown scope {', '.join(unknown)}; known scopes: {', '.join(SCOPES)}")
    return tuple(dict.fromkeys(scopes or ("all",)))
