"""Packages, their releases and files, and what people make of them."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import Moment, key, metadata, to

packages = sa.Table(
    "packages",
    metadata,
    key(),
    to("accounts", "account_id"),
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
    # of all its files together
    sa.Column("downloads", sa.BigInteger, nullable=False, server_default="0"),
    sa.UniqueConstraint("account_id", "name_key"),
    sa.Index("ix_packages_name_key", "name_key", "id"),
    sa.Index("ix_packages_downloads", "downloads", "id"),
)

package_kinds = sa.Table(  # mostly one row a package; conda and PyPI files may share a name
    "package_kinds",
    metadata,
    to("packages", "package_id", primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),
)

releases = sa.Table(
    "releases",
    metadata,
    key(),
    to("packages", "package_id"),
    sa.Column("version", sa.String(128), nullable=False),
    sa.Column("summary", sa.String(1000), nullable=False, server_default=""),
    sa.Column("description", sa.Text, nullable=False, server_default=""),
    sa.Column("attrs", sa.JSON, nullable=False),
    # the client's own key for one publishing: the same request sent twice makes one release
    sa.Column("publish_key", sa.String(64)),
    to("accounts", "created_by", nullable=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("package_id", "version"),
    sa.UniqueConstraint("package_id", "publish_key"),
)

files = sa.Table(
    "files",
    metadata,
    key(),
    to("accounts", "account_id"),
    to("packages", "package_id", index=True),
    to("releases", "release_id"),
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
    # PEP 658: of the core metadata served beside a wheel, which is read out of it
    sa.Column("metadata_sha256", sa.String(64)),
    # conda: run_exports as JSON; NULL where nobody has looked into the file for them
    sa.Column("run_exports", sa.LargeBinary),
    # PEP 592: why the file was yanked; NULL: it was not
    sa.Column("yanked", sa.String(1000)),
    # PEP 740: the provenance served beside a distribution, as a blob of its own
    sa.Column("provenance_sha256", sa.String(64)),
    to("accounts", "uploaded_by", nullable=True),
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
    to("releases", "release_id", primary_key=True),
    sa.Column("media_type", sa.String(32), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

file_labels = sa.Table(
    "file_labels",
    metadata,
    to("files", "file_id", primary_key=True),
    sa.Column("label", sa.String(128), primary_key=True),
    # the file's channel once more: a channel's labels, and a label's files, are read from the index alone
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Index("ix_file_labels_channel", "account_id", "label", "file_id"),
)

daily_downloads = sa.Table(  # how often a package's files were downloaded on each day (UTC)
    "daily_downloads",
    metadata,
    to("packages", "package_id", primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
)

stagings = sa.Table(  # anaconda-client's upload in three calls: stage, form POST, commit
    "stagings",
    metadata,
    key(),
    sa.Column("secret_sha256", sa.String(64), nullable=False, unique=True),
    to("accounts", "account_id"),
    to("accounts", "maker_id"),
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

forks = sa.Table(  # what a notebook was copied from; gone with either
    "forks",
    metadata,
    to("packages", "package_id", primary_key=True, autoincrement=False),
    to("packages", "origin_id", index=True),
    sa.Column("origin_version", sa.String(128), nullable=False),
    sa.Column("since", Moment, nullable=False),
)

suggestions = sa.Table(  # a notebook as somebody would change it; its bytes are a blob that only this row names
    "suggestions",
    metadata,
    key(),
    to("packages", "package_id", index=True),
    to("accounts", "author_id", index=True),
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
    to("accounts", "decided_by", nullable=True),
)

stars = sa.Table(
    "stars",
    metadata,
    to("accounts", "account_id", primary_key=True),
    to("packages", "package_id", primary_key=True, index=True),
    sa.Column("since", Moment, nullable=False),
)
