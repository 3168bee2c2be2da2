"""`python -m jupyter_repo` is `jupyter repo`."""

import sys

from .cli import main

sys.exit(main())
