"""A small world for tests of rules: real accounts, real tokens, real packages, no HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jupyter_repo import formats
from jupyter_repo.models import ANONYMOUS, Actor, Kind, Visibility
from jupyter_repo.names import MAIN_LABEL
from jupyter_repo.service import accounts, tokens, uploads
from jupyter_repo.service.channels import View
from jupyter_repo.service.states import States
from jupyter_repo.service.uploads import Incoming, Published, Wishes
from jupyter_repo.service.work import Repository, Work

from . import builders


@dataclass
class World:
    """Ada owns the organization acme; Bob owns nothing."""

    repository: Repository
    folder: Path
    ada: Actor
    bob: Actor
    nobody: Actor = ANONYMOUS

    @classmethod
    def new(cls, repository: Repository, folder: Path) -> World:
        with repository.write() as work:
            ada = accounts.create_user(work, "ada", email="ada@example.org", password="secret-ada")
            bob = accounts.create_user(work, "bob", email="bob@example.org", password="secret-bob")
            accounts.create_organization(work, "acme", ada, email="acme@example.org")
        return cls(repository, folder, Actor(ada), Actor(bob))

    def token(self, maker: Actor, channel: str, *scopes: str, **options: object) -> tuple[Actor, str]:
        """An actor that comes with a new token, and its secret."""
        with self.repository.write() as work:
            _, secret = tokens.create(
                work,
                maker,
                accounts.get(work, channel),
                f"token {len(scopes)} {'-'.join(scopes)}"[:200],
                scopes=scopes,
                replace=True,
                **options,  # type: ignore[arg-type]
            )
        with self.repository.read() as work:
            actor = tokens.present(work, secret).actor
        assert actor is not None
        return actor, secret

    def publish(self, actor: Actor, channel: str, paths: Path | Sequence[Path], **wishes: object) -> Published:
        """Publish files through the service, as every front door does in the end."""
        incoming = []
        for path in [paths] if isinstance(paths, Path) else paths:
            upload = self.repository.store.new_upload()
            upload.write(path.read_bytes())
            kind = wishes.pop("kind", None)
            with upload.file() as file:
                info = formats.read(path.name, file, kind=kind)  # type: ignore[arg-type]
            incoming.append(Incoming(info, upload))
        try:
            return self.repository.write_together(
                lambda work: uploads.publish(work, actor, channel, incoming, Wishes(**wishes))  # type: ignore[arg-type]
            )
        finally:
            for one in incoming:
                one.upload.discard()  # type: ignore[attr-defined]

    def conda(self, name: str = "hello", version: str = "1.0", **options: object) -> Path:
        return builders.make_conda(self._new_folder(), name=name, version=version, **options)  # type: ignore[arg-type]

    def wheel(self, name: str = "mywheel", version: str = "1.0", **options: object) -> Path:
        return builders.make_wheel(self._new_folder(), name=name, version=version, **options)  # type: ignore[arg-type]

    def notebook(self, name: str = "analysis", **options: object) -> Path:
        return builders.make_notebook(self._new_folder(), name, **options)  # type: ignore[arg-type]

    def environment(self, name: str = "science", **options: object) -> Path:
        return builders.make_environment(self._new_folder(), name, **options)  # type: ignore[arg-type]

    def _new_folder(self) -> Path:
        folder = self.folder / f"made-{len(list(self.folder.glob('made-*')))}"
        folder.mkdir()
        return folder

    def blobs(self) -> set[str]:
        return set(self.repository.store.digests())

    def leftovers(self) -> list[Path]:
        return list((self.folder / "store" / "tmp").iterdir())


PRIVATE, PUBLIC = Visibility.PRIVATE, Visibility.PUBLIC
KINDS = tuple(Kind)


def repodata(work: Work, shown: View, subdir: str) -> bytes:
    """`repodata.json` as those who share this view see it."""
    return States().of(work, shown.channel).view(shown.label or MAIN_LABEL, shown.reach).repodata(subdir)
