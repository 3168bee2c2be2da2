"""The version of the distribution; `labextension/package.json` must agree (a test holds it)."""

__version__ = "0.1.0"
