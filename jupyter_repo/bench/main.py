"""`jupyter repo bench`: the table of works, ours beside the yardsticks, in one run."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import requests

from ..errors import InvalidRequest
from ..models import Kind
from . import making, servers, works
from .load import load
from .report import Report, ms
from .servers import CHANNEL, Server

MIB = 1 << 20


class Bench:
    """One run; every method is one group of rows."""

    def __init__(self, args: argparse.Namespace) -> None:
        """`args` of the command line."""
        self.args, self.report = args, Report()

    def run(self) -> None:
        """Measure the groups that are asked for."""
        groups: dict[str, Callable[[], None]] = {
            "conda": self.conda,
            "pypi": self.pypi,
            "reads": self.reads,
            "uploads": self.uploads,
        }
        wanted = self.args.only.split(",") if self.args.only else list(groups)
        unknown = [one for one in wanted if one not in groups]
        if unknown:
            raise InvalidRequest(f"{', '.join(unknown)}: choose among {', '.join(groups)}")
        self.report.begin()
        for one in wanted:
            groups[one]()

    @contextmanager
    def _ours(self, kind: Kind = Kind.CONDA, files: int = 0, names: int = 0) -> Iterator[tuple[Server, Path]]:
        with servers.folder() as where:
            repository, account, token = servers.prepare(where / "data")
            if files:
                making.fill(repository, account, kind, files, names)
            repository.close()
            with servers.ours(where / "data", token) as server:
                yield server, where

    def conda(self) -> None:
        """Publishing to a conda channel, empty and full."""
        rounds, files, names = self.args.rounds, self.args.files, self.args.names
        with self._ours() as (server, _):
            nothing = works.times(rounds, lambda: works.conda_publish(server))
            idle = server.memory()
        self.report.add("conda upload to installable, empty channel", ms(nothing))
        with self._ours(Kind.CONDA, files, names) as (server, where):
            full = works.times(rounds, lambda: works.conda_publish(server))
            ratio = median(full) / median(nothing)
            what = f"{files} packages of {names} names"
            self.report.add(f"the same, {what}", ms(full), ms(nothing), f"{ratio:.2f} (at most 2)")
            first = works.times(rounds, lambda: works.classic(server))
            self.report.add(f"first repodata.json.zst after it, {what}", ms(first), "", "(at most 485 ms)")
            url = f"{server.url}/conda/{CHANNEL}/noarch/repodata.json"
            repodata = requests.get(url, headers={"Authorization": f"token {server.token}"}, timeout=600).content
            self.report.add(
                "memory: idle, and after all this", f"{idle:.0f}, {server.memory():.0f} MiB", "", "(120, 450)"
            )
            if self.args.rattler:
                runs = list(works.rattler_index(repodata, where / "rattler", min(rounds, 3)))
                self.report.add(
                    f"one run of index_fs, {what}", "", ms(runs), f"{median(runs) / median(full):.0f}x (100)"
                )
                self.report.add("index_fs beside the first .zst", "", "", f"{median(runs) / median(first):.0f}x (20)")

    def _peers(self, stack: ExitStack, where: Path) -> list[Server]:
        found = []
        for make, venv in ((servers.devpi, self.args.devpi), (servers.pypiserver, self.args.pypiserver)):
            if venv:
                found.append(stack.enter_context(make(Path(venv).absolute(), where)))
        return found

    def pypi(self) -> None:
        """Publishing to a Python index, empty and full, and the warm page of a project."""
        rounds, projects = self.args.rounds, self.args.projects
        with ExitStack() as stack:
            where = stack.enter_context(servers.folder())
            server, _ = stack.enter_context(self._ours())
            nothing = works.times(rounds, lambda: works.wheel_publish(server))
            self.report.add("wheel upload to listed, empty index", ms(nothing))
            for peer in self._peers(stack, where):
                theirs = works.times(rounds, lambda peer=peer: works.wheel_publish(peer))  # type: ignore[misc]
                ratio = f"{median(theirs) / median(nothing):.1f}x"
                self.report.add(f"the same, {peer.name}", ms(nothing), ms(theirs), ratio)
        with self._ours(Kind.PYPI, projects, projects) as (server, _):
            full = works.times(rounds, lambda: works.wheel_publish(server))
            ratio = f"{median(full) / median(nothing):.2f} (1, within noise)"
            self.report.add(f"the same, {projects} projects", ms(full), ms(nothing), ratio)

    def reads(self) -> None:
        """304, a warm project page, a file of 1 MiB: beside what tornado can do at all."""
        seconds, rounds = self.args.seconds, self.args.rounds
        with ExitStack() as stack:
            where = stack.enter_context(servers.folder())
            server, data = stack.enter_context(self._ours(Kind.CONDA, 10_000, 1_000))
            yardstick = stack.enter_context(servers.empty(data / "data"))
            header = {"Authorization": f"token {server.token}"}
            peers = [peer for peer in self._peers(stack, where) if peer.name == "devpi"]
            for one in (server, *peers):
                with requests.Session() as session:
                    for number in range(self.args.page):
                        works.send_wheel(one, session, *making.wheel("paged", f"1.{number}"))
            filename, content = making.wheel("large", "1.0", size=MIB)
            with requests.Session() as session:
                works.send_wheel(server, session, filename, content)
            (data / "data" / filename).write_bytes(content)

            def rate(url: str, headers: dict[str, str], connections: int = 32, status: int = 200) -> list[float]:
                return [
                    load(url, seconds=seconds, connections=connections, status=status, headers=headers).rate
                    for _ in range(rounds)
                ]

            def both(what: str, mine: list[float], theirs: list[float], figure: str) -> None:
                shown = f"{median(mine):.0f}/s", f"{median(theirs):.0f}/s"
                self.report.add(what, *shown, f"{median(mine) / median(theirs):.2f} ({figure})")

            nothing = rate(f"{yardstick.url}/", {})
            for name in ("repodata_shards.msgpack.zst", "repodata.json"):
                url = f"{server.url}/conda/{CHANNEL}/noarch/{name}"
                etag = requests.get(url, headers=header, timeout=60).headers["ETag"]
                mine = rate(url, {**header, "If-None-Match": etag}, status=304)
                both(f"304 on {name}, token checked; empty handler", mine, nothing, "0.7")
            page = "paged/"
            wanted = {"Accept": "application/vnd.pypi.simple.v1+json"}
            mine = rate(server.simple + page, {**header, **wanted})
            both(f"simple page of {self.args.page} files; empty handler", mine, nothing, "0.6")
            for peer in peers:
                both("the same; devpi", mine, rate(peer.simple + page, wanted, connections=8), "20")
            file = f"{server.url}/pypi/{CHANNEL}/files/{filename}"
            best = rate(f"{yardstick.url}/file/{filename}", {})
            both("1 MiB file, 32 connections; bare sendfile in tornado", rate(file, header), best, "0.8")
            static = rate(f"{yardstick.url}/static/{filename}", {})
            both("bare sendfile; StaticFileHandler", best, static, "for comparison")

    def uploads(self) -> None:
        """Many small uploads, several at a time, each durable when it is answered."""
        uploads = self.args.uploads
        with ExitStack() as stack:
            where = stack.enter_context(servers.folder())
            server, _ = stack.enter_context(self._ours())
            rounds = min(self.args.rounds, 3)
            mine = works.times(rounds, lambda: works.many_wheels(server, uploads, 8))
            self.report.add(f"{uploads} small wheels, 8 in parallel", f"{uploads / median(mine):.0f}/s")
            for peer in self._peers(stack, where):
                theirs = [works.many_wheels(peer, uploads, 8) for _ in range(rounds)]
                rates = f"{uploads / median(mine):.0f}/s", f"{uploads / median(theirs):.0f}/s"
                self.report.add(f"the same; {peer.name}", *rates, f"{median(theirs) / median(mine):.1f}x (2)")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `jupyter repo bench`."""
    parser.add_argument("--files", type=int, default=100_000, help="packages of the full conda channel")
    parser.add_argument("--names", type=int, default=5_000, help="names that they share")
    parser.add_argument("--projects", type=int, default=10_000, help="projects of the full Python index")
    parser.add_argument("--page", type=int, default=200, help="files on the project page")
    parser.add_argument("--uploads", type=int, default=500, help="uploads in a burst")
    parser.add_argument("--rounds", type=int, default=5, help="times everything is measured; the median counts")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each load lasts")
    parser.add_argument("--only", default="", help="groups to measure: conda,pypi,reads,uploads")
    parser.add_argument("--devpi", default="", metavar="VENV", help="virtual environment with devpi-server")
    parser.add_argument("--pypiserver", default="", metavar="VENV", help="virtual environment with pypiserver")
    parser.add_argument("--rattler", action="store_true", help="beside py-rattler's index_fs, which must be installed")


def run(args: argparse.Namespace) -> int:
    """Measure."""
    Bench(args).run()
    return 0
