"""The front end in a real browser, against a real `jupyter lab`."""
