"""Both sides beside each other: as wide as the terminal and no wider, with nothing cut on a small one."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from tests.local.demo.board import Board
from tests.local.demo.sheets import BothSides, Sheet, money, short, shown
from tests.local.demo.test_board import look

ACTUALS = Sheet(
    "actuals",
    ("actual", "#qty", "#amount", "billing"),
    [("Cost", 10, "1,000 USD", "Adjusted"), ("Cost", -10, "-1,000 USD", "Unadjustable")],
)
VOUCHERS = Sheet(
    "vouchers",
    ("voucher", "account", "#debit", "#credit"),
    [("V-12", "PAYROLL-ALLOC", 1000, ""), ("", "COST", "", 1000)],
)
NOTHING = Sheet("staging", ("type", "#amount"), [])


def drawn(both: BothSides, width: int) -> list[str]:
    written = io.StringIO()
    Board(Console(file=written, width=width), look).block(both)
    return written.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 120])
def test_nothing_is_cut_and_no_line_is_too_wide(width: int) -> None:
    lines = drawn(BothSides([ACTUALS], [VOUCHERS, NOTHING]), width)
    assert max(map(len, lines)) <= width
    words = " ".join(lines).split()
    assert {"Unadjustable", "PAYROLL-ALLOC", "-1,000", "V-12", "credit", "nothing"} <= set(words)
    assert not [word for word in words if "…" in word]


def test_it_stands_between_two_blank_lines_without_blanks_at_the_ends_of_lines() -> None:
    lines = drawn(BothSides([ACTUALS], [VOUCHERS]), 80)
    assert (lines[0], lines[-1]) == ("", "")
    assert all(line == line.rstrip() for line in lines)
    assert lines[1].split() == ["Dataverse", "actuals", "Finance", "vouchers"]
    assert lines[3].split() == ["Cost", "10", "1,000", "USD", "Adjusted", "V-12", "PAYROLL-ALLOC", "1,000"]


def test_a_half_that_needs_more_room_takes_it_from_the_other() -> None:
    wide = Sheet("milestones", ("milestone", "status"), [("M2", "Not ready for invoicing, nothing is done")])
    narrow = Sheet("on account", ("of", "#amount"), [("M2", 5000)])
    for both in (BothSides([wide], [narrow]), BothSides([narrow], [wide])):
        assert not [line for line in drawn(both, 80) if "…" in line or len(line) > 80]


def test_values_are_said_shortly() -> None:
    assert [shown(value) for value in (None, "", True, 1250.0, 1.25, -40, "V-1")] == [
        "-", "", "yes", "1,250", "1.25", "-40", "V-1",
    ]  # fmt: skip
    assert (money(1000, "GBP"), money(None, "GBP")) == ("1,000 GBP", "-")
    assert short("USPM-V-0000012") == "V-12"
