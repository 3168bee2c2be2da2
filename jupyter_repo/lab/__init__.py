"""The Jupyter Server extension: the repository's face inside JupyterLab and Notebook.

    app.py           JupyterRepo: the extension, its settings and its life
    connection.py    the repository this server talks to, and as whom
    embedded.py      the repository that lives in this process, out of the box
    jobs.py          what takes long: in the background, with progress, and cancelled on request
    contents.py      files and notebooks of the Jupyter contents manager
    environments.py  which Python a notebook's kernel is
    handlers/        /jupyter-repo/…, one noun a file

It is a client of the repository like the magics and the command line, and runs as the notebook's user. The
repository's credentials stay on this side; the page in the browser never sees them.
"""
