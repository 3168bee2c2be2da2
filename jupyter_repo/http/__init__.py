"""The tornado side: it translates requests into calls of `service` and answers into HTTP, and decides nothing."""
