"""Every way in which rattler may read a channel, and every place where it may have its token from."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import builders

from .conftest import Server, expired, run, succeed

pytestmark = pytest.mark.timeout(300)

SOLVE = """
import asyncio, json, os, sys
from pathlib import Path
from rattler import Channel, Client, Gateway, SourceConfig, solve

async def main(folder, *questions):
    client = Client.authenticated_client() if "RATTLER_AUTH_FILE" in os.environ else None
    for question in questions:
        form, channel, cache, *specs = question.split(" ")
        how = {"sharded_enabled": form == "sharded", "zstd_enabled": form == "zst", "bz2_enabled": form == "bz2"}
        config = SourceConfig(**how) if form != "any" else SourceConfig()
        gateway = Gateway(cache_dir=Path(folder) / cache, default_config=config, client=client)
        try:
            records = await solve(
                sources=[Channel(channel)], specs=specs, platforms=["linux-64", "noarch"], gateway=gateway
            )
            print(json.dumps(sorted(record.file_name for record in records)), flush=True)
        except Exception as error:
            print(json.dumps(f"{type(error).__name__}: {error}"), flush=True)

asyncio.run(main(*sys.argv[1:]))
sys.stdout.flush()
os._exit(0)  # py-rattler crashes now and then at the interpreter's own exit, after the work is done
"""


def solve(folder: Path, env: dict[str, str], *questions: str) -> list[list[str] | str]:
    """The file names of each solution, or the error: questions are `form channel cache spec…`."""
    done: subprocess.CompletedProcess[str] = run([sys.executable, "-c", SOLVE, folder, *questions], env=env)
    return [json.loads(line) for line in succeed(done).splitlines() if line]


@pytest.fixture(scope="module")
def stocked(site: Server, ada: str, tmp_path_factory: pytest.TempPathFactory) -> Server:
    folder = tmp_path_factory.mktemp("packages")
    for version in ("1.0", "2.0"):
        site.publish(ada, "ada", builders.make_conda(folder, name="way-open", version=version))
    site.publish(ada, "ada", builders.make_conda(folder, name="way-dev", version="3.0"), label="way/next")
    site.publish(ada, "ada", builders.make_conda(folder, name="way-secret"), visibility="private")
    return site


def test_every_form_of_the_index(stocked: Server, ada: str, clean_env: dict[str, str], tmp_path: Path) -> None:
    """Shards, the packed and the plain document; each again with its own warm cache, after something changed."""
    forms = ("sharded", "zst", "plain", "bz2", "any")
    channel = f"{stocked.url}/conda/ada"
    asked = [f"{form} {channel} {form} way-open" for form in forms]
    assert solve(tmp_path, clean_env, *asked) == [["way-open-2.0-0.conda"]] * len(forms)
    labelled = [f"{form} {channel}/label/way/next label-{form} way-dev" for form in forms]
    assert solve(tmp_path, clean_env, *labelled) == [["way-dev-3.0-0.conda"]] * len(forms)
    stocked.publish(ada, "ada", builders.make_conda(tmp_path, name="way-open", version="3.0"))
    assert solve(tmp_path, clean_env, *asked) == [["way-open-3.0-0.conda"]] * len(forms)
    assert stocked.delete(ada, "/api/dist/ada/way-open/3.0/noarch/way-open-3.0-0.conda").ok
    assert solve(tmp_path, clean_env, *asked) == [["way-open-2.0-0.conda"]] * len(forms)


@pytest.mark.parametrize("kind", ["CondaToken", "BearerToken", "BasicHTTP"])
def test_the_token_of_the_auth_store(stocked: Server, clean_env: dict[str, str], tmp_path: Path, kind: str) -> None:
    def stored(token: str) -> dict[str, str]:
        entry = {"username": "__token__", "password": token} if kind == "BasicHTTP" else token
        host = stocked.url.removeprefix("http://")
        path = tmp_path / f"auth-{len(list(tmp_path.glob('auth-*')))}.json"
        path.write_text(json.dumps({host: {kind: entry}, "127.0.0.1": {kind: entry}}))
        return {**clean_env, "RATTLER_AUTH_FILE": str(path)}

    question = f"{stocked.url}/conda/ada"
    mine = stored(stocked.token("ada", "conda:download"))
    forms = ("sharded", "zst", "plain")
    found = solve(tmp_path, mine, *(f"{form} {question} mine-{form} way-secret" for form in forms))
    assert found == [["way-secret-1.0-0.conda"]] * len(forms)
    for number, token in enumerate((stocked.token("bob"), expired(stocked, "conda:download"), "jr-doesnotexist")):
        [refused] = solve(tmp_path, stored(token), f"sharded {question} no-{number} way-secret")
        assert isinstance(refused, str)
        assert token not in refused


def test_the_token_of_the_address(stocked: Server, clean_env: dict[str, str], tmp_path: Path) -> None:
    token, host = stocked.token("ada", "conda:download"), stocked.url.removeprefix("http://")
    channels = (f"{stocked.url}/t/{token}/conda/ada", f"http://__token__:{token}@{host}/conda/ada")
    asked = [
        f"{form} {channel} {form}{n} way-secret" for n, channel in enumerate(channels) for form in ("any", "plain")
    ]
    assert solve(tmp_path, clean_env, *asked) == [["way-secret-1.0-0.conda"]] * len(asked)
    [refused] = solve(tmp_path, clean_env, f"any {stocked.url}/conda/ada bare way-secret")
    assert isinstance(refused, str)
