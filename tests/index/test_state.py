"""A state that was brought up change by change is the state made anew, for every group of viewers."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import msgpack
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_repo.index.records import Reach, Record, fragment
from jupyter_repo.index.state import ChannelState
from jupyter_repo.index.versions import version_key

NOW = datetime(2026, 11, 1, tzinfo=UTC)
REACHES = [Reach(), Reach(signed_in=True), Reach(everything=True), Reach(packages=frozenset({2}))]

records = st.builds(
    lambda name, version, visibility, labels, subdir, ext: Record(
        package=ord(name) - 97,
        visibility=visibility,
        labels=frozenset(labels),
        subdir=subdir,
        filename=f"{name}-{version}-0{ext}",
        fragment=fragment(f"{name}-{version}-0{ext}", b'{"md5":"00","name":"%s","sha256":"11"}' % name.encode()),
        run_exports=None,
    ),
    st.sampled_from("abcde"),
    st.integers(1, 3),
    st.sampled_from(["public", "authenticated", "private", "unlisted"]),
    st.sets(st.sampled_from(["main", "dev"]), min_size=1),
    st.sampled_from(["noarch", "linux-64"]),
    st.sampled_from([".conda", ".tar.bz2"]),
)
changes = st.lists(
    st.tuples(st.sampled_from("abcde"), st.lists(records, max_size=4, unique_by=lambda one: (one.subdir, one.filename)))
)


@settings(max_examples=60, deadline=None)
@given(changes)
def test_change_by_change_is_anew(steps: list[tuple[str, list[Record]]]) -> None:
    state = ChannelState()
    state.replace(0, NOW, {})
    for label in ("main", "dev"):
        for reach in REACHES:
            for subdir in ("noarch", "linux-64"):
                state.view(label, reach).shard_index(subdir)
    for number, (name, found) in enumerate(steps, 1):
        mine = tuple(sorted((one for one in found if one.name == name), key=lambda one: one.filename))
        state.apply(number, NOW, {name: mine})
    anew = ChannelState()
    anew.replace(len(steps), NOW, dict(state.names))
    for label in ("main", "dev"):
        for reach in REACHES:
            one, other = state.view(label, reach), anew.view(label, reach)
            assert one.subdirs == other.subdirs
            for subdir in ("noarch", "linux-64"):
                assert one.repodata(subdir) == other.repodata(subdir)
                assert one.shard_index(subdir) == other.shard_index(subdir)
                index = msgpack.unpackb(zstandard.ZstdDecompressor().decompress(one.shard_index(subdir)))
                for digest in index["shards"].values():
                    content = one.shard(subdir, digest)
                    assert content is not None
                    assert hashlib.sha256(content).digest() == digest


@pytest.mark.parametrize(
    "ordered",
    [
        # conda's own examples
        (
            "0.4 < 0.4.1.rc < 0.4.1 < 0.5a1 < 0.5b3 < 0.5C1 < 0.5 < 0.9.6 < 0.960923 < 1.0 < 1.1dev1 < 1.1a1 "
            "< 1.1.0dev1 < 1.1.a1 < 1.1.0rc1 < 1.1.0 < 1.1.0post1 < 1996.07.12 < 1!0.4.1 < 1!3.1.1.6 < 2!0.4.1"
        ),
        "1.0+local < 1.0 < 1.1 < 1.2 < 1.10",
        "2.dev < 2.0.0a0 < 2.0.0rc1 < 2 < 2.0.0.1 < 2.0.1 < 2.1",
    ],
)
def test_versions_have_condas_order(ordered: str) -> None:
    versions = ordered.split(" < ")
    assert sorted(versions, key=version_key) == versions
    assert version_key("0.4") == version_key("0.4.0")
