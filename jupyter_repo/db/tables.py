"""The tables, in SQLAlchemy Core. What each row means is said here; who may touch it, in `service/`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={  # named constraints: a batch migration on SQLite can only drop what has a name
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite forgets the zone, so it is put back on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse naive times before they are stored."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def _key() -> sa.Column[int]:
    # a 64-bit key on PostgreSQL, SQLite's rowid on SQLite
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True)


def _to(table: str, name: str, *, nullable: bool = False, **column: Any) -> sa.Column[int]:
    # what belongs to the other row goes with it; who did something is forgotten when that account goes
    rule = "SET NULL" if nullable else "CASCADE"
    return sa.Column(name, sa.BigInteger, sa.ForeignKey(f"{table}.id", ondelete=rule), nullable=nullable, **column)


accounts = sa.Table(
    "accounts",
    metadata,
    _key(),
    sa.Column("name", sa.String(39), nullable=False),
    sa.Column("name_key", sa.String(39), nullable=False, unique=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("email", sa.String(254), nullable=False, server_default=""),
    sa.Column("display_name", sa.String(200), nullable=False, server_default=""),
    # set once a link sent to the address was opened; academic suffixes count only then
    sa.Column("email_confirmed_at", Moment),
    sa.Column("password_hash", sa.String(200)),
    # the JupyterHub user whose account it is; by name alone somebody else's could be taken over
    sa.Column("hub_user", sa.String(255), index=True, unique=True),
    # a first password that somebody else chose
    sa.Column("must_change_password", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("is_admin", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()),
    # the word of its plan in the site's catalogue; empty: the plan for everybody
    sa.Column("plan", sa.String(32), nullable=False, server_default=""),
    # what the site administrator granted beside the plan: private_packages, storage (bytes); null in it: no limit
    sa.Column("limits", sa.JSON(none_as_null=True)),
    # counts the changes of the channel: indexes are cached under it, so "uploaded" is "installable"
    sa.Column("generation", sa.BigInteger, nullable=False, server_default="0"),
    # the kinds of notifications that the person does not want
    sa.Column("muted", sa.JSON),
    sa.Column("created_at", Moment, nullable=False),
)

changes = sa.Table(  # which package each generation of a channel changed: what is kept in memory is brought up by these
    "changes",
    metadata,
    _to("accounts", "account_id", primary_key=True),
    sa.Column("generation", sa.BigInteger, primary_key=True, autoincrement=False),
    # empty: it may have been anything
    sa.Column("name_key", sa.String(128), nullable=False),
    sa.Column("at", Moment, nullable=False, index=True),
)

notices = sa.Table(  # what conda tells those who use the channel
    "notices",
    metadata,
    _key(),
    _to("accounts", "account_id", index=True),
    sa.Column("message", sa.String(1000), nullable=False),
    sa.Column("level", sa.String(8), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
)

owners = sa.Table(  # the built-in Owners group of an organization
    "owners",
    metadata,
    _to("accounts", "organization_id", primary_key=True),
    _to("accounts", "account_id", primary_key=True, index=True),
    sa.Column("since", Moment, nullable=False),
)

packages = sa.Table(
    "packages",
    metadata,
    _key(),
    _to("accounts", "account_id"),
    sa.Column("name", sa.String(128), nullable=False),
    sa.Column("name_key", sa.String(128), nullable=False),
    sa.Column("summary", sa.String(1000), nullable=False, server_default=""),
    sa.Column("visibility", sa.String(16), nullable=False),
    sa.Column("attrs", sa.JSON, nullable=False),
    sa.Column("latest_version", sa.String(128)),
    # PEP 792: active, archived, quarantined, deprecated
    sa.Column("status", sa.String(16), nullable=False, server_default="active"),
    sa.Column("status_reason", sa.String(1000), nullable=False, server_default=""),
    # quarantined by the site's administrator: its owners can't lift it
    sa.Column("held_by_site", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False, index=True),
    sa.UniqueConstraint("account_id", "name_key"),
    sa.Index("ix_packages_name_key", "name_key", "id"),
)

package_kinds = sa.Table(  # mostly one row a package; conda and PyPI files may share a name
    "package_kinds",
    metadata,
    _to("packages", "package_id", primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),
)

search_documents = sa.Table(  # what is searched of a package; triggers keep the full-text index over it (0011)
    "search_documents",
    metadata,
    _to("packages", "package_id", primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(128), nullable=False),
    sa.Column("channel", sa.String(39), nullable=False),
    # each kind's word and noun
    sa.Column("kinds", sa.String(200), nullable=False),
    sa.Column("summary", sa.String(1000), nullable=False),
    # of the latest release; and the words of its notebooks and environments, which only those who may download it find
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    # the files that `body` was made from: it is made anew when they are others
    sa.Column("source", sa.String(64), nullable=False),
)

# what lists are read from, in their order: a row for each kind of a package, one (empty) for all, and `packages` for
# what conda or pip installs
listings = sa.Table(
    "listings",
    metadata,
    _to("packages", "package_id", primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(8), primary_key=True),
    _to("accounts", "account_id"),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Index("ix_listings_kind", "kind", "updated_at", "package_id"),
    sa.Index("ix_listings_channel", "account_id", "kind", "updated_at", "package_id"),
)

daily_downloads = sa.Table(  # how often a package's files were downloaded on each day (UTC)
    "daily_downloads",
    metadata,
    _to("packages", "package_id", primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
)

releases = sa.Table(
    "releases",
    metadata,
    _key(),
    _to("packages", "package_id"),
    sa.Column("version", sa.String(128), nullable=False),
    sa.Column("summary", sa.String(1000), nullable=False, server_default=""),
    sa.Column("description", sa.Text, nullable=False, server_default=""),
    sa.Column("attrs", sa.JSON, nullable=False),
    # the client's own key for one publishing: the same request sent twice makes one release
    sa.Column("publish_key", sa.String(64)),
    _to("accounts", "created_by", nullable=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("package_id", "version"),
    sa.UniqueConstraint("package_id", "publish_key"),
)

files = sa.Table(
    "files",
    metadata,
    _key(),
    _to("accounts", "account_id"),
    _to("packages", "package_id", index=True),
    _to("releases", "release_id"),
    sa.Column("kind", sa.String(8), nullable=False),
    # what makes the file's address unique in its channel: conda's subdir/filename, PyPI's filename;
    # for the other kinds the address holds package and version too
    sa.Column("address", sa.String(520), nullable=False),
    sa.Column("basename", sa.String(250), nullable=False),
    sa.Column("subdir", sa.String(32), nullable=False, server_default=""),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("md5", sa.String(32), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("attrs", sa.JSON, nullable=False),
    # the file's record in its index, serialised once: a classic document is a join of these bytes
    sa.Column("record", sa.LargeBinary, nullable=False),
    # PEP 658: the core metadata served beside a wheel, as a blob of its own
    sa.Column("metadata_sha256", sa.String(64)),
    # conda: run_exports as JSON; NULL where nobody has looked into the file for them
    sa.Column("run_exports", sa.LargeBinary),
    # PEP 592: why the file was yanked; NULL: it was not
    sa.Column("yanked", sa.String(1000)),
    # PEP 740: the provenance served beside a distribution, as a blob of its own
    sa.Column("provenance_sha256", sa.String(64)),
    _to("accounts", "uploaded_by", nullable=True),
    sa.Column("uploaded_at", Moment, nullable=False),
    # since when it stands in this channel without a break: restored or transferred, it begins anew
    sa.Column("since", Moment, nullable=False),
    sa.Column("downloads", sa.BigInteger, nullable=False, server_default="0"),
    sa.UniqueConstraint("account_id", "kind", "address"),
    sa.UniqueConstraint("release_id", "basename"),
    sa.Index("ix_files_index", "account_id", "kind", "subdir"),
)

thumbnails = sa.Table(  # the small picture that lists show of a notebook's version
    "thumbnails",
    metadata,
    _to("releases", "release_id", primary_key=True),
    sa.Column("media_type", sa.String(32), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

file_labels = sa.Table(
    "file_labels",
    metadata,
    _to("files", "file_id", primary_key=True),
    sa.Column("label", sa.String(128), primary_key=True),
    sa.Column("since", Moment, nullable=False),
)


def _of_a_file() -> tuple[sa.Column[int], sa.Column[int]]:
    """A file that lives, or one that was deleted: one of the two is set."""
    return tuple(
        sa.Column(name, sa.BigInteger, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), index=True)
        for table, name in (("files", "file_id"), ("deleted_files", "deleted_id"))
    )  # type: ignore[return-value]  # two, as the pairs above


past_labels = sa.Table(  # closed intervals: when a channel listed a file under a label that it carries no longer
    "past_labels",
    metadata,
    _key(),
    # the channel it was in then
    _to("accounts", "account_id"),
    *_of_a_file(),
    # empty: being in the channel at all
    sa.Column("label", sa.String(128), nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Index("ix_past_labels_channel", "account_id", "until"),
)

past_yanks = sa.Table(  # how a file was yanked, or not (NULL), until that moment
    "past_yanks",
    metadata,
    _key(),
    *_of_a_file(),
    sa.Column("yanked", sa.String(1000)),
    sa.Column("until", Moment, nullable=False),
)

tokens = sa.Table(
    "tokens",
    metadata,
    _key(),
    _to("accounts", "channel_id"),
    _to("accounts", "maker_id", index=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("secret_sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("display", sa.String(12), nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    # a sign-in of a client: it stands for the person and not for one channel
    sa.Column("is_login", sa.Boolean, nullable=False, server_default=sa.false()),
    # networks it may be used from (CIDR); none: from anywhere
    sa.Column("addresses", sa.JSON),
    sa.Column("hostname", sa.String(200), nullable=False, server_default=""),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment),
    # a revoked token's row stays, so that it is recognised and explained
    sa.Column("revoked_at", Moment),
    sa.Column("last_used_at", Moment),
    # the last threshold (days before its end) of which its maker was told
    sa.Column("warned", sa.Integer),
    sa.Index(
        "uq_tokens_live_name",
        "channel_id",
        "maker_id",
        "name",
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    ),
)

sessions = sa.Table(  # a signed-in browser, and the one-time links that sign one in
    "sessions",
    metadata,
    _key(),
    sa.Column("secret_sha256", sa.String(64), nullable=False, unique=True),
    _to("accounts", "account_id", index=True),
    sa.Column("is_link", sa.Boolean, nullable=False, server_default=sa.false()),
    # the organization that the person switched to; NULL: themselves
    _to("accounts", "active_id", nullable=True),
    # when the password was last given in this browser: what can't be undone asks for it again after a while
    sa.Column("confirmed_at", Moment),
    # where it was begun, and by which browser
    sa.Column("address", sa.String(64), nullable=False, server_default=""),
    sa.Column("agent", sa.String(200), nullable=False, server_default=""),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
)

sign_ins = sa.Table(  # a client that asks a person, in their browser, to sign it in: by a code or as a device
    "sign_ins",
    metadata,
    _key(),
    # of the code, or of the device's code
    sa.Column("secret_sha256", sa.String(64), nullable=False, unique=True),
    # of what the person types (device flow)
    sa.Column("user_code_sha256", sa.String(64), unique=True),
    sa.Column("client", sa.String(64), nullable=False),
    sa.Column("redirect_uri", sa.String(600), nullable=False, server_default=""),
    sa.Column("challenge", sa.String(64), nullable=False, server_default=""),
    sa.Column("scopes", sa.JSON, nullable=False),
    # pending, allowed, denied, spent
    sa.Column("state", sa.String(8), nullable=False),
    # from where a device asked
    sa.Column("address", sa.String(64), nullable=False, server_default=""),
    _to("accounts", "account_id", nullable=True),
    # what came of it: kept so that a code shown twice ends it
    _to("tokens", "token_id", nullable=True, index=True),
    sa.Column("polled_at", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
)

stagings = sa.Table(  # anaconda-client's upload in three calls: stage, form POST, commit
    "stagings",
    metadata,
    _key(),
    sa.Column("secret_sha256", sa.String(64), nullable=False, unique=True),
    _to("accounts", "account_id"),
    _to("accounts", "maker_id"),
    sa.Column("package", sa.String(128), nullable=False),
    sa.Column("version", sa.String(128), nullable=False),
    sa.Column("basename", sa.String(250), nullable=False),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("claimed_sha256", sa.String(64)),
    # set when the bytes have arrived
    sa.Column("sha256", sa.String(64)),
    sa.Column("md5", sa.String(32)),
    sa.Column("size", sa.BigInteger),
    sa.Column("created_at", Moment, nullable=False),
)

groups = sa.Table(  # of organizations only; Owners is built in and lives in `owners`
    "groups",
    metadata,
    _key(),
    _to("accounts", "account_id"),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("name_key", sa.String(64), nullable=False),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("account_id", "name_key"),
)

group_members = sa.Table(
    "group_members",
    metadata,
    _to("groups", "group_id", primary_key=True),
    _to("accounts", "account_id", primary_key=True, index=True),
    sa.Column("since", Moment, nullable=False),
)

group_packages = sa.Table(  # the packages a group lists: its members have its level on them
    "group_packages",
    metadata,
    _to("groups", "group_id", primary_key=True),
    _to("packages", "package_id", primary_key=True, index=True),
    sa.Column("since", Moment, nullable=False),
)

collaborators = sa.Table(  # people added to one package
    "collaborators",
    metadata,
    _to("packages", "package_id", primary_key=True),
    _to("accounts", "account_id", primary_key=True, index=True),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("since", Moment, nullable=False),
)

collaborating_groups = sa.Table(  # groups added to one package, with a level that need not be the group's own
    "collaborating_groups",
    metadata,
    _to("packages", "package_id", primary_key=True),
    _to("groups", "group_id", primary_key=True, index=True),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("since", Moment, nullable=False),
)

locked_labels = sa.Table(
    "locked_labels",
    metadata,
    _to("accounts", "account_id", primary_key=True),
    sa.Column("label", sa.String(128), primary_key=True),
    sa.Column("since", Moment, nullable=False),
)

forks = sa.Table(  # what a notebook was copied from; gone with either
    "forks",
    metadata,
    _to("packages", "package_id", primary_key=True, autoincrement=False),
    _to("packages", "origin_id", index=True),
    sa.Column("origin_version", sa.String(128), nullable=False),
    sa.Column("since", Moment, nullable=False),
)
suggestions = sa.Table(  # a notebook as somebody would change it; its bytes are a blob that only this row names
    "suggestions",
    metadata,
    _key(),
    _to("packages", "package_id", index=True),
    _to("accounts", "author_id", index=True),
    sa.Column("base_version", sa.String(128), nullable=False),
    sa.Column("message", sa.String(2000), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("filename", sa.String(250), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("word", sa.String(2000), nullable=False, server_default=""),
    sa.Column("made_version", sa.String(128)),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("decided_at", Moment),
    _to("accounts", "decided_by", nullable=True),
)
stars = sa.Table(
    "stars",
    metadata,
    _to("accounts", "account_id", primary_key=True),
    _to("packages", "package_id", primary_key=True, index=True),
    sa.Column("since", Moment, nullable=False),
)

deleted_files = sa.Table(  # what was deleted or replaced, kept for a while; the collector spares its bytes
    "deleted_files",
    metadata,
    _key(),
    _to("accounts", "account_id"),
    # NULL: it is gone, or nobody knows
    _to("packages", "package_id", nullable=True, index=True),
    sa.Column("package", sa.String(128), nullable=False),
    sa.Column("package_key", sa.String(128), nullable=False),
    sa.Column("visibility", sa.String(16), nullable=False),
    sa.Column("version", sa.String(128), nullable=False),
    sa.Column("basename", sa.String(250), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("metadata_sha256", sa.String(64)),
    # the row as it was, its record in base64, its labels
    sa.Column("row", sa.JSON, nullable=False),
    _to("accounts", "deleted_by", nullable=True),
    # by the site's administrator: nobody else restores it
    sa.Column("taken_down", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("deleted_at", Moment, nullable=False, index=True),
    sa.Index("ix_deleted_files_package", "account_id", "package_key"),
)

mirrors = sa.Table(  # what a channel takes from an upstream, for the names that are not its own
    "mirrors",
    metadata,
    _to("accounts", "account_id", primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("url", sa.String(600), nullable=False),
    # patterns of names; nothing to include: all
    sa.Column("include", sa.JSON, nullable=False),
    sa.Column("exclude", sa.JSON, nullable=False),
    # who sees what comes from there: public, authenticated, private
    sa.Column("visibility", sa.String(16), nullable=False),
    # sent to the upstream, so kept as it is; never shown
    sa.Column("credential", sa.String(600), nullable=False, server_default=""),
    sa.Column("created_at", Moment, nullable=False),
)

mirror_documents = sa.Table(  # what an upstream said last: a platform's records (conda), a project's files (PyPI)
    "mirror_documents",
    metadata,
    _key(),
    _to("accounts", "account_id"),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("path", sa.String(128), nullable=False),
    # the blob of what was taken from it; NULL: it has none, or (with an error) was never reached
    sa.Column("sha256", sa.String(64), index=True),
    sa.Column("etag", sa.String(300), nullable=False, server_default=""),
    sa.Column("error", sa.String(300), nullable=False, server_default=""),
    sa.Column("checked_at", Moment, nullable=False),
    # a process asks the upstream until then; the others wait or serve what is kept
    sa.Column("leased_until", Moment),
    sa.UniqueConstraint("account_id", "kind", "path"),
)

mirror_files = sa.Table(  # an upstream's files that were fetched and verified
    "mirror_files",
    metadata,
    _to("accounts", "account_id", primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("address", sa.String(520), primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("fetched_at", Moment, nullable=False),
)

retired_names = sa.Table(  # names that a channel had and has no longer: they do not fall through to an upstream
    "retired_names",
    metadata,
    _to("accounts", "account_id", primary_key=True),
    sa.Column("name_key", sa.String(128), primary_key=True),
    sa.Column("at", Moment, nullable=False),
)

reserved_names = sa.Table(  # names of deleted accounts: nobody steps into their addresses for a while
    "reserved_names",
    metadata,
    sa.Column("name_key", sa.String(39), primary_key=True),
    sa.Column("until", Moment, nullable=False),
)

audit = sa.Table(  # append-only, held by triggers; names and not keys, so that it outlives what it speaks of
    "audit",
    metadata,
    _key(),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("token", sa.String(200)),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(39)),
    sa.Column("action", sa.String(64), nullable=False),
    sa.Column("target", sa.String(600), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Index("ix_audit_channel", "channel", "id"),
)

notifications = sa.Table(
    "notifications",
    metadata,
    _key(),
    _to("accounts", "account_id", index=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("text", sa.String(600), nullable=False),
    sa.Column("link", sa.String(600), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("read_at", Moment),
)

attempts = sa.Table(  # failed sign-ins, resets, sign-ups: counted per account and per address, in every process alike
    "attempts",
    metadata,
    _key(),
    sa.Column("subject", sa.String(128), nullable=False),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Index("ix_attempts_subject", "subject", "at"),
)

mail_links = sa.Table(  # one-time secrets sent by mail or handed out: resets, confirmations, invitations
    "mail_links",
    metadata,
    _key(),
    sa.Column("secret_sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("purpose", sa.String(16), nullable=False),
    _to("accounts", "account_id", nullable=True),
    sa.Column("email", sa.String(254), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
)

plan_requests = sa.Table(  # an owner asks for another plan, a site administrator answers
    "plan_requests",
    metadata,
    _key(),
    _to("accounts", "account_id", index=True),
    sa.Column("plan", sa.String(32), nullable=False),
    sa.Column("note", sa.String(600), nullable=False, server_default=""),
    _to("accounts", "requested_by", nullable=True),
    sa.Column("created_at", Moment, nullable=False),
    # empty while nobody has answered: approved, refused, withdrawn
    sa.Column("answer", sa.String(10), nullable=False, server_default=""),
    sa.Column("answered_at", Moment),
)
