"""The repository's own web pages: server-rendered, and whole without JavaScript."""
