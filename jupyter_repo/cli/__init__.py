"""`jupyter repo …` (the script `jupyter-repo`): serving, administering, and the verbs of the notebook in a terminal."""

from __future__ import annotations

from .main import main

__all__ = ["main"]
