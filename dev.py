"""The one command: `python3 dev.py demo`, `test`, `up`, `lint` or `bench`; needs Python 3.11 and nothing else.

Plain enough for any Python to read up to the check below, so that an old one can say what is wrong.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 # it is for those who have less
    sys.stderr.write(
        "dev.py needs Python 3.11 or newer, and this is Python "
        + ".".join(map(str, sys.version_info[:2]))
        + ": start it with a newer one, as in `python3.12 dev.py test`.\n"
    )
    sys.exit(1)

from tests.local.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
