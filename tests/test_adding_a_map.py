"""Adding a map takes one declaration, one line per direction and one sample: done here in a copy of the project.

The map is imaginary: how often contracts are invoiced, kept among Finance's units of measure. Everything else is the
project's own, in processes that know only the copy: its checks of maps and functions, and the app between the twins.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import simplejson

ROOT = Path(__file__).parents[1]

DECLARATION = '''"""Invoice frequencies, kept as units."""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, TableMap
from shared.mapping.transforms import text

INVOICE_FREQUENCIES = TableMap(
    "invoice_frequencies",
    label="Invoice frequencies",
    version="1.0.0.0",
    finance=FinanceEntity("UnitsOfMeasure", key=("UnitSymbol",), entity="UnitOfMeasureEntity"),
    dataverse=DataverseTable("msdyn_invoicefrequency", "msdyn_invoicefrequencies", key=("msdyn_name",)),
    rows=(
        #   Finance            way  Dataverse     transform  provenance
        Row("UnitSymbol",      "<", "msdyn_name", text(10),  "inferred"),
        Row("UnitDescription", "<", "msdyn_name", text(60),  "inferred"),
    ),
)
'''
IMPORT = "from shared.maps.setup.invoice_frequencies import INVOICE_FREQUENCIES\n"
LINE = "invoice_frequencies_to_finance = setup.live(INVOICE_FREQUENCIES, Side.FINANCE)\n"
SAMPLE = {
    "about": "A frequency whose name is longer than a unit's symbol.",
    "source": {"msdyn_invoicefrequencyid": "5c1d2e3f-0a1b-4c2d-8e3f-4a5b6c7d8e9f", "msdyn_name": "Twice a month"},
    "key": "Twice a mo",
    "target": {"UnitSymbol": "Twice a mo", "UnitDescription": "Twice a month"},
}

#: A person enters a row in Dataverse, whose own webhook reaches the app; then the app's queue function does its work.
TRAVEL = """
import asyncio
import pytest
from tests.functions.running_app import acting_in
from tests.sync.stage import Stage
from tests.twin.dataverse.api import Api
from tests.twin.dataverse.registration import register_endpoint, register_step

async def travel(monkeypatch):
    stage = await Stage().begin()
    with acting_in(stage, monkeypatch) as app:
        statuses = []

        async def deliver(post):
            statuses.append(await app.deliver(post))
            return statuses[-1]

        stage.world.dataverse.events.send = deliver
        api = Api(stage.world.dataverse)
        url = "http://127.0.0.1:7071/api/webhooks/invoice-frequencies-to-finance"
        endpoint = await register_endpoint(api, "app", url, "k3y")
        await register_step(api, endpoint, "msdyn_invoicefrequency", "Create")
        await stage.enter("msdyn_invoicefrequencies", "weekly", msdyn_name="Weekly")
        await stage.world.dataverse.events.flush()
        ((message, _),) = stage.waiting("invoice_frequencies_to_finance")
        await app.work("invoice_frequencies_to_finance", message.to_text())
        units = stage.world.finance.database.tables["UnitsOfMeasure"].rows.values()
        (description,) = [row.values["UnitDescription"] for row in units if row.values["UnitSymbol"] == "Weekly"]
        print(statuses, description)

with pytest.MonkeyPatch.context() as monkeypatch:
    asyncio.run(travel(monkeypatch))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project with one map more."""
    for name in ("shared", "functions", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    for name in ("function_app.py", "host.json", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "shared/maps/setup/invoice_frequencies.py").write_text(DECLARATION, encoding="utf-8")
    sample = tmp_path / "tests/samples/invoice_frequencies_to_finance.json"
    sample.write_text(simplejson.dumps(SAMPLE, indent=2), encoding="utf-8")
    component = tmp_path / "functions/setup.py"
    head, _, rest = component.read_text(encoding="utf-8").partition("from shared.maps.setup.")
    component.write_text(f"{head}{IMPORT}from shared.maps.setup.{rest}{LINE}", encoding="utf-8")
    return tmp_path


def python(copy: Path, *arguments: str) -> str:
    """Run Python in the copy, which must succeed; give what it printed."""
    ran = subprocess.run(  # noqa: S603 - our own interpreter, our own code
        [sys.executable, *arguments], cwd=copy, env={}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_one_declaration_one_line_and_one_sample_pass_the_checks_of_every_map_and_function(copy: Path) -> None:
    of_the_map = "invoice_frequencies or every_file or every_direction_has_a_sample or every_direction_of_every_map"
    suites = ("tests/maps", "tests/functions/test_index.py")
    said = python(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", of_the_map, *suites)
    assert " passed" in said
    assert "skipped" not in said


def test_a_map_without_its_line_and_its_sample_does_not_pass(copy: Path) -> None:
    shutil.copy(ROOT / "functions/setup.py", copy / "functions/setup.py")
    (copy / "tests/samples/invoice_frequencies_to_finance.json").unlink()
    suites = ("tests/maps/test_samples.py", "tests/functions/test_index.py")
    of_both = "every_direction_has_a_sample or every_direction_of_every_map"
    with pytest.raises(AssertionError, match="2 failed"):
        python(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", of_both, *suites)


def test_a_row_of_the_new_map_travels_from_a_save_to_finance(copy: Path) -> None:
    assert python(copy, "-W", "error", "-c", TRAVEL).strip() == "[202] Weekly"
