"""The addresses under /jupyter-repo/ and who answers them; the server's base address goes in front."""

from __future__ import annotations

from . import (
    account,
    download,
    jobs,
    open_page,
    preferences,
    publish,
    relay,
    things,
    thumbnails,
    tokens,
    upload,
    versions,
)

ROUTES = [
    *account.ROUTES,
    *things.ROUTES,
    *thumbnails.ROUTES,
    *versions.ROUTES,
    *publish.ROUTES,
    *upload.ROUTES,
    *jobs.ROUTES,
    *tokens.ROUTES,
    *open_page.ROUTES,
    *download.ROUTES,
    *relay.ROUTES,
    *preferences.ROUTES,
]
