"""`jupyter repo bench`: the table of works, ours beside the yardsticks, in one run."""

from __future__ import annotations

import argparse
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median

import requests

from ..errors import InvalidRequest, RepoError
from ..models import Kind
from . import making, pages, peers, profile, servers, works
from .load import load
from .report import Report, ms
from .servers import CHANNEL, Server

MIB = 1 << 20
QUETZ_ROUNDS = 3
"""at 100,000 packages one upload keeps quetz busy for half a minute"""
BROKEN = (OSError, RuntimeError, ValueError, subprocess.SubprocessError, RepoError)
"""what a peer that is not there, or fails, may cost: its rows and no others"""
JSON = "application/vnd.pypi.simple.v1+json"
Peer = Callable[[Path, Path], AbstractContextManager[Server]]


class Bench:
    """One run; every group is a method, and may be asked for alone."""

    def __init__(self, args: argparse.Namespace) -> None:
        """`args` of the command line."""
        self.args, self.report = args, Report()
        if args.packages:
            args.files = args.names = args.packages

    def run(self) -> None:
        """Measure the groups that are asked for."""
        groups: dict[str, Callable[[], None]] = {
            "conda": self.conda,
            "quetz": self.quetz,
            "pypi": self.pypi,
            "reads": self.reads,
            "files": self.files,
            "nginx": self.nginx,
            "uploads": self.uploads,
            "flushes": self.flushes,
            "pages": self.pages,
            "profile": self.profile,
        }
        wanted = self.args.only.split(",") if self.args.only else list(groups)
        unknown = [one for one in wanted if one not in groups]
        if unknown:
            raise InvalidRequest(f"{', '.join(unknown)}: choose among {', '.join(groups)}")
        self.report.begin()
        for one in wanted:
            self.report.progress(one)
            try:
                groups[one]()
            except BROKEN as error:
                self.report.missing(one, error)
        self.report.progress("done")

    @contextmanager
    def _ours(
        self, kind: Kind = Kind.CONDA, files: int = 0, names: int = 0, options: tuple[str, ...] = ()
    ) -> Iterator[tuple[Server, Path]]:
        with servers.folder() as where:
            repository, account, token = servers.prepare(where / "data")
            if files:
                making.fill(repository, account, kind, files, names)
            repository.close()
            with servers.ours(where / "data", token, *options) as server:
                yield server, where

    def conda(self) -> None:
        """Publishing to a conda channel, empty and full."""
        for names in dict.fromkeys((self.args.names, self.args.files)):
            self._conda(self.args.files, names)

    def _conda(self, files: int, names: int) -> None:
        rounds, what = self.args.rounds, f"{files} packages of {names} names"
        self.report.progress(f"conda: {what}")
        with self._ours() as (empty, _), self._ours(Kind.CONDA, files, names) as (server, where):
            idle = empty.memory()
            nothing, full = self._pairs(lambda: works.conda_publish(empty), lambda: works.conda_publish(server))
            self.report.add("conda upload to installable, empty channel", ms(nothing))
            self.report.add(f"the same, {what}", ms(full), ms(nothing), f"{_ratio(full, nothing):.2f} (at most 2)")
            if self.args.rattler:
                self._rattler(empty, server, what)
            first = works.times(rounds, lambda: works.classic(server))
            self.report.add(f"first repodata.json.zst after it, {what}", ms(first), "", "(at most 485 ms)")
            url = f"{server.url}/conda/{CHANNEL}/noarch/repodata.json"
            repodata = requests.get(url, headers={"Authorization": f"token {server.token}"}, timeout=600).content
            held = f"{idle:.0f}, {server.memory():.0f} MiB"
            self.report.add(f"memory: idle, and after all this, {what}", held, "", "(120, 450)")
            if self.args.rattler:
                self.report.progress(f"index_fs over {what}")
                shards = works.index_fs_can_shard(names)
                runs = list(works.rattler_index(repodata, where / "rattler", min(rounds, QUETZ_ROUNDS), shards=shards))
                run = f"one run of index_fs, {what}" + ("" if shards else ", without shards: too many for it")
                self.report.add(run, "", ms(runs), f"{median(runs) / median(full):.0f}x (100)")
                self.report.add("index_fs beside the first .zst", "", "", f"{median(runs) / median(first):.0f}x (20)")

    def _rattler(self, empty: Server, full: Server, what: str) -> None:
        """Publishing until py-rattler itself, its cache empty, holds the record."""
        with works.rattler() as client:
            nothing, many = self._pairs(lambda: client.publish(empty), lambda: client.publish(full))
            ratio = f"{_ratio(many, nothing):.2f} (at most 2)"
            self.report.add(f"conda upload to py-rattler, {what}; empty channel", ms(many), ms(nothing), ratio)
            nothing, many = self._pairs(lambda: client.read(empty), lambda: client.read(full))
            self.report.add(
                "of it, py-rattler reading what is ready", ms(many), ms(nothing), f"{_ratio(many, nothing):.2f}"
            )

    def quetz(self) -> None:
        """Publishing to quetz, empty and full, beside ours."""
        if not self.args.quetz:
            return
        for packages in dict.fromkeys((0, self.args.files)):
            self.report.progress(f"quetz: {packages} packages")
            with ExitStack() as stack:
                where = stack.enter_context(servers.folder())
                server, _ = stack.enter_context(self._ours(Kind.CONDA, packages, self.args.names if packages else 0))
                peer = stack.enter_context(peers.quetz(Path(self.args.quetz).absolute(), where, packages))
                rounds = min(self.args.rounds, QUETZ_ROUNDS) if packages > 1000 else self.args.rounds
                mine, theirs = self._pairs(
                    partial(works.conda_publish, server),
                    partial(works.quetz_publish, peer),
                    rounds=rounds,
                )
                ratio = f"{_ratio(theirs, mine):.0f}x" + (" (100)" if packages else "")
                self.report.add(f"conda upload to installable, {packages} packages; quetz", ms(mine), ms(theirs), ratio)

    def _pairs(
        self, first: Callable[[], float], second: Callable[[], float], *, rounds: int = 0
    ) -> tuple[list[float], list[float]]:
        """Both works in turns, so that what else the machine does meets both."""
        first(), second()
        pairs = [(first(), second()) for _ in range(rounds or self.args.rounds)]
        return [one for one, _ in pairs], [other for _, other in pairs]

    def _peers(
        self, stack: ExitStack, where: Path, wanted: Sequence[Peer] = (peers.devpi, peers.pypiserver)
    ) -> list[Server]:
        """Those that are there."""
        found: list[Server] = []
        for make, venv in ((peers.devpi, self.args.devpi), (peers.pypiserver, self.args.pypiserver)):
            if venv and make in wanted:
                try:
                    found.append(stack.enter_context(make(Path(venv).absolute(), where)))
                except BROKEN as error:
                    self.report.missing(make.__name__, error)
        return found

    def pypi(self) -> None:
        """Publishing to a Python index, empty and full."""
        projects = self.args.projects
        with ExitStack() as stack:
            where = stack.enter_context(servers.folder())
            server, _ = stack.enter_context(self._ours())
            full, _ = stack.enter_context(self._ours(Kind.PYPI, projects, projects))
            mine, larger = self._pairs(lambda: works.wheel_publish(server), lambda: works.wheel_publish(full))
            self.report.add("wheel upload to listed, empty index", ms(mine))
            ratio = f"{_ratio(larger, mine):.2f} (1, within noise)"
            self.report.add(f"the same, {projects} projects", ms(larger), ms(mine), ratio)
            for peer in self._peers(stack, where):
                mine, theirs = self._pairs(
                    lambda: works.wheel_publish(server),
                    partial(works.wheel_publish, peer),
                )
                self.report.add(f"the same; {peer.name}", ms(mine), ms(theirs), f"{_ratio(theirs, mine):.1f}x (1)")
            if self.args.pypiserver:
                venv = Path(self.args.pypiserver).absolute()
                crowded = stack.enter_context(peers.pypiserver(venv, where, projects))
                mine, theirs = self._pairs(lambda: works.wheel_publish(full), lambda: works.wheel_publish(crowded))
                what = f"wheel upload to listed, {projects} projects; pypiserver"
                self.report.add(what, ms(mine), ms(theirs), f"{_ratio(theirs, mine):.1f}x (1)")

    def _beside(
        self, what: str, mine: Callable[[], float], theirs: Callable[[], float], figure: str, digits: int = 2
    ) -> None:
        """A row of two rates, measured in turns."""
        ours, others = self._pairs(mine, theirs)
        shown = f"{median(ours):.0f}/s", f"{median(others):.0f}/s"
        self.report.add(what, *shown, f"{_ratio(ours, others):.{digits}f} ({figure})")

    def _rate(
        self, url: str, headers: dict[str, str] | None = None, connections: int = 32, status: int = 200
    ) -> Callable[[], float]:
        seconds = self.args.seconds
        return lambda: load(url, seconds=seconds, connections=connections, status=status, headers=headers or {}).rate

    def reads(self) -> None:
        """304 and a warm project page: beside what tornado can do at all."""
        with ExitStack() as stack:
            where = stack.enter_context(servers.folder())
            server, data = stack.enter_context(self._ours(Kind.CONDA, 10_000, 1_000))
            yardstick = stack.enter_context(servers.empty(data / "data"))
            header = {"Authorization": f"token {server.token}", "Accept-Encoding": "identity"}
            found = self._peers(stack, where, [peers.devpi])
            for one in (server, *found):
                with requests.Session() as session:
                    for number in range(self.args.page):
                        works.send_wheel(one, session, *making.wheel("paged", f"1.{number}"))
            nothing = self._rate(f"{yardstick.url}/")
            for name in ("repodata_shards.msgpack.zst", "repodata.json"):
                url = f"{server.url}/conda/{CHANNEL}/noarch/{name}"
                etag = requests.get(url, headers=header, timeout=60).headers["ETag"]
                mine = self._rate(url, {**header, "If-None-Match": etag}, status=304)
                self._beside(f"304 on {name}, token checked; empty handler", mine, nothing, "0.7")
            page = self._rate(f"{server.simple}paged/", {**header, "Accept": JSON})
            self._beside(f"simple page of {self.args.page} files; empty handler", page, nothing, "0.6")
            packed = self._rate(f"{server.simple}paged/", {**header, "Accept": JSON, "Accept-Encoding": "gzip"})
            self._beside("the same, gzip; empty handler", packed, nothing, "0.6")
            for peer in found:
                theirs = self._rate(f"{peer.simple}paged/", {"Accept": JSON}, connections=8)
                self._beside("the same; devpi", page, theirs, "20", digits=0)

    @contextmanager
    def _large(self, options: tuple[str, ...] = ()) -> Iterator[tuple[Server, Path, str]]:
        """A repository with one file of 1 MiB, the folder where the same file lies plainly, and its name."""
        with self._ours(options=options) as (server, where):
            filename, content = making.wheel("large", "1.0", size=MIB)
            with requests.Session() as session:
                works.send_wheel(server, session, filename, content)
            plain = where / "plain"
            plain.mkdir()
            (plain / filename).write_bytes(content)
            yield server, plain, filename

    def files(self) -> None:
        """A file of 1 MiB over 32 connections, beside tornado's ways to send one."""
        with self._large() as (server, plain, filename), servers.empty(plain) as yardstick:
            header = {"Authorization": f"token {server.token}"}
            mine = self._rate(f"{server.url}/pypi/{CHANNEL}/files/{filename}", header)
            best = self._rate(f"{yardstick.url}/file/{filename}")
            self._beside("1 MiB file, 32 connections; bare sendfile in tornado", mine, best, "0.8")
            static = self._rate(f"{yardstick.url}/static/{filename}")
            self._beside("the same; tornado's StaticFileHandler", mine, static, "for comparison")

    def nginx(self) -> None:
        """The same file when nginx stands before us and sends it, beside nginx alone."""
        with self._large(("--ServeApp.accel_redirect=/blobs",)) as (server, plain, filename):
            blobs = plain.parent / "data" / "store" / "blobs"
            with peers.nginx(server, plain.parent, plain, blobs) as proxy:
                if proxy is None:
                    self.report.add("1 MiB file behind nginx", "not measured: nginx is not on this machine")
                    return
                header = {"Authorization": f"token {server.token}"}
                mine = self._rate(f"{proxy.url}/pypi/{CHANNEL}/files/{filename}", header)
                alone = self._rate(f"{proxy.url}/plain/{filename}")
                self._beside("1 MiB file, 32 connections, X-Accel-Redirect; plain nginx", mine, alone, "0.75")

    def uploads(self) -> None:
        """Many small uploads, several at a time, each durable when it is answered."""
        uploads = self.args.uploads
        with ExitStack() as stack:
            where = stack.enter_context(servers.folder())
            server, _ = stack.enter_context(self._ours())
            rounds = min(self.args.rounds, 5)
            what = f"{uploads} small wheels, 8 in parallel"
            found = self._peers(stack, where, [peers.devpi])  # the only one that takes them side by side and flushes
            if not found:
                mine = works.times(rounds, lambda: works.many_wheels(server, uploads, 8))
                self.report.add(what, f"{uploads / median(mine):.0f}/s")
            for peer in found:
                mine, theirs = self._pairs(
                    lambda: works.many_wheels(server, uploads, 8),
                    partial(works.many_wheels, peer, uploads, 8),
                    rounds=rounds,
                )
                rates = f"{uploads / median(mine):.0f}/s", f"{uploads / median(theirs):.0f}/s"
                self.report.add(f"{what}; {peer.name}", *rates, f"{_ratio(theirs, mine):.1f}x (2)")

    def pages(self) -> None:
        """Each page with few packages and with many."""
        many, rounds = self.args.files, 4 * self.args.rounds
        with ExitStack() as stack:
            few, full = (stack.enter_context(pages.filled(count, self.args.database)) for count in (pages.FEW, many))
            session = stack.enter_context(requests.Session())
            for name, path in pages.PAGES.items():
                small, large = self._pairs(
                    partial(pages.answer, session, few + path),
                    partial(pages.answer, session, full + path),
                    rounds=rounds,
                )
                ratio = f"{_ratio(large, small):.2f} (at most 2)"
                what = f"page: {name}, {many} packages; {pages.FEW}"
                self.report.add(f"{what}, on PostgreSQL" if self.args.database else what, ms(large), ms(small), ratio)

    def flushes(self) -> None:
        """How many flushes to the disk stand behind an upload: what an answer is worth after a power cut."""
        if shutil.which("strace") is None:
            self.report.add("flushes to the disk for each upload", "not counted: strace is not on this machine")
            return
        with ExitStack() as stack:
            where = stack.enter_context(servers.folder())
            server, _ = stack.enter_context(self._ours())
            for one in (server, *self._peers(stack, where)):
                counts = [works.flushes(one, 40, parallel) or 0.0 for parallel in (1, 8)]
                shown = f"{counts[0]:.1f}, {counts[1]:.1f}"
                self.report.add(f"flushes to the disk for each wheel, 1 and 8 at a time: {one.name}", shown)

    def profile(self) -> None:
        """What limits the figures: processor time of every process, statements, the pieces of a large index."""
        line, files, uploads = self.report.line, self.args.files, self.args.uploads
        self.report.heading("where the time goes", "milliseconds of the clock, and of processors")
        with self._ours() as (server, _):
            line("a wheel until it is listed, one at a time", profile.alone(server, uploads // 2).text("server"))
            line("a wheel, 8 at a time", profile.together(server, uploads).text("server"))
        asked = profile.statements()
        line("… its statements", f"{asked.count}, {asked.milliseconds:.2f} ms in the database")
        line("… its commit, with the flush", f"{asked.commit:.2f} ms")
        for step, milliseconds in profile.index(files).items():
            line(f"the list of {files} shards: {step}", f"{milliseconds:.2f} ms")
        with self._large(("--ServeApp.accel_redirect=/blobs",)) as (server, plain, filename):
            blobs, url = plain.parent / "data" / "store" / "blobs", f"/pypi/{CHANNEL}/files/{filename}"
            header, seconds = {"Authorization": f"token {server.token}"}, self.args.seconds
            with peers.nginx(server, plain.parent, plain, blobs) as proxy:
                if proxy is None:
                    line("1 MiB file behind nginx", "not measured: nginx is not on this machine")
                    return
                sent = profile.asked((server, proxy), f"{proxy.url}{url}", header, seconds)
                line("1 MiB file, X-Accel-Redirect", sent.text("server", "nginx"))
                alone = profile.asked((proxy,), f"{proxy.url}/plain/{filename}", header, seconds)
                line("1 MiB file, nginx alone", alone.text("nginx"))


def _ratio(first: list[float], second: list[float]) -> float:
    """The median of the ratios of the pairs."""
    return median(one / other for one, other in zip(first, second, strict=True))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `jupyter repo bench`."""
    parser.add_argument("--files", type=int, default=100_000, help="packages of the full conda channel")
    parser.add_argument("--names", type=int, default=5_000, help="names that they share")
    parser.add_argument("--packages", type=int, default=0, help="instead: that many packages, each of its own name")
    parser.add_argument("--projects", type=int, default=10_000, help="projects of the full Python index")
    parser.add_argument("--page", type=int, default=200, help="files on the project page")
    parser.add_argument("--uploads", type=int, default=500, help="uploads in a burst")
    parser.add_argument("--rounds", type=int, default=5, help="times everything is measured; the median counts")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each load lasts")
    parser.add_argument(
        "--only", default="", help="groups to measure: conda,quetz,pypi,reads,files,nginx,uploads,flushes,pages,profile"
    )
    parser.add_argument(
        "--database",
        default="",
        metavar="URL",
        help="pages on PostgreSQL instead: postgresql://USER@HOST/NAME; it makes databases there, and drops them",
    )
    for name in ("quetz", "devpi", "pypiserver"):
        parser.add_argument(f"--{name}", default="", metavar="VENV", help=f"virtual environment with {name}")
    parser.add_argument("--rattler", action="store_true", help="beside py-rattler's index_fs, which must be installed")


def run(args: argparse.Namespace) -> int:
    """Measure."""
    Bench(args).run()
    return 0
