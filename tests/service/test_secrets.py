"""How passwords are kept."""

from __future__ import annotations

from jupyter_repo.service import secrets


def test_passwords_are_kept_as_argon2id_with_the_work_that_owasp_asks_for() -> None:
    assert secrets.NOBODY.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    kept = secrets.hash_password("correct horse")
    assert kept.startswith("$argon2id$")
    assert kept != secrets.hash_password("correct horse"), "salted"
    assert secrets.verify_password(kept, "correct horse")
    assert not secrets.verify_password(kept, "correct horse ")
    assert not secrets.verify_password(None, "correct horse")
