"""`python -m tests.local.demo`: see command."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    try:
        # Here, so that Ctrl-C while the libraries are loading is as quiet as at any other time.
        from tests.local.demo.command import main

        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
