"""Which notebook this kernel runs, and which Python a kernel is.

Jupyter tells a kernel the notebook's path once, at its start (`JPY_SESSION_NAME`); when that file is gone
the notebook was renamed, and the Jupyter server that runs the kernel knows its new name.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urljoin

from .files import read_json
from .profiles import runtime_folder

_SECONDS = 2.0


def current_notebook() -> Path | None:
    """The file of the notebook that this kernel runs, where it can be known."""
    name = os.environ.get("JPY_SESSION_NAME")
    if name and Path(name).is_file():
        return Path(name)
    return _session_notebook()


def _session_notebook() -> Path | None:
    """As the Jupyter servers of this person have it."""
    kernel = _kernel_id()
    if kernel is None:
        return None
    parent = os.environ.get("JPY_PARENT_PID", "")
    servers = [read_json(path) for path in runtime_folder().glob("jpserver-*.json")]
    for server in sorted(servers, key=lambda server: str(server.get("pid")) != parent):
        for session in _sessions(server):
            model = session.get("kernel")
            if isinstance(model, Mapping) and model.get("id") == kernel:
                path = Path(str(server.get("root_dir", ""))) / str(session.get("path", ""))
                return path if path.is_file() else None
    return None


def _sessions(server: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    import requests

    url = server.get("url")
    token = server.get("token") or os.environ.get("JUPYTERHUB_API_TOKEN", "")
    if not isinstance(url, str):
        return []
    headers = {"Authorization": f"token {token}"} if token else {}
    with contextlib.suppress(requests.RequestException, ValueError), requests.Session() as session:
        session.trust_env = False  # a Jupyter server of this machine: no proxy, no .netrc over our token
        answer = session.get(urljoin(url, "api/sessions"), headers=headers, timeout=_SECONDS).json()
        return [item for item in answer if isinstance(item, Mapping)] if isinstance(answer, list) else []
    return []


def _kernel_id() -> str | None:
    """The id in the name of the connection file, `kernel-<id>.json`; None outside of a kernel."""
    if "ipykernel" not in sys.modules:
        return None
    from ipykernel.connect import get_connection_file

    try:
        return Path(get_connection_file()).stem.partition("-")[2] or None
    except RuntimeError:  # ipykernel is imported, but no kernel runs here
        return None


def kernel_python(argv: Sequence[str]) -> str:
    """The Python that a kernel spec's `argv` starts, resolved as jupyter_client does: `python` is Jupyter's own."""
    argv = _unwrapped(argv)
    command = argv[0] if argv else ""
    version = sys.version_info
    if command in ("python", f"python{version[0]}", f"python{version[0]}.{version[1]}"):
        return sys.executable
    return command.replace("{prefix}", sys.prefix)


def is_python(argv: Sequence[str]) -> bool:
    """Does this kernel run in a Python (and not in R or Julia)?"""
    argv = _unwrapped(argv)
    return bool(argv) and re.match(r"python[\d.]*(\.exe)?$|pypy", Path(argv[0]).name) is not None


def _unwrapped(argv: Sequence[str]) -> Sequence[str]:
    """`argv` without nb_conda_kernels in front, which starts every conda environment's kernel by Jupyter's Python.

    Its form: `python -m nb_conda_kernels.runner CONDA_PREFIX ENVIRONMENT COMMAND …`.
    """
    runner = "nb_conda_kernels.runner"
    return argv[argv.index(runner) + 3 :] if runner in argv else argv


def spec_python(name: str) -> str | None:
    """The Python of the kernel spec `name` on this machine; None if there is none or it isn't Python."""
    from jupyter_core.paths import jupyter_path

    for folder in jupyter_path("kernels"):
        path = Path(folder) / name / "kernel.json"
        if path.is_file():
            with contextlib.suppress(OSError, ValueError):
                argv = json.loads(path.read_bytes()).get("argv", [])
                return kernel_python(argv) if is_python(argv) else None
    return None
