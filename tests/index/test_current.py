"""`current_repodata.json`: the newest of everything, and what it needs; conda's match specs against py-rattler's."""

from __future__ import annotations

import json
import subprocess
import sys

import orjson
import pytest

from jupyter_repo.index.current import current
from jupyter_repo.index.matching import fits, parsed
from jupyter_repo.index.records import Record, fragment


def record(name: str, version: str, *depends: str, build: str = "0") -> Record:
    filename = f"{name}-{version}-{build}.conda"
    content = orjson.dumps({"name": name, "version": version, "build": build, "depends": depends})
    return Record(1, "public", frozenset({"main"}), "noarch", filename, fragment(filename, content), None)


def kept(*records: Record) -> set[str]:
    return {one.filename.removesuffix("-0.conda") for one in current(records)}


def test_older_versions_stay_where_the_newest_need_them() -> None:
    found = kept(
        record("app", "1.0", "lib"),
        record("app", "2.0", "lib >=1,<2", "python"),
        record("lib", "1.0"),
        record("lib", "1.5", "base ==0.9"),
        record("lib", "2.0", "base"),
        record("base", "0.8"),
        record("base", "0.9"),
        record("base", "1.0"),
    )
    # lib 1.5 for app, and base 0.9 for that one
    assert found == {"app-2.0", "lib-1.5", "lib-2.0", "base-0.9", "base-1.0"}


def test_a_dependency_that_nothing_here_gives_adds_nothing_and_circles_end() -> None:
    assert kept(record("a", "1", "b <1"), record("b", "2", "a <1", "absent")) == {"a-1", "b-2"}
    assert kept(record("a", "2", "b 1"), record("b", "1", "a 1"), record("b", "2"), record("a", "1", "b 1")) == {
        *("a-1", "a-2", "b-1", "b-2")
    }


def test_all_builds_of_a_version_and_a_build_that_is_asked_for() -> None:
    records = [record("b", "2"), *(record("b", "1", build=build) for build in ("py38_0", "py39_0"))]
    assert [one.filename for one in current([*records, record("a", "1", "b 1 py39*")])] == [
        "b-2-0.conda",
        "b-1-py39_0.conda",
        "a-1-0.conda",
    ]


SPECS = """
x|x *|x 1.2|x 1.2.*|x 1.2*|x =1.2|x ==1.2|x >=1.2|x >1.2,<2|x <1.2 OR 3|x >=1,<1.2
x !=1.2|x !=1.2.*|x ~=1.2.1|x 1.2 py39_0|x 1.2.* py39*|x >=1.2 *_0|x=1.2|x==1.2=py39_0|x 1.2=py39_0
x (>=1,<1.2)OR>2|x 1.2.0|x >=1.2.0a0|x <2.0.0a0|x >= 1.2, < 2|x 1!1.2|x 1.*|x =1|x 2.0.post1|x >=2.0rc1
x <2.0dev|x 1.2.3|x 1.20|x 1.2a1|x >=1.10
"""
VERSIONS = "1.2 1.2.0 1.2.1 1.2.3 1.20 1.2a1 1.1 1.10 2 2.0.post1 2.0rc1 2.0a0 3 0.9 1!1.2 1.2dev 2.0.0".split()


def test_matching_is_rattlers(tmp_path: object) -> None:
    """Every condition on every version; rattler runs in a process of its own, as it may crash at its exit."""
    specs = [spec.replace("OR", "|") for line in SPECS.split("\n") for spec in line.split("|") if spec]
    code = """
import json, os, sys
from rattler import BuildString, MatchSpec, PackageRecord
specs, versions = json.load(sys.stdin)
found = []
for spec in specs:
    match = MatchSpec(spec)
    for version in versions:
        for build in ("py39_0", "py38_1"):
            record = PackageRecord(name="x", version=version, build=BuildString(build), build_number=0, subdir="noarch")
            found.append([spec, version, build, match.matches(record)])
print(json.dumps(found)); sys.stdout.flush(); os._exit(0)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps([specs, VERSIONS]), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout)
    assert len(theirs) == len(specs) * len(VERSIONS) * 2
    assert [one for one in theirs if fits(one[0], one[1], one[2]) != one[3]] == []


@pytest.mark.parametrize("spec", ["x (1", "x >=<1", "x 1.*.2", "", "%%", "x[version='>=3']"])
def test_what_can_not_be_read_fits_everything(spec: str) -> None:
    assert parsed(spec)[1]("1.0")
