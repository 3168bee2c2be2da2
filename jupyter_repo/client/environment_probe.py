"""What a Python has installed, as JSON: run as a script by that very Python.

Only the standard library, only relative to the interpreter that runs it, and no syntax younger than
Python 3.8: the kernel's Python need not be ours.
"""

from __future__ import annotations

import glob
import importlib.metadata
import json
import os
import platform
import site
import sys
import sysconfig


def conda_packages(prefix: str) -> list[dict[str, object]]:
    """The records of `conda-meta/`: what they are, where from, and the dist-info folders they brought."""
    found = []
    for path in sorted(glob.glob(os.path.join(prefix, "conda-meta", "*.json"))):
        try:
            with open(path, encoding="utf-8") as file:
                record = json.load(file)
            name, version = record["name"], record["version"]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a record half written by an install that is under way
        owned = {
            os.path.normcase(os.path.realpath(os.path.join(prefix, part.rsplit("/", 1)[0])))
            for part in record.get("files") or ()
            if part.endswith((".dist-info/METADATA", ".egg-info/PKG-INFO"))
        }
        channel = record.get("channel") or record.get("url") or ""
        exact = {key: str(record.get(key) or "") for key in ("build", "url", "sha256")}
        found.append({"name": name, "version": version, "channel": channel, "owned": sorted(owned), **exact})
    return found


def site_folders() -> set[str]:
    """The folders where installers put packages; what lies elsewhere is somebody's working copy."""
    folders = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    folders += [*site.getsitepackages(), site.getusersitepackages()]
    return {os.path.normcase(os.path.realpath(folder)) for folder in folders if folder}


def python_packages() -> list[dict[str, object]]:
    """The installed distributions; of one that is there twice the one that is imported."""
    folders = site_folders()
    seen: set[str] = set()
    found: list[dict[str, object]] = []
    for dist in importlib.metadata.distributions():
        try:
            name, version = dist.metadata["Name"], dist.version
        except Exception:  # noqa: BLE001, S112 - a broken dist-info folder, in many ways; pip skips these as well
            continue
        key = (name or "").lower().replace("_", "-").replace(".", "-")
        if not name or not version or key in seen:
            continue
        seen.add(key)
        folder = os.path.normcase(os.path.realpath(str(getattr(dist, "_path", ""))))
        try:
            origin = json.loads(dist.read_text("direct_url.json") or "null")
        except ValueError:
            origin = None
        in_site = os.path.dirname(folder) in folders
        found.append({"name": name, "version": version, "origin": origin, "folder": folder, "in_site": in_site})
    return found


def probe() -> dict[str, object]:
    """Everything that `environment.py` needs to know of this Python."""
    return {
        "python": platform.python_version(),
        "prefix": sys.prefix,
        "platform": sysconfig.get_platform(),
        "conda": conda_packages(sys.prefix),
        "pip": python_packages(),
    }


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    sys.stdout.write("\n" + json.dumps(probe()) + "\n")
