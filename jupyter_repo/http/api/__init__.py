"""The REST API under `/api`: anaconda-client's dialect, which it answers to the letter, and what goes beyond it."""
