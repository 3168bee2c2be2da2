"""The tables, in SQLAlchemy Core. What each row means is said here; who may touch it, in `service/`."""

from __future__ import annotations

from .access import (
    collaborating_groups,
    collaborators,
    group_members,
    group_packages,
    groups,
    locked_labels,
    sessions,
    sign_ins,
    tokens,
)
from .accounts import accounts, attempts, mail_links, notifications, owners, plan_requests, reserved_names
from .columns import Moment, metadata
from .jobs import jobs
from .mirrors import mirror_documents, mirror_files, mirrors, notices, retired_names
from .packages import (
    daily_downloads,
    file_labels,
    files,
    forks,
    package_kinds,
    packages,
    releases,
    stagings,
    stars,
    suggestions,
    thumbnails,
)
from .past import audit, changes, deleted_files, past_labels, past_yanks
from .search import listings, search_documents
from .unsettled import unsettled_blobs

__all__ = [
    "Moment",
    "accounts",
    "attempts",
    "audit",
    "changes",
    "collaborating_groups",
    "collaborators",
    "daily_downloads",
    "deleted_files",
    "file_labels",
    "files",
    "forks",
    "group_members",
    "group_packages",
    "groups",
    "jobs",
    "listings",
    "locked_labels",
    "mail_links",
    "metadata",
    "mirror_documents",
    "mirror_files",
    "mirrors",
    "notices",
    "notifications",
    "owners",
    "package_kinds",
    "packages",
    "past_labels",
    "past_yanks",
    "plan_requests",
    "releases",
    "reserved_names",
    "retired_names",
    "search_documents",
    "sessions",
    "sign_ins",
    "stagings",
    "stars",
    "suggestions",
    "thumbnails",
    "tokens",
    "unsettled_blobs",
]
