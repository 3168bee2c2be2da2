"""Accounts, and what is told to people or asked of them."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import Moment, key, metadata, to

accounts = sa.Table(
    "accounts",
    metadata,
    key(),
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

owners = sa.Table(  # the built-in Owners group of an organization
    "owners",
    metadata,
    to("accounts", "organization_id", primary_key=True),
    to("accounts", "account_id", primary_key=True, index=True),
    sa.Column("since", Moment, nullable=False),
)

reserved_names = sa.Table(  # names of deleted accounts: nobody steps into their addresses for a while
    "reserved_names",
    metadata,
    sa.Column("name_key", sa.String(39), primary_key=True),
    sa.Column("until", Moment, nullable=False),
)

plan_requests = sa.Table(  # an owner asks for another plan, a site administrator answers
    "plan_requests",
    metadata,
    key(),
    to("accounts", "account_id", index=True),
    sa.Column("plan", sa.String(32), nullable=False),
    sa.Column("note", sa.String(600), nullable=False, server_default=""),
    to("accounts", "requested_by", nullable=True),
    sa.Column("created_at", Moment, nullable=False),
    # empty while nobody has answered: approved, refused, withdrawn
    sa.Column("answer", sa.String(10), nullable=False, server_default=""),
    sa.Column("answered_at", Moment),
)

notifications = sa.Table(
    "notifications",
    metadata,
    key(),
    to("accounts", "account_id", index=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("text", sa.String(600), nullable=False),
    sa.Column("link", sa.String(600), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("read_at", Moment),
)

mail_links = sa.Table(  # one-time secrets sent by mail or handed out: resets, confirmations, invitations
    "mail_links",
    metadata,
    key(),
    sa.Column("secret_sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("purpose", sa.String(16), nullable=False),
    to("accounts", "account_id", nullable=True),
    sa.Column("email", sa.String(254), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
)

attempts = sa.Table(  # failed sign-ins, resets, sign-ups: counted per account and per address, in every process alike
    "attempts",
    metadata,
    key(),
    sa.Column("subject", sa.String(128), nullable=False),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Index("ix_attempts_subject", "subject", "at"),
)
