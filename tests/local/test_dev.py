"""dev.py makes its environment once, makes it again when its files change, and says in a sentence what is wrong."""

from __future__ import annotations

import ast
import socket
import sys
from pathlib import Path

import pytest

from tests.local import commands, environment
from tests.local.environment import ROOT, SetupFailed, ensure_azurite, ensure_packages
from tests.local.ports import PortTaken, free_ports, require_free

UNREACHABLE = (
    "WARNING: Retrying after connection broken by 'NewConnectionError(...: [Errno 111] Connection refused')'",
    "npm error code ENOTFOUND",
    "npm error errno ECONNREFUSED",
    "socket.gaierror: [Errno -3] Temporary failure in name resolution",
    "[Errno 8] nodename nor servname provided, or not known",
)


def test_an_old_python_can_read_dev_py_as_far_as_the_sentence_for_it() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text("utf-8"), feature_version=(3, 7))
    before_the_check = [ast.unparse(node) for node in tree.body[1:2]]
    assert before_the_check == ["import sys"]
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.AnnAssign)]


@pytest.mark.parametrize("output", UNREACHABLE)
def test_a_missing_network_is_called_by_its_name(output: str) -> None:
    assert "the network or the proxy" in environment._reason(f"{output}\nERROR: No matching distribution found")


def test_any_other_failure_is_told_in_its_own_last_error() -> None:
    output = "Collecting a\nERROR: first\nERROR: No matching distribution found for nothing==1\n[notice] update"
    assert environment._reason(output) == "ERROR: No matching distribution found for nothing==1"
    assert "python3-venv" in environment._reason("ensurepip is not available.  On Debian/Ubuntu systems, …")


class Steps:
    """Stands for the programs that the set-up runs: notes them, makes what venv and npm would, and may fail."""

    def __init__(self, venv: Path) -> None:
        self.ran: list[str] = []
        self.failing = ""
        self._venv = venv

    def __call__(self, command: list[str], failure: str, **_: object) -> None:
        step = "venv" if "venv" in command else "npm" if "ci" in command else "pip"
        self.ran.append(step)
        if step == self.failing:
            raise SetupFailed(failure)
        if step == "venv":
            (self._venv / "bin").mkdir(parents=True)
            for program in ("python", "pip"):
                (self._venv / "bin" / program).touch()
            (self._venv / "pyvenv.cfg").write_text("version = {}.{}.0\n".format(*sys.version_info))

    def since(self) -> list[str]:
        ran, self.ran = self.ran, []
        return ran


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Steps:
    for name in ("VENV", "LOCAL", "AZURITE"):
        monkeypatch.setattr(environment, name, tmp_path / name.lower())
    for name in ("REQUIREMENTS", "LOCK"):
        file = tmp_path / f"{name}.txt"
        file.write_text("a==1")
        monkeypatch.setattr(environment, name, (file,))
    monkeypatch.setattr(environment, "_node_on_path", lambda: environment.Node(tmp_path, ("npm",)))
    stand_in = Steps(tmp_path / "venv")
    monkeypatch.setattr(environment, "_run", stand_in)
    return stand_in


def test_a_second_start_finds_everything_made(steps: Steps) -> None:
    ensure_packages()
    ensure_azurite()
    assert steps.since() == ["venv", "pip", "npm"]
    ensure_packages()
    ensure_azurite()
    assert steps.since() == []


def test_changed_requirements_are_installed_into_the_same_venv(steps: Steps, tmp_path: Path) -> None:
    ensure_packages()
    (tmp_path / "REQUIREMENTS.txt").write_text("a==2")
    steps.since()
    ensure_packages()
    assert steps.since() == ["pip"]


def test_another_python_gets_a_new_venv(steps: Steps, tmp_path: Path) -> None:
    ensure_packages()
    (tmp_path / "venv" / "pyvenv.cfg").write_text("version = 3.9.1\n")
    (tmp_path / "venv" / "bin" / "python").unlink()
    (tmp_path / "venv" / "bin" / "pip").unlink()
    (tmp_path / "venv" / "bin").rmdir()
    steps.since()
    ensure_packages()
    assert steps.since() == ["venv", "pip"]


def test_a_set_up_that_failed_is_done_again(steps: Steps) -> None:
    steps.failing = "pip"
    with pytest.raises(SetupFailed):
        ensure_packages()
    steps.failing = ""
    steps.since()
    ensure_packages()
    assert steps.since() == ["pip"]


def test_a_node_that_went_away_is_looked_for_again(steps: Steps, tmp_path: Path) -> None:
    ensure_azurite()
    (tmp_path / "azurite" / "node").unlink()
    (tmp_path / "azurite" / "node").symlink_to(tmp_path / "gone")
    steps.since()
    ensure_azurite()
    assert steps.since() == ["npm"]


def test_an_unknown_command_lists_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["tset"]) == 2
    assert commands.main([]) == 2
    assert commands.main(["--help"]) == 0
    said = capsys.readouterr().err
    assert "There is no command 'tset'." in said
    assert all(name in said for name in ("demo", "test", "up", "lint", "bench"))


@pytest.mark.parametrize(
    ("stop", "status", "sentence"),
    [
        (PermissionError(13, "Permission denied", "/p/.venv"), 1, "There is no permission to write /p/.venv"),
        (OSError(28, "No space left on device"), 1, "No space left on device"),
        (SetupFailed("Installing failed: so and so."), 1, "Installing failed: so and so."),
        (KeyboardInterrupt(), 130, "Stopped."),
    ],
)
def test_what_stops_the_set_up_is_one_sentence(
    stop: BaseException,
    status: int,
    sentence: str,
    steps: Steps,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def stopped() -> None:
        raise stop

    monkeypatch.setattr(commands, "ensure_packages", stopped)
    assert commands.main(["lint"]) == status
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert steps.ran == []


def test_a_taken_port_is_named_with_the_server_that_needs_it() -> None:
    free, other = free_ports(2)
    require_free({"the local host": free, "Azurite": other})
    with socket.create_server(("127.0.0.1", other)), pytest.raises(PortTaken, match=f"Port {other} .* Azurite needs"):
        require_free({"the local host": free, "Azurite": other})
