"""The addresses under /jupyter-repo/ and who answers them; the server's base address goes in front."""

from __future__ import annotations

from . import (
    account,
    download,
    exchange,
    jobs,
    open_page,
    organizations,
    publish,
    reopen,
    search,
    sharing,
    things,
    thumbnails,
    tokens,
    upload,
    versions,
)

ROUTES = [
    *account.ROUTES,
    *things.ROUTES,
    *versions.ROUTES,
    *exchange.ROUTES,
    *reopen.ROUTES,
    *sharing.ROUTES,
    *search.ROUTES,
    *organizations.ROUTES,
    *thumbnails.ROUTES,
    *publish.ROUTES,
    *upload.ROUTES,
    *jobs.ROUTES,
    *tokens.ROUTES,
    *open_page.ROUTES,
    *download.ROUTES,
]
