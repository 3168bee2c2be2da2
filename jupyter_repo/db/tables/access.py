"""Credentials, and who may do what on which package."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import Moment, key, metadata, to

tokens = sa.Table(
    "tokens",
    metadata,
    key(),
    to("accounts", "channel_id"),
    to("accounts", "maker_id", index=True),
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
    sa.Index("ix_tokens_channel", "channel_id", "id"),
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
    key(),
    sa.Column("secret_sha256", sa.String(64), nullable=False, unique=True),
    to("accounts", "account_id", index=True),
    sa.Column("is_link", sa.Boolean, nullable=False, server_default=sa.false()),
    # the organization that the person switched to; NULL: themselves
    to("accounts", "active_id", nullable=True),
    # when the password was last given in this browser: what can't be undone asks for it again after a while
    sa.Column("confirmed_at", Moment),
    # where it was begun, and by which browser
    sa.Column("address", sa.String(64), nullable=False, server_default=""),
    sa.Column("agent", sa.String(200), nullable=False, server_default=""),
    # when and from where it was used last, to a few minutes
    sa.Column("seen_at", Moment),
    sa.Column("seen_from", sa.String(64), nullable=False, server_default=""),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
)

sign_ins = sa.Table(  # a client that asks a person, in their browser, to sign it in: by a code or as a device
    "sign_ins",
    metadata,
    key(),
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
    to("accounts", "account_id", nullable=True),
    # what came of it: kept so that a code shown twice ends it
    to("tokens", "token_id", nullable=True, index=True),
    sa.Column("polled_at", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
)

groups = sa.Table(  # of organizations only; Owners is built in and lives in `owners`
    "groups",
    metadata,
    key(),
    to("accounts", "account_id"),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("name_key", sa.String(64), nullable=False),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("account_id", "name_key"),
)

group_members = sa.Table(
    "group_members",
    metadata,
    to("groups", "group_id", primary_key=True),
    to("accounts", "account_id", primary_key=True, index=True),
    sa.Column("since", Moment, nullable=False),
)

group_packages = sa.Table(  # the packages a group lists: its members have its level on them
    "group_packages",
    metadata,
    to("groups", "group_id", primary_key=True),
    to("packages", "package_id", primary_key=True, index=True),
    sa.Column("since", Moment, nullable=False),
)

collaborators = sa.Table(  # people added to one package
    "collaborators",
    metadata,
    to("packages", "package_id", primary_key=True),
    to("accounts", "account_id", primary_key=True, index=True),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("since", Moment, nullable=False),
)

collaborating_groups = sa.Table(  # groups added to one package, with a level that need not be the group's own
    "collaborating_groups",
    metadata,
    to("packages", "package_id", primary_key=True),
    to("groups", "group_id", primary_key=True, index=True),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("since", Moment, nullable=False),
)

locked_labels = sa.Table(
    "locked_labels",
    metadata,
    to("accounts", "account_id", primary_key=True),
    sa.Column("label", sa.String(128), primary_key=True),
    sa.Column("since", Moment, nullable=False),
)
