"""The command line over the twins' metadata."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import simplejson
from typer.testing import CliRunner, Result

from shared.cli import environments
from shared.cli.app import app
from shared.settings import Settings
from tests.cli.planted import Plant, PlantedTransport
from tests.functions.running_app import ENVIRONMENT
from tests.twin.dataverse.twin import DataverseTwin
from tests.twin.finance.twin import FinanceTwin
from tests.world import DATAVERSE

#: Runs a command with its arguments in environments where these differences are planted.
Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    dataverse, finance = DataverseTwin(), FinanceTwin()
    for name, text in ENVIRONMENT.items():
        monkeypatch.setenv(name, text)

    def invoke(*arguments: str, plants: tuple[Plant, ...] = ()) -> Result:
        def connect(url: str, _: Settings) -> httpx.AsyncClient:
            twin = dataverse if url == DATAVERSE else finance
            return httpx.AsyncClient(transport=PlantedTransport(twin, plants))

        monkeypatch.setattr(environments, "connect", connect)
        return CliRunner().invoke(app, arguments, terminal_width=200)

    return invoke


def reports(result: Result) -> dict[str, Any]:
    """The JSON that `check --schema --json` wrote, by map."""
    return {report["map"]: report for report in simplejson.loads(result.stdout)}
