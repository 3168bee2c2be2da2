"""PERMISSIONS' two tables, typed in as they stand there, against the code's one; and that its two forms are one rule.

Worlds are generated: people, organizations, groups, collaborators, packages of every visibility, tokens. An oracle
written from the document alone says what each actor may; the gate and the WHERE clause must say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_repo.db import tables as t
from jupyter_repo.models import ANONYMOUS, Account, AccountKind, Actor, Kind, Package, TokenUse, Visibility
from jupyter_repo.permissions import RULES, SCOPES, Op, table
from jupyter_repo.service.access import about, decide, granted, granted_on, visible
from jupyter_repo.service.work import Repository, Work

# columns: anonymous, signed in without a grant, Read, Read-Write, Admin, Owners, own, site administrator
ROLE_TABLE = """
see                   N N Y Y Y Y Y Y
list-files            N N Y Y Y Y Y glass
download              N N Y Y Y Y Y glass
upload                N N N Y Y Y Y N
create-package        N N N N N Y Y N
delete-files          N N N Y Y Y Y Y
delete-package        N N N N Y Y Y Y
transfer              N N N N Y Y Y N
set-labels            N N N Y Y Y Y N
lock-labels           N N N N N Y Y N
manage-mirrors        N N N N N Y Y N
edit-settings         N N N N Y Y Y N
manage-collaborators  N N N N Y Y Y N
read-groups           N N N N N Y - N
modify-groups         N N N N N Y - N
delete-groups         N N N N N Y - N
manage-owners         N N N N N Y - N
edit-organization     N N N N N Y - N
delete-organization   N N N N N Y - Y
own-tokens            N N Y Y Y Y Y N
manage-tokens         N N N N N Y Y N
revoke-tokens         N N N N N Y Y Y
read-audit            N N N N N Y Y Y
read-account          N N N N N Y Y N
billing               N N N N N Y Y N
account-secrets       N N N N N Y Y N
create-organization   N Y Y Y Y Y Y Y
star                  N Y Y Y Y Y Y Y
suggest               N Y Y Y Y Y Y Y
administer            N N N N N N N Y
"""
ROLES = ["anonymous", "none", "read", "read-write", "admin", "owner", "own", "site"]
CELLS = {line.split()[0]: dict(zip(ROLES, line.split()[1:], strict=True)) for line in ROLE_TABLE.strip().splitlines()}

# columns: the scopes in the order of NAMES; cells: Y, N, or the kind for which the scope reaches
SCOPE_TABLE = """
see                   Y Y N Y Y conda N pypi N N N
list-files            Y Y N Y Y conda N pypi N N N
download              Y Y N Y Y conda conda pypi pypi N Y
upload                Y Y N N Y conda N pypi N pypi N
create-package        Y Y N N Y conda N pypi N pypi N
delete-files          Y Y N N Y N N N N N N
delete-package        Y Y N N Y N N N N N N
transfer              Y Y N N Y N N N N N N
set-labels            Y Y N N Y conda N N N N N
lock-labels           Y Y N N Y N N N N N N
manage-mirrors        Y Y N N Y N N N N N N
edit-settings         Y Y N N Y N N N N N N
manage-collaborators  Y Y N N Y N N N N N N
read-groups           Y Y Y Y Y N N N N N N
modify-groups         Y Y Y N N N N N N N N
delete-groups         Y Y N N N N N N N N N
manage-owners         Y Y N N N N N N N N N
edit-organization     Y Y N N Y N N N N N N
delete-organization   N N N N N N N N N N N
own-tokens            Y Y N N N N N N N N N
manage-tokens         Y Y N N N N N N N N N
revoke-tokens         Y Y N N N N N N N N N
read-audit            Y Y N Y Y N N N N N N
read-account          Y Y N Y Y N N N N N N
billing               N N N N N N N N N N N
account-secrets       N N N N N N N N N N N
create-organization   Y Y N N N N N N N N N
star                  Y Y N N Y N N N N N N
suggest               Y Y N N Y N N N N N N
administer            N N N N N N N N N N N
"""
NAMES = (
    "all api api:modify-group api:read api:write conda conda:download pypi pypi:download pypi:upload repos"
).split()
REACH = {line.split()[0]: dict(zip(NAMES, line.split()[1:], strict=True)) for line in SCOPE_TABLE.strip().splitlines()}
LADDER = ["none", "read", "read-write", "admin", "owner"]


def test_every_operation_and_scope_stands_in_the_tables() -> None:
    assert set(CELLS) == set(REACH) == {str(operation) for operation in Op} == {str(rule) for rule in RULES}
    assert set(NAMES) == set(SCOPES)


@pytest.mark.parametrize("operation", list(Op))
@pytest.mark.parametrize("scope", NAMES)
def test_scopes_reach_what_the_table_says(operation: Op, scope: str) -> None:
    cell = REACH[operation][scope]
    wanted = {"Y": set(Kind), "N": set()}.get(cell) if cell in "YN" else {Kind(cell)}
    assert set(RULES[operation].scopes.get(scope, ())) == wanted


def test_the_table_is_written_for_the_documentation() -> None:
    text = table()
    assert len(text.splitlines()) == len(RULES) + 2
    assert "| Transfer a package to another account |  |  | yes | yes |  | `all`, `api`, `api:write` |" in text


# --- worlds -----------------------------------------------------------------------------------------------------------

USERS, ORGANIZATIONS, ADMIN = (1, 2, 3), (4, 5), 3


@dataclass
class Grant:
    level: str
    members: set[int] = field(default_factory=set)
    packages: set[int] = field(default_factory=set)


@dataclass
class Generated:
    """A world on paper: what the database is filled with, and what the oracle reads."""

    owners: dict[int, set[int]]
    packages: dict[int, tuple[int, Visibility, frozenset[Kind]]]
    groups: list[tuple[int, Grant]]
    collaborators: dict[tuple[int, int], str]
    added: dict[tuple[int, int], str]
    """(package, position of the group) -> level"""

    def role(self, user: int | None, channel: int, package: int | None) -> str:
        if user is None:
            return "anonymous"
        if user == channel:
            return "own"
        if user in self.owners.get(channel, ()):
            return "owner"
        levels = ["none"]
        if package is not None:
            levels.append(self.collaborators.get((package, user), "none"))
            for position, (_, group) in enumerate(self.groups):
                if user in group.members:
                    levels.append(group.level if package in group.packages else "none")
                    levels.append(self.added.get((package, position), "none"))
        return max(levels, key=LADDER.index)


LEVELS = st.sampled_from(["read", "read-write", "admin"])


@st.composite
def worlds(draw: st.DrawFn) -> Generated:
    owners = {org: draw(st.sets(st.sampled_from(USERS), min_size=1, max_size=2)) for org in ORGANIZATIONS}
    packages = {
        key: (
            draw(st.sampled_from([1, 2, 4, 5])),
            draw(st.sampled_from(list(Visibility))),
            draw(
                st.sampled_from([{Kind.CONDA}, {Kind.PYPI}, {Kind.CONDA, Kind.PYPI}, {Kind.NOTEBOOK}, set()]).map(
                    frozenset
                )
            ),
        )
        for key in range(1, draw(st.integers(2, 6)))
    }
    groups = []
    for _ in range(draw(st.integers(0, 3))):
        org = draw(st.sampled_from(ORGANIZATIONS))
        inside = [key for key, (channel, *_) in packages.items() if channel == org]
        listed = draw(st.sets(st.sampled_from(inside), max_size=2)) if inside else set()
        groups.append((org, Grant(draw(LEVELS), draw(st.sets(st.sampled_from(USERS), max_size=2)), listed)))
    collaborators = draw(
        st.dictionaries(st.tuples(st.sampled_from(sorted(packages)), st.sampled_from(USERS)), LEVELS, max_size=4)
    )
    pairs = [
        (key, position)
        for position, (org, _) in enumerate(groups)
        for key, (channel, *_) in packages.items()
        if channel == org
    ]
    added = draw(st.dictionaries(st.sampled_from(pairs), LEVELS, max_size=3)) if pairs else {}
    return Generated(owners, packages, groups, collaborators, added)


def fill(db: sa.Connection, world: Generated) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for key in (*USERS, *ORGANIZATIONS):
        kind = AccountKind.USER if key in USERS else AccountKind.ORGANIZATION
        row = {"id": key, "name": f"a{key}", "name_key": f"a{key}", "kind": str(kind), "created_at": now}
        db.execute(sa.insert(t.accounts).values(**row, is_admin=key == ADMIN))
    for org, people in world.owners.items():
        for person in people:
            db.execute(sa.insert(t.owners).values(organization_id=org, account_id=person, since=now))
    for key, (channel, visibility, kinds) in world.packages.items():
        db.execute(
            sa.insert(t.packages).values(
                id=key,
                account_id=channel,
                name=f"p{key}",
                name_key=f"p{key}",
                visibility=str(visibility),
                attrs={},
                created_at=now,
                updated_at=now,
            )
        )
        for kind in kinds:
            db.execute(sa.insert(t.package_kinds).values(package_id=key, kind=str(kind)))
    for position, (org, group) in enumerate(world.groups, 1):
        row = {"id": position, "account_id": org, "name": f"g{position}", "name_key": f"g{position}"}
        db.execute(sa.insert(t.groups).values(**row, level=group.level, created_at=now))
        for person in group.members:
            db.execute(sa.insert(t.group_members).values(group_id=position, account_id=person, since=now))
        for key in group.packages:
            db.execute(sa.insert(t.group_packages).values(group_id=position, package_id=key, since=now))
    for (key, person), level in world.collaborators.items():
        db.execute(sa.insert(t.collaborators).values(package_id=key, account_id=person, level=level, since=now))
    for (key, position), level in world.added.items():
        db.execute(
            sa.insert(t.collaborating_groups).values(package_id=key, group_id=position + 1, level=level, since=now)
        )


def account(key: int) -> Account:
    kind = AccountKind.USER if key in USERS else AccountKind.ORGANIZATION
    return Account(key, f"a{key}", kind, datetime(2026, 1, 1, tzinfo=UTC), is_admin=key == ADMIN)


@st.composite
def actors(draw: st.DrawFn) -> Actor:
    key = draw(st.sampled_from([None, *USERS]))
    if key is None:
        return ANONYMOUS
    actor = Actor(account(key), break_glass=draw(st.sampled_from(["", "a complaint"])))
    if draw(st.booleans()):
        scopes = draw(st.frozensets(st.sampled_from(NAMES), min_size=1, max_size=2))
        use = TokenUse(1, "t", draw(st.sampled_from([key, *ORGANIZATIONS])), scopes, everywhere=draw(st.booleans()))
        actor = replace(actor, token=use)
    return actor


def oracle(
    world: Generated, actor: Actor, operation: str, channel: int, package: int | None, kinds: frozenset[Kind]
) -> bool:
    """What PERMISSIONS says, from its tables alone."""
    user = actor.account.id if actor.account else None
    if package is not None and operation in ("see", "list-files", "download"):
        visibility = world.packages[package][1]
        if visibility in (Visibility.PUBLIC, Visibility.UNLISTED):
            return True
        if visibility is Visibility.AUTHENTICATED and user is not None:
            return True
    cells = CELLS[operation]
    role = world.role(user, channel, package)
    by_role = cells["owner" if cells[role] == "-" else role] == "Y"
    if by_role:
        token = actor.token
        if token is None:
            return True
        if not token.everywhere and token.channel_id != channel:
            return False
        return any(_scope_reaches(REACH[operation][scope], kinds) for scope in token.scopes)
    if user == ADMIN and actor.token is None:
        return cells["site"] == "Y" or (cells["site"] == "glass" and bool(actor.break_glass))
    return False


def _scope_reaches(cell: str, kinds: frozenset[Kind]) -> bool:
    return cell == "Y" or (cell != "N" and kinds == {Kind(cell)})


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(world=worlds(), who=st.lists(actors(), min_size=4, max_size=8))
def test_gate_where_clause_and_document_agree(repository: Repository, world: Generated, who: list[Actor]) -> None:
    with repository.engine.connect() as db:
        transaction = db.begin()
        fill(db, world)
        work = Work(db, repository.store, repository.settings, datetime.now(UTC))
        for actor in who:
            for key, (channel, visibility, kinds) in world.packages.items():
                target = about(account(channel), _package(key, visibility, kinds))
                for operation in Op:
                    wanted = oracle(world, actor, operation, channel, key, kinds)
                    assert decide(work, actor, operation, target).allowed is wanted, (operation, actor, key)
            many = granted_on(work, actor, {key: channel for key, (channel, *_) in world.packages.items()})
            assert many == {key: granted(work, actor, channel, key) for key, (channel, *_) in world.packages.items()}
            for operation in (Op.SEE, Op.LIST_FILES, Op.DOWNLOAD):
                for kind in (None, Kind.CONDA, Kind.PYPI):
                    _same_as_where(work, world, actor, operation, kind)
        transaction.rollback()


def _same_as_where(work: Work, world: Generated, actor: Actor, operation: Op, kind: Kind | None) -> None:
    for listed in (True, False):
        clause = visible(actor, operation, kind=kind, listed=listed)
        got = set(work.db.scalars(sa.select(t.packages.c.id).where(clause)))
        wanted = set()
        for key, (channel, visibility, kinds) in world.packages.items():
            asked = frozenset({kind}) if kind else kinds
            allowed = oracle(world, actor, operation, channel, key, asked)
            if allowed and visibility is Visibility.UNLISTED and listed:
                # its address opens it, a list shows it only to those who hold a right on it
                hidden = replace(world, packages={**world.packages, key: (channel, Visibility.PRIVATE, kinds)})
                allowed = oracle(hidden, actor, operation, channel, key, asked)
            if allowed:
                wanted.add(key)
        assert got == wanted, (actor, operation, kind, listed)


def _package(key: int, visibility: Visibility, kinds: frozenset[Kind]) -> Package:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return Package(key, "", f"p{key}", tuple(kinds), "", visibility, moment, moment)
