"""What may be asked of the demo: components by name, each once, and a sentence for one that there is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.local.demo.command import options, wish
from tests.local.demo.stories import STORIES

MAPS = Path(__file__).parents[3] / "shared" / "maps"


def test_every_component_that_has_maps_of_its_own_has_a_story() -> None:
    components = {folder.name for folder in MAPS.iterdir() if (folder / "__init__.py").exists()}
    assert set(STORIES) == components - {"reference_data"}


def test_without_a_component_everything_is_played() -> None:
    assert wish(options([])).components == ()


def test_components_are_played_once_each_in_the_order_of_the_whole_demo() -> None:
    given = options(["--component", "invoices", "--component", "setup", "--component", "invoices"])
    assert wish(given).components == ("setup", "invoices")


def test_an_unknown_component_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        options(["--component", "payroll"])
    assert stopped.value.code == 2
    said = " ".join(capsys.readouterr().err.split())
    assert f"there is no component 'payroll': the components are {', '.join(STORIES)}" in said
