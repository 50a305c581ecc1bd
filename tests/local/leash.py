"""`python -m tests.local.leash MODULE [ARGUMENTS]`: runs a module that must not outlive whoever started it.

Its standard input is the leash: when that closes, because the starter closed it or died in whatever way, the process
asks itself to end as SIGTERM would.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading


def end_with_the_starter() -> None:
    """Wait for the end of standard input, then ask this process to end."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=end_with_the_starter, daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
