"""A form that comes from a browser whose session has ended: its person signs in beside it, and it goes on as typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import RepoError
from ...service import signing
from .forms import CONFIRMATION, NAME, Form

if TYPE_CHECKING:
    from .base import PageHandler

TYPED = "application/x-www-form-urlencoded"
"""what a form is sent as, unless it holds files: those would have to be chosen again"""


async def went_on(page: PageHandler) -> bool:
    """Is the person of this request known now, or was it answered with the question who they are?

    False where there is nothing to keep, or no password to ask for; then signing in is a page of its own.
    """
    form = Form.sent(page)
    kind = page.request.headers.get("Content-Type", "")
    local = page.site.repository.settings.local_passwords
    if page.request.method != "POST" or not kind.startswith(TYPED) or not form.values or not local:
        return False
    asked = Form.of(**{NAME: page.get_body_argument(NAME, "")})
    password = page.get_body_argument(CONFIRMATION, "", strip=False)
    if password:
        address = page.request.remote_ip or ""
        try:
            account = await page.run(
                lambda: signing.sign_in(page.site.repository, asked.text(NAME), password, address=address)
            )
        except RepoError as error:
            asked.refuse(error, {})
        else:
            if account.must_change_password:
                return False  # the sign-in page knows what to do about it
            await page.sign_in(account)
            return True
    asked.status = 401
    page.page(
        "account/returning.html",
        form=asked,
        kept=form.kept(),
        action=page.here(),
        name_field=NAME,
        password_field=CONFIRMATION,
    )
    return True
