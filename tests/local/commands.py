"""The commands of dev.py: each makes sure of the environment and then becomes the program it names.

Standard library only, as all of this runs before any package is there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.local.environment import ROOT, VENV, SetupFailed, ensure_azurite, ensure_packages, setting_up

PYTHON = VENV / "bin" / "python"
LINTERS = (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",), ("lint-imports",))


@dataclass(frozen=True, slots=True)
class Command:
    """What a command is for, how it is run, and whether it needs the storage emulator."""

    purpose: str
    run: Callable[[Sequence[str]], int]
    storage: bool = True


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; what went wrong before it began is one sentence."""
    name, *options = arguments or ("",)
    command = COMMANDS.get(name)
    if command is None:
        return _explain(name)
    try:
        with setting_up():
            ensure_packages()
            if command.storage:
                ensure_azurite()
        return command.run(options)
    except SetupFailed as failed:
        return _say(f"{failed}", 1)
    except PermissionError as error:
        return _say(f"There is no permission to write {error.filename}: dev.py keeps everything in {ROOT}.", 1)
    except OSError as error:
        return _say(f"dev.py cannot go on: {error}.", 1)
    except KeyboardInterrupt:
        return _say("Stopped.", 130)


def _module(*start: str) -> Callable[[Sequence[str]], int]:
    """Become `python -m …` where the user is, so that paths among the options mean what they say."""

    def run(options: Sequence[str]) -> int:
        os.environ["PYTHONPATH"] = str(ROOT)
        # -P: a folder called `tests` where the user is must not be taken for ours
        return _become([str(PYTHON), "-P", "-m", *start, *options])

    return run


def _test(options: Sequence[str]) -> int:
    os.chdir(ROOT)
    workers = str(min(4, os.cpu_count() or 2))
    # --cov first: it takes the word after it for a folder to measure, if that is no option
    return _become([str(PYTHON), "-m", "pytest", "--cov", "-n", workers, "--dist", "worksteal", *options])


def _lint(options: Sequence[str]) -> int:
    if options:
        return _say("lint takes no options.", 2)
    failed = []
    for linter in LINTERS:
        sys.stderr.write(f"{' '.join(linter)}\n")
        if subprocess.run([VENV / "bin" / linter[0], *linter[1:]], cwd=ROOT, check=False).returncode:
            failed.append(" ".join(linter))
    return _say(f"Not clean: {', '.join(failed)}.", 1) if failed else 0


def _become(command: list[str]) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(command[0], command)  # noqa: S606 # no shell is meant


def _explain(name: str) -> int:
    usage = "\n".join(f"  {known:6} {command.purpose}" for known, command in COMMANDS.items())
    asked_for_help = name in {"-h", "--help", "help"}
    wrong = f"There is no command '{name}'.\n" if name and not asked_for_help else ""
    return _say(f"{wrong}python3 dev.py COMMAND [OPTIONS]\n{usage}", 0 if asked_for_help else 2)


def _say(text: str, status: int) -> int:
    sys.stderr.write(text + "\n")
    return status


COMMANDS = {
    "demo": Command("watch six components at work on both sides, and the verdict", _module("tests.local.demo")),
    "test": Command("run all tests (options are pytest's; --long for the long forms)", _test),
    "up": Command("start the demo's servers and leave them running", _module("tests.local.demo", "--up")),
    "lint": Command("run ruff, mypy and import-linter", _lint, storage=False),
    "bench": Command("measure, side by side with hand-written code and bare calls", _module("tests.bench")),
}
