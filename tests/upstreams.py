"""A server of plain files on loopback, as an upstream may be: it remembers what it was asked, redirects and hangs."""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import zstandard


class Files(http.server.SimpleHTTPRequestHandler):
    """A plain static file server that remembers what it was asked, and may redirect or break."""

    log: list[tuple[str, dict[str, str]]]
    redirects: dict[str, str]
    headers_of: dict[str, dict[str, str]]
    gate: threading.Event

    def do_GET(self) -> None:
        self.log.append((self.path, dict(self.headers)))
        self.gate.wait(60)
        if self.path in self.redirects:
            self.send_response(302)
            self.send_header("Location", self.redirects[self.path])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        etag = Static.etag_of(Path(self.translate_path(self.path)))
        if etag and self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.end_headers()
            return
        super().do_GET()

    def end_headers(self) -> None:
        if etag := Static.etag_of(Path(self.translate_path(self.path))):
            self.send_header("ETag", etag)
        for name, value in self.headers_of.get(self.path, {}).items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *args: object) -> None:
        pass


@dataclass
class Static:
    """A folder, served."""

    folder: Path
    port: int = 0
    log: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    redirects: dict[str, str] = field(default_factory=dict)
    headers_of: dict[str, dict[str, str]] = field(default_factory=dict)
    """more headers of the answers to a path"""
    types: dict[str, str] = field(default_factory=lambda: dict(Files.extensions_map))
    """content types by the ends of file names"""
    gate: threading.Event = field(default_factory=threading.Event)
    server: http.server.ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @staticmethod
    def etag_of(path: Path) -> str:
        return f'"{hashlib.sha256(path.read_bytes()).hexdigest()}"' if path.is_file() else ""

    def etag(self, path: str) -> str:
        return self.etag_of(self.folder / path)

    def start(self) -> Static:
        self.gate.set()
        shared = {"log": self.log, "redirects": self.redirects, "headers_of": self.headers_of}
        shared |= {"gate": self.gate, "extensions_map": self.types}
        handler = type("Handler", (Files,), shared)
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", self.port), functools.partial(handler, directory=str(self.folder))
        )
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def stop(self) -> None:
        assert self.server is not None
        self.server.shutdown()
        self.server.server_close()

    def asked(self, word: str) -> int:
        return sum(word in path for path, _ in self.log)

    def channel(self, *paths: Path, base_url: str = "") -> None:
        """Write `noarch/` as conda-index would: these packages, and repodata of them."""
        (self.folder / "noarch").mkdir(exist_ok=True)
        records = {}
        for path in paths:
            content = path.read_bytes()
            (self.folder / "noarch" / path.name).write_bytes(content)
            name, version, _ = path.name.rsplit("-", 2)
            digest = hashlib.sha256(content).hexdigest()
            record = {"name": name, "version": version, "build": "0", "build_number": 0, "depends": []}
            records[path.name] = {**record, "subdir": "noarch", "size": len(content), "sha256": digest}
        info = {"subdir": "noarch", **({"base_url": base_url} if base_url else {})}
        document = json.dumps({"info": info, "packages": {}, "packages.conda": records}).encode()
        (self.folder / "noarch/repodata.json").write_bytes(document)
        (self.folder / "noarch/repodata.json.zst").write_bytes(zstandard.ZstdCompressor().compress(document))


@pytest.fixture
def upstream(tmp_path: Path) -> Iterator[Static]:
    folder = tmp_path / "upstream"
    folder.mkdir()
    found = Static(folder).start()
    yield found
    if found.server is not None:
        found.stop()
