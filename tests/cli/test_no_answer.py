"""What a command says when it cannot tell, and with which exit status."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

import pytest
import simplejson

from shared.cli.outcome import Exit
from tests.cli.conftest import Run
from tests.cli.planted import Plant
from tests.local.ports import free_ports
from tests.twin.dataverse.twin import ORGANIZATION_ID, DataverseTwin
from tests.twin.finance.twin import FinanceTwin
from tests.twin.http import listening

ROOT = Path(__file__).parents[2]


async def command(*arguments: str, **environment: str) -> tuple[int, str, str]:
    """Run the command line in a process of its own; give exit status, output and what was said beside it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "shared.cli", *arguments),
        cwd=ROOT,
        env={"COLUMNS": "200", **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, beside = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), beside.decode()


async def test_over_real_http_the_twins_fit_and_nothing_but_json_is_written() -> None:
    to_dataverse, to_finance = free_ports(2)
    async with listening(DataverseTwin(), to_dataverse), listening(FinanceTwin(), to_finance):
        status, out, beside = await command(
            *("check", "--schema", "--json", "--map", "tasks"),
            DATAVERSE_URL=f"http://127.0.0.1:{to_dataverse}",
            FINANCE_URL=f"http://127.0.0.1:{to_finance}",
            DATAVERSE_ORGANIZATION_ID=ORGANIZATION_ID,
        )
    assert (status, beside) == (Exit.CLEAN, "")
    assert [report["map"] for report in simplejson.loads(out)] == ["tasks"]


async def test_missing_settings_are_all_named_and_no_traceback_is_written() -> None:
    status, out, beside = await command("check", "--schema")
    assert (status, out) == (Exit.NO_ANSWER, "")
    for name in ("DATAVERSE_URL", "FINANCE_URL", "DATAVERSE_ORGANIZATION_ID"):
        assert f"setting {name} is missing" in beside
    assert "Traceback" not in beside


async def test_an_environment_that_does_not_answer_is_no_difference() -> None:
    closed, other = free_ports(2)
    status, out, beside = await command(
        *("check", "--schema"),
        DATAVERSE_URL=f"http://127.0.0.1:{closed}",
        FINANCE_URL=f"http://127.0.0.1:{other}",
        DATAVERSE_ORGANIZATION_ID=ORGANIZATION_ID,
    )
    assert (status, out) == (Exit.NO_ANSWER, "")
    assert "could not be reached" in beside


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check",), "say what to check: --schema"),
        (("check", "--schema", "--map", "projcts"), "There is no map called projcts. To do: The maps are"),
        (("check", "--schema", "--nonsense"), "No such option: --nonsense"),
    ],
)
def test_what_cannot_be_asked_is_said(run: Run, arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == Exit.NO_ANSWER
    assert said in " ".join(re.sub(r"[│╭╮╰╯─]", " ", result.stderr).split())


def test_an_answer_that_is_no_metadata_is_no_difference(run: Run) -> None:
    signed_out = Plant(re.compile(r"/data/\$metadata"), lambda _: b"<html><br>Sign in</html>")
    result = run("check", "--schema", plants=(signed_out,))
    assert result.exit_code == Exit.NO_ANSWER
    assert "Finance answered without a metadata document." in result.stderr


@pytest.mark.parametrize(
    ("setting", "text", "said"),
    [
        ("RUNNING_MAPS", "projcts", "setting RUNNING_MAPS: there is no map called projcts. To do: The maps are"),
        ("SIDE_TABLES", "projects:contoso_own", "setting SIDE_TABLES: projects writes nothing to Dataverse."),
        ("DATAVERSE_ORGANIZATION_ID", "0" * 32, f"is organisation {ORGANIZATION_ID}. To do: Correct the setting"),
        ("PACKAGE_COMPANY", "zzzz", "setting PACKAGE_COMPANY: Finance has no legal entity zzzz."),
    ],
)
def test_a_setting_that_the_app_would_stumble_over_is_said_and_nothing_compared(
    run: Run, monkeypatch: pytest.MonkeyPatch, setting: str, text: str, said: str
) -> None:
    monkeypatch.setenv(setting, text)
    result = run("check", "--schema", "--map", "tasks")
    assert (result.exit_code, result.stdout) == (Exit.NO_ANSWER, "")
    assert said in result.stderr


def test_a_company_for_packages_that_is_there_is_nothing_to_say(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKAGE_COMPANY", "usmf")
    there = Plant(re.compile(r"/data/LegalEntities"), lambda _: b'{"value": [{"LegalEntityId": "USMF"}]}')
    assert run("check", "--schema", "--map", "tasks", plants=(there,)).exit_code == Exit.CLEAN
