"""The folder store: whole blobs or none, in several processes, on a full disk."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jupyter_repo.errors import InvalidRequest, NotFound, StorageFull, TooLarge
from jupyter_repo.storage import SMALL, BlobStore, open_store

HELLO = hashlib.sha256(b"hello").hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return open_store(tmp_path / "store")


def put(store: BlobStore, data: bytes) -> str:
    with store.new_upload() as upload:
        upload.write(data)
        return upload.commit()


def files(tmp_path: Path) -> list[str]:
    root = tmp_path / "store"
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_bytes_come_back(store: BlobStore, tmp_path: Path) -> None:
    with store.new_upload() as upload:
        assert upload.write(b"hel") == 3
        assert upload.write(memoryview(bytearray(b"lo"))) == 2
        assert (upload.size, upload.sha256, upload.md5) == (5, HELLO, hashlib.md5(b"hello").hexdigest())
        with upload.file() as file:
            file.seek(1)
            assert file.read() == b"ello"
        assert not store.exists(HELLO)
        assert upload.commit() == HELLO
    assert files(tmp_path) == [f"blobs/{HELLO[:2]}/{HELLO[2:]}"]
    with store.open(HELLO) as file:
        assert file.read() == b"hello"
    assert (store.size(HELLO), store.exists(HELLO), list(store.digests())) == (5, True, [HELLO])
    assert abs(store.modified(HELLO) - time.time()) < 60


@pytest.mark.parametrize("sizes", [(SMALL,), (SMALL, 1), (1, SMALL), (SMALL + 1,), (10, 10)])
def test_little_is_held_and_much_is_written(store: BlobStore, tmp_path: Path, sizes: tuple[int, ...]) -> None:
    parts = [bytes([number + 1]) * size for number, size in enumerate(sizes)]
    whole = b"".join(parts)
    with store.new_upload() as upload:
        for part in parts:
            upload.write(part)
        assert len(files(tmp_path)) == (len(whole) > SMALL)
        assert upload.small() == (whole if len(whole) <= SMALL else None)
        upload.flush()
        with upload.file() as file:
            assert file.read() == whole
        digest = upload.place(flush=False)
        with pytest.raises(ValueError, match="over"):
            upload.write(b"more")
    store.secure([digest, HELLO])
    with store.open(digest) as file:
        assert file.read() == whole
    assert files(tmp_path) == [f"blobs/{digest[:2]}/{digest[2:]}"]


def test_a_blob_is_read_only_and_its_folders_are_private(store: BlobStore, tmp_path: Path) -> None:
    path = store.path(put(store, b"hello"))
    assert path is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (tmp_path / "store", path.parent)} == {0o700}


@pytest.mark.parametrize("size", [5, SMALL + 1])
@pytest.mark.parametrize("leave", ["exception", "no commit", "over the limit"])
def test_an_upload_that_is_not_committed_leaves_nothing(
    store: BlobStore, tmp_path: Path, leave: str, size: int
) -> None:
    def upload() -> None:
        with store.new_upload(limit=size + 5) as upload:
            upload.write(bytes(size))
            if leave == "exception":
                raise KeyError
            if leave == "over the limit":
                upload.write(b"world!")

    if leave == "no commit":
        upload()
    else:
        with pytest.raises(KeyError if leave == "exception" else TooLarge):
            upload()
    assert files(tmp_path) == []


def test_discarding_without_a_block(store: BlobStore, tmp_path: Path) -> None:
    upload, kept = store.new_upload(), store.new_upload()
    upload.write(b"hello")
    upload.discard()
    upload.discard()
    assert kept.commit() == hashlib.sha256().hexdigest()
    kept.discard()
    assert len(files(tmp_path)) == 1
    with pytest.raises(ValueError, match="over"):
        upload.file()


def test_the_limit_is_said(store: BlobStore) -> None:
    with store.new_upload(limit=1 << 20) as upload:
        upload.write(bytes(1 << 20))
        with pytest.raises(TooLarge, match="larger than the 1 MiB"):
            upload.write(b"x")


def test_the_same_bytes_twice_are_one_blob_that_is_young_again(store: BlobStore, tmp_path: Path) -> None:
    digest = put(store, b"hello")
    path = store.path(digest)
    assert path is not None
    os.utime(path, (0, 0))
    with store.open(digest) as reader:
        assert put(store, b"hello") == digest
        assert reader.read() == b"hello"
    assert len(files(tmp_path)) == 1
    assert store.modified(digest) > time.time() - 60


def test_a_blob_that_is_there_is_not_replaced_without_a_flush(
    store: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []
    flush = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda descriptor: (flushed.append(os.fstat(descriptor).st_size), flush(descriptor))
    )

    def place() -> list[int]:
        flushed.clear()
        with store.new_upload() as upload:
            upload.write(b"the same")
            upload.place(flush=False)
        return flushed

    assert place() == []
    assert place() == [len(b"the same")], "the first may be on the disk already, and the second be refused yet"


def test_deleting(store: BlobStore) -> None:
    digest = put(store, b"hello")
    with store.open(digest) as reader:
        store.delete(digest)
        store.delete(digest)
        assert reader.read() == b"hello"
    assert not store.exists(digest)
    assert store.path(digest) is None


@pytest.mark.parametrize("digest", [HELLO, "", "../../etc/passwd", HELLO.upper(), HELLO + "0", "é" * 64])
def test_what_is_not_there(store: BlobStore, digest: str) -> None:
    assert not store.exists(digest)
    for ask in (store.open, store.size, store.modified):
        with pytest.raises(NotFound):
            ask(digest)


def test_sweeping_takes_only_old_leftovers(store: BlobStore, tmp_path: Path) -> None:
    digest = put(store, b"hello")
    running, dead = store.new_upload(), store.new_upload()
    running.write(b"a" * (SMALL + 1))
    dead.write(b"d" * (SMALL + 1))
    old = time.time() - 2 * 86_400
    (dead_file,) = (part for part in (tmp_path / "store/tmp").iterdir() if part.read_bytes()[:1] == b"d")
    os.utime(dead_file, (old, old))
    blob = store.path(digest)
    assert blob is not None
    os.utime(blob, (old, old))
    assert store.sweep() == 1
    assert store.sweep() == 0
    assert store.exists(digest)
    with running, dead:
        running.commit()
    assert len(files(tmp_path)) == 2


def test_several_threads_and_stores_at_once(tmp_path: Path) -> None:
    stores = [open_store(tmp_path / "store") for _ in range(3)]
    start = threading.Barrier(8)

    def work(number: int) -> list[str]:
        start.wait()
        # every thread writes the same 20 blobs, so that each is committed eight times at once
        return [put(stores[number % 3], f"blob {count}".encode() * 1000) for count in range(20)]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(work, range(8)))
    assert len({tuple(result) for result in results}) == 1
    assert sorted(stores[0].digests()) == sorted(results[0])
    assert len(files(tmp_path)) == 20


@pytest.mark.parametrize("form", ["file://{}", "file://localhost{}", "{}"])
def test_addresses_of_stores(tmp_path: Path, form: str) -> None:
    folder = tmp_path / "my store"
    put(open_store(form.format(folder)), b"hello")
    assert (folder / "blobs" / HELLO[:2] / HELLO[2:]).is_file()


def test_an_address_is_unquoted(tmp_path: Path) -> None:
    open_store(f"file://{tmp_path}/my%20store")
    assert (tmp_path / "my store/blobs").is_dir()


@pytest.mark.parametrize("url", ["s3://bucket/x", "https://h/x", "file:relative", "file://host/x", "sqlite:///x"])
def test_an_address_that_is_not_supported(url: str) -> None:
    with pytest.raises(InvalidRequest, match="use a folder"):
        open_store(url)


def in_a_process(code: str, folder: Path, *, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run `code` with `store` over `folder`; a file may have `limit` bytes (Python ignores SIGXFSZ itself)."""
    script = "import resource, sys\nfrom jupyter_repo.storage import open_store\nstore = open_store(sys.argv[1])\n"
    if limit is not None:
        script += f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
    command = [sys.executable, "-c", script + textwrap.dedent(code), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_a_full_disk(tmp_path: Path) -> None:
    """The kernel takes a part of the last write, then says EFBIG, as it says ENOSPC on a full disk."""
    done = in_a_process(
        """
        from jupyter_repo.errors import StorageFull
        with store.new_upload() as upload:
            upload.write(b"fits" * 1000)
            upload.commit()
        try:
            with store.new_upload() as upload:
                for _ in range(100):
                    upload.write(bytes(3000))
        except StorageFull as error:
            print(error.status, error)
        print(len(list(store.digests())), upload.size)
        """,
        tmp_path / "store",
        limit=200_000,
    )
    assert done.stderr == ""
    first, second = done.stdout.splitlines()
    assert first.startswith("507 The disk of the repository is full; nothing of the upload was kept.")
    assert second == "1 198000"
    assert len(files(tmp_path)) == 1


def test_a_really_full_disk() -> None:
    """/dev/full answers every write with ENOSPC."""
    from jupyter_repo.storage.folder import _room

    with pytest.raises(StorageFull), _room(), open("/dev/full", "wb", buffering=0) as full:
        full.write(b"x")
    with pytest.raises(FileNotFoundError), _room():
        Path("/nowhere/at/all").stat()


def test_a_killed_upload_leaves_nothing_visible(tmp_path: Path) -> None:
    code = """
        import os, signal
        upload = store.new_upload()
        upload.write(b"hello" * 100_000)
        os.kill(os.getpid(), signal.SIGKILL)
        """
    assert in_a_process(code, tmp_path / "store").returncode == -signal.SIGKILL
    store = open_store(tmp_path / "store")
    assert not store.exists(HELLO)
    assert list(store.digests()) == []
    assert len(files(tmp_path)) == 1
    assert store.sweep(older_than=0) == 1
    assert files(tmp_path) == []
