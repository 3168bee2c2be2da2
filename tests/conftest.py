"""Top-level fixtures; each folder of tests adds its own.

`repository` is a fresh repository, once on SQLite and once on PostgreSQL; `world` has two users, an organization and
helpers to publish real packages in it.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from jupyter_repo.db.engine import open_engine
from jupyter_repo.db.migrate import upgrade
from jupyter_repo.service import secrets
from jupyter_repo.service.work import Repository, Settings
from jupyter_repo.storage import open_store

from .databases import fresh_sqlite
from .engines import Postgres, find_postgres, missing
from .worlds import World

pytest_plugins = ["pytest_jupyter.jupyter_server"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In CI a test that drives a browser or other people's programs and fails runs once more, three of them at most.

    Its first failure is shown. A browser drops a click once in a thousand on a machine that is out of breath, and
    clients give up after times of their own. What the summary names as rerun is to be looked into all the same; at
    home it fails at once.
    """
    if os.environ.get("CI"):
        for item in items:
            if "browser" in getattr(item, "fixturenames", ()) or item.path.parent.name == "e2e":
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL for the run, holding a migrated database `template_repo`."""
    binaries = find_postgres()
    if binaries is None:
        missing("PostgreSQL", "apt-get install postgresql, or set PGBIN to the folder of initdb")
    server = Postgres(binaries).start()
    admin = sa.create_engine(server.url(), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE template_repo")
    admin.dispose()
    upgrade(server.url("template_repo"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def databases(postgres: Postgres) -> Iterator[sa.Connection]:
    """A connection that makes and drops databases."""
    admin = sa.create_engine(postgres.url(), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        yield connection
    admin.dispose()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hash the passwords of tests in this process with little work; `test_secrets` holds what is used outside."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(params=["sqlite", "postgresql"])
def db_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database, on either engine."""
    if request.param == "sqlite":
        yield fresh_sqlite(tmp_path)
        return
    server: Postgres = request.getfixturevalue("postgres")
    connection: sa.Connection = request.getfixturevalue("databases")
    name = f"t_{uuid.uuid4().hex}"
    connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template_repo")
    yield server.url(name)
    connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def repository(db_url: str, tmp_path: Path) -> Iterator[Repository]:
    """A fresh repository."""
    found = Repository(open_engine(db_url), open_store(tmp_path / "store"), Settings())
    yield found
    found.close()


@pytest.fixture
def world(repository: Repository, tmp_path: Path) -> World:
    """Ada and Bob, Ada's organization acme, and real packages at hand."""
    return World.new(repository, tmp_path)
