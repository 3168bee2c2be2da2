"""The repository that a Jupyter server starts for its person."""

from __future__ import annotations

from pathlib import Path

import requests

from .builders import make_conda
from .running import running_repository


def test_the_first_start_makes_the_person_its_administrator_with_nothing_typed(tmp_path: Path) -> None:
    with running_repository(tmp_path) as running:
        me = running.client().user()
        assert me["is_admin"]
        assert [one["name"] for one in me["channels"]] == [me["login"]]


def test_nobody_else_on_the_machine_signs_up(tmp_path: Path) -> None:
    with running_repository(tmp_path) as running:
        body = {"name": "mallory", "email": "m@example.org", "password": "long-enough", "accepted": True}
        answer = requests.post(f"{running.url}/api/sign-up", json=body, timeout=60)
        assert answer.status_code == 403, answer.text
        assert requests.get(f"{running.url}/api/user/mallory", timeout=60).status_code == 401


def test_two_jupyter_servers_share_one_folder_and_both_stay_signed_in(tmp_path: Path) -> None:
    with running_repository(tmp_path) as first, running_repository(tmp_path) as second:
        assert first.url != second.url
        package = make_conda(tmp_path, name="shared")
        headers = {"Authorization": f"token {first.token}"}
        put = f"{first.url}/api/upload/{first.owner}/{package.name}"
        assert requests.put(put, data=package.read_bytes(), headers=headers, timeout=60).status_code == 201
        index = requests.get(f"{second.url}/conda/{first.owner}/noarch/repodata.json", timeout=60).json()
        assert set(index["packages.conda"]) == {"shared-1.0-0.conda"}


def test_what_was_published_is_there_at_the_next_start(tmp_path: Path) -> None:
    package = make_conda(tmp_path, name="kept")
    with running_repository(tmp_path) as running:
        owner = running.owner
        put = f"{running.url}/api/upload/{owner}/{package.name}"
        requests.put(put, data=package.read_bytes(), headers={"Authorization": f"token {running.token}"}, timeout=60)
    with running_repository(tmp_path) as again:
        assert again.owner == owner
        assert [one["name"] for one in again.client().packages(owner)] == ["kept"]
