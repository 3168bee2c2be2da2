"""A recipe built by rattler-build with a dependency from a private channel here, uploaded back and installed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import requests

from tests import builders

from .conftest import Rattler, Server, installed, run, succeed

pytestmark = pytest.mark.timeout(300)

RECIPE = """
package: {name: built-here, version: "2.5"}
build:
  number: 3
  noarch: generic
  script: ["cp $PREFIX/share/base-of-ada.txt $PREFIX/share/built-here.txt"]
requirements:
  host: [base-of-ada]
  run: [base-of-ada]
about: {license: BSD-3-Clause, summary: Built from what the channel has}
"""
BUILD = """
import os, sys
from pathlib import Path
from rattler_build import cli_api, upload_package_to_quetz
recipe, channel, output, url, owner, key = sys.argv[1:]
try:
    cli_api.build_recipes([recipe], channel=[channel], output_dir=output, test="skip", build_platform="linux-64")
    [built] = Path(output).glob("noarch/*.conda")
    if key:
        upload_package_to_quetz([built], url, owner, api_key=key)
    print("built", built.name)
    code = 0
except BaseException as error:
    print(f"{type(error).__name__}: {error}", file=sys.stderr)
    code = 1
sys.stdout.flush(); sys.stderr.flush()
os._exit(code)  # see INSTALL
"""


def test_a_recipe_is_built_against_the_channel_and_comes_back(
    site: Server, ada: str, rattler: Rattler, clean_env: Mapping[str, str], tmp_path: Path
) -> None:
    base = builders.make_conda(tmp_path, name="base-of-ada", files={"share/base-of-ada.txt": b"from the channel\n"})
    site.publish(ada, "ada", base, visibility="private")
    recipe = tmp_path / "recipe/recipe.yaml"
    recipe.parent.mkdir()
    recipe.write_text(RECIPE)

    def build(channel: str, output: str, key: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        words = [recipe, channel, tmp_path / output, site.url, "ada", key]
        return run([sys.executable, "-c", BUILD, *words], env={**clean_env, **env}, timeout=200)

    bare, reader = f"{site.url}/conda/ada", site.token("ada", "conda:download")
    refused = build(bare, "refused")
    assert refused.returncode == 1, refused.stdout
    assert not list((tmp_path / "refused").rglob("*.conda"))

    # rattler-build writes the addresses it fetched from into the package, the token of an address too
    leaky = build(f"{site.url}/t/{reader}/conda/ada", "leaky", ada)
    assert leaky.returncode == 1, leaky.stdout
    assert list((tmp_path / "leaky/noarch").glob("built-here-2.5-*.conda")), "it was built, and the repository refused"
    mine = {"Authorization": f"token {ada}"}
    assert requests.get(f"{site.url}/api/package/ada/built-here", headers=mine, timeout=30).status_code == 404

    stored = tmp_path / "auth.json"
    stored.write_text(json.dumps({"127.0.0.1": {"CondaToken": reader}}))
    words = build(bare, "sent", site.token("ada", "conda"), RATTLER_AUTH_FILE=str(stored))
    assert "built built-here-2.5-" in succeed(words)

    found = rattler(f"{site.url}/t/{reader}/conda/ada", tmp_path / "prefix", "built-here")
    assert sorted(name.rpartition("-")[0] for name in installed(found)) == ["base-of-ada-1.0", "built-here-2.5"]
    assert (tmp_path / "prefix/share/built-here.txt").read_text() == "from the channel\n"
