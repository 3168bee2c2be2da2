"""The addresses that package clients read: `/conda/<channel>/…` and `/pypi/<channel>/…`."""
