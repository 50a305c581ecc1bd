"""What Dataverse holds of a project, read through its Web API with the labels that it gives itself."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from tests.local.demo.sheets import Sheet, listed, money, short
from tests.scenarios.consulting import Consulting
from tests.scenarios.enterprise import Enterprise, Row

_LABEL = "OData.Community.Display.V1.FormattedValue"
#: What fills a column that is half as wide as a small terminal.
_SHORT = {
    "Customer Invoice Created": "on invoice",
    "Customer Invoice Posted": "invoiced",
    "Unbilled Sales Created": "to bill",
    "Ready to Invoice": "ready",
}


async def rows(office: Enterprise, table_set: str, condition: str) -> list[Row]:
    """The rows that a condition finds, with a label beside each option."""
    query = f"{table_set}?$filter={quote(condition)}" if condition else table_set
    found: list[Row] = (await office.dataverse.does("GET", query, Prefer=f'odata.include-annotations="{_LABEL}"'))[
        "value"
    ]
    return found


def label(row: Row, column: str) -> str:
    """What Dataverse calls the option that a row has, shortened where a form would be too wide."""
    said = str(row.get(f"{column}@{_LABEL}") or "")
    return _SHORT.get(said, said)


async def actuals(firm: Consulting, project: str) -> Sheet:
    """The actuals of a project: what they are worth, and where they stand."""
    return Sheet(
        "actuals",
        ("actual", "#qty", "#amount", "billing"),
        [
            (_kind(row), row["msdyn_quantity"], _worth(firm, row), _standing(row))
            for row in await _actuals(firm, project)
        ],
    )


async def accounted(firm: Consulting, project: str) -> Sheet:
    """What accounting made of the actuals of a project."""
    held = [row for row in await _actuals(firm, project) if row["msdyn_vouchernumber"]]
    return Sheet(
        "actuals as accounted",
        ("actual", "#booked", "#rate", "#tax", "voucher"),
        [
            (
                _kind(row),
                row["msdyn_accountingamount"],
                row["msdyn_accountingexchangerate"],
                row["msdyn_accountingsalestax"],
                short(row["msdyn_vouchernumber"]),
            )
            for row in held
        ],
    )


async def _actuals(firm: Consulting, project: str) -> Sequence[Row]:
    found = await rows(firm.office, "msdyn_actuals", f"_msdyn_project_value eq {firm[project]}")
    return sorted(found, key=lambda row: (row["msdyn_transactiontypecode"], -row["msdyn_amount"]))


def _kind(row: Row) -> str:
    return label(row, "msdyn_transactiontypecode").removesuffix(" Sales")


def _worth(firm: Consulting, row: Row) -> str:
    return money(row["msdyn_amount"], firm.name_of(row["_transactioncurrencyid_value"]))


def _standing(row: Row) -> str:
    return label(row, "msdyn_adjustmentstatus") or label(row, "msdyn_billingstatus")


async def assignments(firm: Consulting, project: str) -> Sheet:
    """Who is planned for how much."""
    found = await rows(firm.office, "msdyn_resourceassignments", f"_msdyn_projectid_value eq {firm[project]}")
    columns = ("msdyn_name", "msdyn_effort", "msdyn_plannedcost", "msdyn_plannedsales")
    return Sheet(
        "assignments",
        ("who", "#hours", "#cost", "#sales"),
        listed(tuple(row[name] for name in columns) for row in found),
    )
