"""What upstreams say they hold, read in bounded memory; what can't be stood for is left out."""

from __future__ import annotations

import hashlib
import json
import tracemalloc

import pytest

from jupyter_repo.errors import InvalidPackage
from jupyter_repo.upstream import reading

URL = "https://upstream.example/channel/noarch/repodata.json"


def record(number: int, **more: object) -> dict[str, object]:
    return {
        "name": f"pkg{number}",
        "version": "1.0",
        "build": "0",
        "build_number": 0,
        "depends": ["python >=3.8", "numpy"],
        "sha256": hashlib.sha256(str(number).encode()).hexdigest(),
        "size": 1000 + number,
        **more,
    }


def test_a_large_channel_takes_little_more_than_its_document() -> None:
    """As objects all at once, the records of this one took twelve times as much as their text."""
    records = {f"pkg{number}-1.0-0.conda": record(number) for number in range(20_000)}
    document = json.dumps({"info": {}, "packages": {}, "packages.conda": records}).encode()
    tracemalloc.start()
    base, found = reading.repodata(document, URL)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert base == "https://upstream.example/channel/noarch/"
    assert [(one.filename, json.loads(one.record)) for one in found] == list(records.items())
    assert peak < 3 * len(document)


def test_only_what_its_file_name_says_and_a_digest_names_is_taken() -> None:
    wrong = {
        "pkg2-1.0-0.conda": record(1),
        "pkg3-1.0-0.conda": record(3, sha256="short"),
        "pkg4-1.0-0.conda": record(4, size="large"),
        "pkg5.conda": record(5, name="pkg5.conda"),
        "pkg6-1.0-0.exe": record(6),
        "../pkg7-1.0-0.conda": record(7, name="../pkg7"),
        "pkg8-1.0-0.conda": ["pkg8"],
    }
    right = {"pkg0-1.0-0.tar.bz2": record(0, note="\u00e9 \u2713", ratio=0.5, nothing=None)}
    document = {"info": {"base_url": "https://files.example/c"}, "packages": right, "packages.conda": wrong, "v3": {}}
    base, found = reading.repodata(json.dumps(document).encode(), URL)
    assert base == "https://files.example/c/"
    assert [(one.name, json.loads(one.record)) for one in found] == [("pkg0", right["pkg0-1.0-0.tar.bz2"])]
    assert reading.repodata(b"{}", URL)[1] == reading.repodata(b'{"packages": null}', URL)[1] == []


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b"\xff", b'{"packages": []}', b'{"info": 1}', b'{"packages": {"a-1-0.conda": {"size": 1e999}}}'],
)
def test_what_is_no_repodata_is_refused_by_the_host_that_sent_it(content: bytes) -> None:
    with pytest.raises(InvalidPackage, match=r"upstream\.example"):
        reading.repodata(content, URL)
