"""The repository seen from outside: what magics, command line and JupyterLab handlers share.

    client.py        RepoClient: one method for each endpoint of the REST API; the only code that speaks it
    documents.py     the shapes of the JSON answers
    actions.py       the workflows, said once: publish a notebook, upload files, download, …
    profiles.py      which repository, and as whom
    credentials.py   where secrets are kept between runs
    environment.py   environment.yml of a running Python
    kernels.py       which notebook this kernel runs, which Python a kernel is
    commands.py      the verbs of `%repo VERB` and `jupyter repo VERB`, defined once
    verbs.py         what each verb does, with sharing.py and exchanging.py; results.py how its answer reads
    lockfile.py      the exact lock of an environment; rebuilding.py and conda_packages.py make it again
    reopening.py     a published notebook with its environment; kernelspecs.py keeps what was made as kernels
    versions.py      history, differences, pasted links

Imports only the ground floor and the standard library, `requests`, and `nbformat` where a notebook is read.
"""
