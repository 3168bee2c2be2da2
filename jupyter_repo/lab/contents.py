"""Files and notebooks as the Jupyter contents manager has them, which need not be on this disk."""

from __future__ import annotations

import asyncio
import base64
import binascii
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async

from ..client import notebooks
from ..client.notebooks import Notebook
from ..errors import InvalidPackage, InvalidRequest, NotFound, TooLarge

if TYPE_CHECKING:
    from jupyter_server.services.contents.manager import ContentsManager

from .incoming import MIB


class Contents:
    """The contents manager, with files bounded to `limit` bytes: it hands them over whole, in memory."""

    def __init__(self, manager: ContentsManager, limit: int) -> None:
        # jupyter_server's methods are half typed, and sync or async
        self._manager: Any = manager
        self._limit = limit

    async def notebook(self, path: str, content: object = None) -> Notebook:
        """The notebook at `path`, as its bytes in a file would be.

        `content` is what it holds, where it is in a drive of the browser that this contents manager can't read.
        """
        if content is not None:
            return await asyncio.get_running_loop().run_in_executor(None, _notebook, content, path)
        await self._check(path, "notebook")
        model = await ensure_async(self._manager.get(path, content=True, type="notebook"))
        return await asyncio.get_running_loop().run_in_executor(None, _notebook, model["content"], path)

    async def file(self, path: str) -> bytes:
        """The bytes of the file at `path`."""
        await self._check(path, "file")
        model = await ensure_async(self._manager.get(path, content=True, type="file", format="base64"))
        try:
            return await asyncio.get_running_loop().run_in_executor(None, base64.b64decode, model["content"])
        except (binascii.Error, TypeError) as error:
            raise InvalidPackage(f"{path} can't be read as a file") from error

    async def _check(self, path: str, what: str) -> None:
        if not await ensure_async(self._manager.file_exists(path)):
            raise NotFound(f"There is no {what} {path} here; it may have been renamed or moved")
        size = (await ensure_async(self._manager.get(path, content=False))).get("size") or 0
        if size > self._limit:
            raise TooLarge(
                f"{path} has {size / MIB:.0f} MiB; from the file browser at most {self._limit / MIB:.0f} go. "
                "Use the panel's Upload button, or `%repo upload` in a notebook"
            )

    async def save(self, directory: str, filename: str, content: bytes) -> str:
        """Save a downloaded file under a name that is free, and return its path."""
        path = await self._free(directory, filename)
        model: dict[str, object] = {
            "type": "file",
            "format": "base64",
            "content": base64.b64encode(content).decode("ascii"),
        }
        await ensure_async(self._manager.save(model, path))
        return path

    async def exists(self, path: str) -> bool:
        """Is there a file at `path`?"""
        return bool(await ensure_async(self._manager.file_exists(path)))

    async def replace_notebook(self, path: str, content: bytes) -> bool:
        """Put a notebook at `path`; what was there is kept as a checkpoint. Says whether something was."""
        there = await self.exists(path)
        if there:
            await ensure_async(self._manager.create_checkpoint(path))
        model = {"type": "notebook", "format": "json", "content": await self._parsed(content, path)}
        await ensure_async(self._manager.save(model, path))
        return there

    async def save_notebook(self, directory: str, filename: str, content: bytes) -> str:
        """Save a notebook under a name that is free, and return its path."""
        path = await self._free(directory, filename)
        await self.replace_notebook(path, content)
        return path

    async def _parsed(self, content: bytes, path: str) -> object:
        import nbformat

        def parse() -> object:
            try:
                notebook: Any = nbformat.reads(content.decode("utf-8-sig"), as_version=4)  # type: ignore[no-untyped-call]
                for cell in notebook.cells:
                    cell.metadata.pop(
                        "trusted", None
                    )  # where every cell says so, saving would sign a stranger's outputs
            except (nbformat.reader.NotJSONError, ValueError, KeyError, TypeError, AttributeError) as error:
                raise InvalidPackage(f"{path} can't be read as a notebook: {error}") from error
            return notebook

        return await asyncio.get_running_loop().run_in_executor(None, parse)

    async def _free(self, directory: str, filename: str) -> str:
        if directory and not await ensure_async(self._manager.dir_exists(directory)):
            raise NotFound(f"There is no folder {directory} here")
        name = await ensure_async(self._manager.increment_filename(filename, directory, insert="-"))
        return f"{directory.strip('/')}/{name}".lstrip("/")

    def check_size(self, filename: str, size: int) -> None:
        """Raise TooLarge if a file of `size` bytes can't be saved here."""
        if size > self._limit:
            raise TooLarge(
                f"{filename} has {size / MIB:.0f} MiB; through the panel at most {self._limit / MIB:.0f} go. "
                "Use `%repo download` in a notebook"
            )


def _notebook(content: object, path: str) -> Notebook:
    import nbformat

    try:
        node = nbformat.from_dict(content)  # type: ignore[no-untyped-call]  # nbformat is not typed
        text: str = nbformat.writes(node, version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise InvalidRequest(f"{path} can't be written as a notebook: {error}") from error
    return notebooks.parse(text.encode(), path.rpartition("/")[2])
