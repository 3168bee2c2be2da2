"""Settings of an account: one file a section."""
