"""Every rule of the repository, as plain synchronous functions of a unit of work and an actor.

Knows no HTTP. A function's first argument is the `Work` (one transaction and the blob store), its second the
`Actor` where rights matter; it asks the gate in `access.py` and raises from `errors.py`.
"""
