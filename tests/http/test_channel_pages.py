"""Pages of a channel's labels and of its notices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from .browsing import Browsing
from .browsing import ada as ada
from .conftest import Answering


def test_the_labels_of_a_channel(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.conda())
    ada.open("/labels")
    assert ada.path == "/labels/ada"
    ada.submit("/labels/ada", do="copy", source="main", target="dev")
    assert "/conda/ada/label/dev" in ada.page
    ada.submit("/labels/ada", do="lock", label="dev")
    ada.submit("/labels/ada", do="remove", label="dev")
    assert ada.status == 403
    ada.submit("/labels/ada", do="unlock", label="dev")
    ada.submit("/labels/ada", do="remove", label="dev")
    assert "/conda/ada/label/dev" not in ada.page
    visitor = Browsing(repo)
    visitor.open("/labels/ada")
    assert visitor.status == 200
    assert "Copy or move" not in visitor.text
    assert repo.get("/labels").status_code == 302


def test_notices_are_written_on_a_page_and_read_by_conda(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.conda())
    until = datetime.now(UTC) + timedelta(days=30)
    ada.open("/ada/settings/notices")
    day = f"{until:%Y-%m-%d}"
    first = {"message-0": "We move.", "level-0": "warning", "until-0": "soon", "message-1": ""}
    ada.submit("/ada/settings/notices", **first)
    assert ada.status == 400
    assert 'value="We move."' in ada.page
    ada.submit("/ada/settings/notices", **{**first, "until-0": day})
    [notice] = repo.get("/conda/ada/notices.json").json()["notices"]
    assert (notice["message"], notice["level"]) == ("We move.", "warning")
    assert notice["expired_at" if "expired_at" in notice else "expires_at"].startswith(day)
    assert Browsing(repo).sign_in("bob").open("/ada/settings/notices")
    bob = Browsing(repo).sign_in("bob")
    bob.open("/ada/settings/notices")
    assert bob.status == 403
