"""Jupyter Repo: a repository for notebooks, environments, conda and Python packages, inside JupyterLab.

Importing this costs nothing: kernels do it for `%load_ext jupyter_repo`, Jupyter servers to find the extension.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ._version import __version__

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["__version__", "load_ipython_extension", "unload_ipython_extension"]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where the JupyterLab half is, for `jupyter-builder develop`."""
    return [{"src": "labextension", "dest": "jupyter-repo"}]


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    """The Jupyter Server half."""
    # by name: whoever imports this package for its version must not count as a user of the layers above
    module = "jupyter_repo.lab.app"
    return [{"module": module, "app": import_module(module).JupyterRepo}]


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """`%load_ext jupyter_repo`: gives the notebook `%repo`."""
    from .magics import RepoMagics, complete

    ipython.register_magics(RepoMagics)
    for magic in ("%repo", "%%repo"):
        ipython.set_hook("complete_command", complete, str_key=magic)  # type: ignore[no-untyped-call]


def unload_ipython_extension(ipython: InteractiveShell) -> None:
    """`%unload_ext jupyter_repo`: takes `%repo` away again."""
    ipython.magics_manager.magics["line"].pop("repo", None)
