"""Two people and one notebook: forked, a change suggested, looked at, taken or not; all through the handlers."""

from __future__ import annotations

import asyncio
import json

from .conftest import Lab
from .test_people import other
from .test_versions import two_versions, write


async def test_a_notebook_is_forked_and_its_lineage_shown(lab: Lab) -> None:
    owner = await two_versions(lab)
    status, error = await lab.refused("POST", "fork", body={"full_name": f"{owner}/nb"})
    assert (status, error["code"]) == (409, "already_exists")
    made = await lab.send("POST", "fork", body={"full_name": f"{owner}/nb", "version": "1", "name": "mine"})
    assert (made["package"]["full_name"], made["version"]) == (f"{owner}/mine", "1")
    assert made["forked_from"]["full_name"] == f"{owner}/nb"
    thing = await lab.get("things", owner, "mine")
    assert (thing["forked_from"]["version"], thing["forks"]) == ("1", 0)
    assert (await lab.get("things", owner, "nb"))["forks"] == 1
    assert [one["full_name"] for one in (await lab.get("things", owner, "nb", "forks"))["forks"]] == [f"{owner}/mine"]
    for body in ({}, {"full_name": "nb"}, {"full_name": "a/b", "visibility": "everybody"}):
        assert (await lab.refused("POST", "fork", body=body))[0] == 400


async def test_a_suggestion_goes_to_its_author_who_takes_it(lab: Lab) -> None:
    owner = await two_versions(lab)
    bob = await other(lab, "bob")
    proposal = write(lab.root / "proposal.ipynb", "x = 2", "print(x + 1)")
    one = await asyncio.to_thread(bob.suggest, owner, "nb", proposal, message="Count on")
    assert (await lab.get("status"))["suggestions"] == 1
    box = await lab.get("suggestions")
    assert (box["open"], box["suggestions"][0]["author"], box["suggestions"][0]["message"]) == (1, "bob", "Count on")
    key = str(one["id"])
    shown = await lab.get("suggestions", key)
    assert shown["can"] == ["accept", "decline"]
    assert (await lab.get("suggestions", key, "notebook"))["content"]["cells"][1]["source"] == "print(x + 1)"
    sides = {"base": {"full_name": f"{owner}/nb", "version": shown["base_version"]}, "head": {"suggestion": key}}
    assert (await lab.send("POST", "diff", body=sides))["diff"]["summary"]["changed"] == 1
    same = {"base": {"suggestion": key}, "head": {"content": json.loads(proposal)}}
    assert (await lab.send("POST", "diff", body=same))["diff"]["identical"]
    done = await lab.send("POST", "suggestions", key, "accept", body={"word": "Thanks"})
    assert (done["state"], done["version"], done["word"]) == ("accepted", "3", "Thanks")
    assert (await lab.get("things", owner, "nb"))["latest_version"] == "3"
    assert (await lab.refused("POST", "suggestions", key, "decline"))[0] == 409
    assert (await lab.refused("GET", "suggestions", "999"))[0] == 404
    assert (await lab.refused("GET", "suggestions", "x"))[0] == 404
    [told] = await asyncio.to_thread(bob.notifications)
    assert "accepted your suggestion" in told["text"]


async def test_one_suggests_from_a_file_and_the_guard_looks_first(lab: Lab) -> None:
    owner = await two_versions(lab)
    write(lab.root / "mine.ipynb", "open('/home/ada/data')")
    assert len((await lab.send("POST", "scan", body={"path": "mine.ipynb"}))["findings"]) == 1
    body = {"path": "mine.ipynb", "full_name": f"{owner}/nb", "message": "Look", "base_version": "1"}
    failed = await lab.finished(await lab.send("POST", "suggestions", body=body))
    assert (failed["state"], failed["error"]["code"], len(failed["error"]["findings"])) == ("failed", "findings", 1)
    result = await lab.done(await lab.send("POST", "suggestions", body=body | {"remedy": "replace"}))
    made = result["suggestion"]
    assert (made["base_version"], made["state"], made["outdated"]) == ("1", "open", True)
    assert "/home/ada" not in json.dumps(await lab.get("suggestions", str(made["id"]), "notebook"))
    mine = await lab.get("suggestions", box="out", full_name=f"{owner}/nb", state="open")
    assert mine["open"] == 1
    assert (await lab.send("POST", "suggestions", str(made["id"]), "withdraw"))["state"] == "withdrawn"
    assert (await lab.refused("POST", "suggestions", body=body | {"message": ""}))[0] == 400
