"""Migrations make exactly the tables that the code uses, once, and keep a copy of what they change."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from jupyter_repo.db import fulltext
from jupyter_repo.db.engine import open_engine, url_of
from jupyter_repo.db.migrate import _config, head, upgrade
from jupyter_repo.db.tables import metadata
from jupyter_repo.errors import Conflict, InvalidRequest


def differences(connection: sa.Connection) -> list[object]:
    """What the database has otherwise than the code."""
    # the full-text index and what FTS5 keeps beside it are the database's own
    ours = {"include_name": lambda name, kind, _: kind != "table" or not name.startswith("search_index")}
    return list(compare_metadata(MigrationContext.configure(connection, opts=ours), metadata))


def test_the_migrations_make_the_tables_of_the_code(db_url: str) -> None:
    engine = open_engine(db_url)
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


def test_the_second_time_there_is_nothing_to_do(tmp_path: Path) -> None:
    url = url_of(tmp_path)
    assert upgrade(url) == (None, head())
    assert upgrade(url) == (head(), head())


def test_several_processes_may_start_at_once(tmp_path: Path) -> None:
    url, done = url_of(tmp_path), []
    threads = [threading.Thread(target=lambda: done.append(upgrade(url))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done, key=str) == sorted([(None, head()), *[(head(), head())] * 5], key=str)


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    url = url_of(tmp_path)
    upgrade(url)
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(Conflict, match="made by a newer version"):
        upgrade(url)


@pytest.mark.parametrize("revision", ["0003", "0002", "0001", "base"])
def test_every_migration_can_be_undone_and_done_again(db_url: str, revision: str) -> None:
    """Rows that the older schema knows survive both ways."""
    engine = open_engine(db_url, foreign_keys=False)
    config = _config()
    columns = "name, name_key, kind, created_at"
    with engine.execution_options(write=True).begin() as connection:
        connection.execute(sa.text(f"INSERT INTO accounts ({columns}) VALUES ('ada', 'ada', 'user', '2026-01-01')"))
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        if revision == "base":
            assert set(sa.inspect(connection).get_table_names()) == {"alembic_version"}
        else:
            assert connection.execute(sa.text("SELECT name FROM accounts")).scalars().all() == ["ada"]
    with engine.execution_options(write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        assert differences(connection) == []
    engine.dispose()


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "sqlite://", "oracle://h/x"])
def test_an_address_that_can_t_work_is_refused_in_words(url: str) -> None:
    with pytest.raises(InvalidRequest):
        open_engine(url)


def test_read_then_write_loses_no_update(db_url: str) -> None:
    engine = open_engine(db_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE counter (n INTEGER)")
        connection.exec_driver_sql("INSERT INTO counter VALUES (0)")
    lock = " FOR UPDATE" if engine.dialect.name == "postgresql" else ""

    def add() -> None:
        for _ in range(30):
            with engine.execution_options(write=True).begin() as connection:
                n = connection.exec_driver_sql(f"SELECT n FROM counter{lock}").scalar_one()
                connection.exec_driver_sql(f"UPDATE counter SET n = {n + 1}")

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT n FROM counter").scalar_one() == 120
    engine.dispose()


def test_nobody_else_reads_the_database_file(tmp_path: Path) -> None:
    upgrade(url_of(tmp_path))
    assert (tmp_path / "repository.sqlite").stat().st_mode & 0o077 == 0


def test_what_was_published_before_there_was_search_is_found_after_and_can_go_back(db_url: str) -> None:
    engine = open_engine(db_url, foreign_keys=False)
    config = _config()
    script = ScriptDirectory.from_config(config).get_revision("0011")
    before = str(script.down_revision)
    with engine.execution_options(write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, before)
        moment = "2026-01-02 03:04:05"
        connection.exec_driver_sql(
            f"INSERT INTO accounts (id, name, name_key, kind, created_at) VALUES (7, 'Ada', 'ada', 'user', '{moment}')"
        )
        connection.exec_driver_sql(
            "INSERT INTO packages (id, account_id, name, name_key, summary, visibility, attrs, search_text, created_at,"
            " updated_at)"
            f" VALUES (9, 7, 'Waves', 'waves', '', 'public', '{{}}', 'import obscure', '{moment}', '{moment}')"
        )
        connection.exec_driver_sql("INSERT INTO package_kinds VALUES (9, 'ipynb')")
        command.upgrade(config, "head")
        dialect = connection.dialect
        index, key = fulltext.index(dialect)
        for words in (["obscure"], ["waves", "notebook"], ["ada"]):
            asked = fulltext.question(connection, words)
            found = sa.select(key).select_from(index).where(fulltext.matches(dialect, asked, fulltext.Where.ANYTHING))
            assert connection.execute(found).scalars().all() == [9]
        assert connection.exec_driver_sql("SELECT kind FROM listings ORDER BY kind").scalars().all() == ["", "ipynb"]
        command.downgrade(config, before)
        assert connection.exec_driver_sql("SELECT search_text FROM packages").scalar_one() == "import obscure"
        command.upgrade(config, "head")
    engine.dispose()


def test_what_was_downloaded_before_is_counted_for_its_package(db_url: str) -> None:
    engine = open_engine(db_url, foreign_keys=False)
    config, moment = _config(), "2026-01-02 03:04:05"
    rows: dict[str, list[dict[str, object]]] = {
        "accounts": [{"id": 7, "name": "Ada", "name_key": "ada", "kind": "user", "created_at": moment}],
        "packages": [
            {"id": key, "account_id": 7, "name": name, "name_key": name, "visibility": "public", "attrs": "{}"}
            | {"created_at": moment, "updated_at": moment}
            for key, name in ((1, "waves"), (2, "tides"))
        ],
        "releases": [{"id": 3, "package_id": 1, "version": "1", "attrs": "{}", "created_at": moment}],
        "files": [
            {"id": key, "account_id": 7, "package_id": 1, "release_id": 3, "kind": "file", "address": f"{key}"}
            | {"basename": f"{key}", "sha256": "", "md5": "", "size": 1, "attrs": "{}", "record": b""}
            | {"uploaded_at": moment, "since": moment, "downloads": count}
            for key, count in ((4, 2), (5, 3))
        ],
    }
    with engine.execution_options(write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0021")
        for table, ones in rows.items():
            columns = sa.table(table, *(sa.column(name) for name in ones[0]))
            for one in ones:
                connection.execute(sa.insert(columns).values({k: _literal(v) for k, v in one.items()}))
        command.upgrade(config, "head")
        counted = connection.exec_driver_sql("SELECT name, downloads FROM packages ORDER BY id").all()
        assert [tuple(row) for row in counted] == [("waves", 5), ("tides", 0)]
    engine.dispose()


def _literal(value: object) -> object:
    # written as text, so that each database takes dates and JSON in its own way
    return sa.literal_column(f"'{value}'") if isinstance(value, str) else value
