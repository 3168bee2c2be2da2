"""The repository seen from outside: what magics, command line and JupyterLab handlers share.

    client.py        RepoClient: one method for each endpoint of the REST API; the only code that speaks it
    documents.py     the shapes of the JSON answers
    actions.py       the workflows, said once: publish a notebook, upload files, download, …
    profiles.py      which repository, and as whom
    credentials.py   where secrets are kept between runs
    environment.py   environment.yml of a running Python
    kernels.py       which notebook this kernel runs, which Python a kernel is
    commands.py      the verbs of `%repo VERB` and `jupyter repo VERB`, defined once
    verbs.py         what each verb does; results.py how its answer reads

Imports only the ground floor and the standard library, `requests`, and `nbformat` where a notebook is read.
"""
