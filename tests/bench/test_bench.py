"""The benchmark runs, and compares like with like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from shared.mapping.values import Unmatched
from tests.bench import imports, requests, translate
from tests.bench.__main__ import main
from tests.bench.by_hand import BY_HAND
from tests.bench.event import project_updated
from tests.bench.measuring import in_turns, ratio, series
from tests.bench.report import WIDTH, Section, Verdict, summary
from tests.bench.rows import FULL, bare, odd


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values that can be compared: one without a counterpart equals nothing, not even itself read again."""
    return {name: ("unmatched", v.raw) if isinstance(v, Unmatched) else v for name, v in values.items()}


@pytest.mark.parametrize("made", [dict, bare, odd])
@pytest.mark.parametrize("map_id", BY_HAND)
def test_all_ways_of_translating_say_the_same(map_id: str, made: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    row = made(FULL[map_id])
    expected, *others = (_plain(way(row)) for way in translate.contenders(map_id).values())
    assert len(others) == 3
    assert all(other == expected for other in others)


@pytest.mark.parametrize("map_id", BY_HAND)
def test_the_odd_rows_hold_values_that_no_map_knows(map_id: str) -> None:
    unmatched = [value for value in BY_HAND[map_id](odd(FULL[map_id])).values() if isinstance(value, Unmatched)]
    assert unmatched


async def test_an_echo_and_a_doubled_event_write_nothing_and_a_change_writes_once() -> None:
    found = {count.what: count.tally for count in await requests.counted()}
    assert {what: tally.writes for what, tally in found.items()} == {
        "project created": 1,
        "project updated": 1,
        "… the same event again": 0,
        "project deleted": 1,
        "customer edited in Dataverse": 1,
        "… its echo from Finance": 0,
        "customer edited in Finance": 1,
        "… its echo from Dataverse": 0,
    }
    assert found["project updated"].reads == 2
    assert found["project updated"].second_looks == 1


async def test_an_event_can_be_told_of_another_row() -> None:
    event = await project_updated()
    told = event.of("00000000-0000-0000-0000-000000000001")
    assert event.row_id.encode() not in told
    assert b'"PrimaryEntityId":"00000000-0000-0000-0000-000000000001"' in told


def test_the_libraries_are_importable_and_none_is_ours() -> None:
    statements = imports.libraries()
    assert "from azure.functions import FunctionApp" in statements
    program = f"import sys\n{statements}\nprint(*{{name.partition(chr(46))[0] for name in sys.modules}})"
    printed = imports._run(program)
    assert not set(imports.OWN) & set(printed.split())


def test_ratios_are_taken_turn_by_turn() -> None:
    found = ratio(series([2.0, 30.0, 4.0]), series([1.0, 10.0, 4.0]))
    assert (found.median, found.quantile(0.0), found.quantile(1.0), found.quantile(0.25)) == (2.0, 1.0, 3.0, 1.5)


def test_nothing_measured_is_no_series() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        series([])


def test_every_contender_has_its_turn() -> None:
    called: list[str] = []
    found = in_turns({"one": lambda: called.append("one"), "other": lambda: called.append("other")}, turns=3)
    assert {name: len(each.values) for name, each in found.items()} == {"one": 3, "other": 3}
    assert set(called) == {"one", "other"}


def test_a_report_reads_well_in_a_pipe() -> None:
    section = Section("A section [1]", notes=["Something to know."])
    section.table("what", "ms").add_row("ours", "1.5")
    section.verdicts += [Verdict("fast", 1.234, 1.5), Verdict("slow", 1.51, 1.5)]
    printed = StringIO()
    console = Console(file=printed, width=WIDTH)
    section.show(console)
    console.print(summary([section]))
    text = printed.getvalue()
    assert "A section [1]" in text
    assert "fast: 1.23 ×, target ≤ 1.5 ×: met" in text
    assert "slow: 1.51 ×, target ≤ 1.5 ×: not met" in text
    assert "\x1b" not in text


def test_the_sections_without_servers_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quick", "translate", "requests"]) == 0
    printed = capsys.readouterr().out
    assert "Translating a row" in printed
    assert "project updated" in printed
    assert "Targets" in printed


def test_an_unknown_section_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["translat"])
    assert "there is no section translat" in capsys.readouterr().err
