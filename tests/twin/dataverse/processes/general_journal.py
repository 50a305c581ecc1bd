"""A general journal that was posted in Finance on projects: Finance has it written and confirmed here by a service call.

Source: Microsoft Learn, "Use general journals with project accounting"; the call is not published, so its name is ours,
and its shape is what the Finance twin tells of a journal that waits to be sent. The header is named after Finance's
batch. A journal that was confirmed before changes nothing.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.journals import confirm
from tests.twin.dataverse.tables.choices import CHARGEABLE, COST, EXPENSE, NOT_AVAILABLE, UNBILLED_SALES
from tests.twin.dataverse.tables.entries import JOURNAL_CONFIRMED
from tests.twin.dataverse.values import Reference, Row, kept_decimal, round_money

MOST_LINES = 200
TOO_MANY_LINES = f"A maximum of {MOST_LINES} project-based lines are supported"

_KEYS = {"msdyn_transactioncategory": "msdyn_transactioncategorynumber", "transactioncurrency": "isocurrencycode"}


class Line(BaseModel):
    """One actual to be, in Finance's words; Finance sends more than is used here."""

    model_config = ConfigDict(extra="ignore")

    ActualType: Literal["Cost", "Sales"]
    ProjectId: str
    TransactionDate: str
    Description: str = ""
    TransactionCategoryId: str = ""
    Quantity: Decimal
    UnitPrice: Decimal
    CurrencyCode: str


class GeneralJournal(BaseModel):
    """The parameters of the call."""

    model_config = ConfigDict(extra="ignore")

    company: str
    journal: str
    lines: list[Line] = Field(min_length=1)


async def take(act: Act) -> Reference:
    """Write the journal of a batch and confirm it; give the journal."""
    told = _told(act.operation.sent)
    if len(told.lines) > MOST_LINES:
        raise errors.plugin(TOO_MANY_LINES)
    batch = f"{told.company.upper()} {told.journal}"
    for journal_id, row in act.run.transaction.having("msdyn_journal", "msdyn_externalbatch", batch):
        if row["msdyn_journalstatus"] == JOURNAL_CONFIRMED:
            return Reference("msdyn_journal", journal_id)
    journal = await act.create("msdyn_journal", {"msdyn_description": told.journal, "msdyn_externalbatch": batch})
    for line in told.lines:
        await act.create("msdyn_journalline", {**_line(act, told.company, line), "msdyn_journal": journal})
    await confirm(act, journal)
    return journal


def _told(sent: dict[str, Any]) -> GeneralJournal:
    try:
        return GeneralJournal.model_validate(sent)
    except ValidationError as error:
        raise errors.bad_payload(str(error)) from error


def _line(act: Act, company: str, line: Line) -> Row:
    is_cost, quantity = line.ActualType == "Cost", kept_decimal(line.Quantity)
    return {
        "msdyn_transactiontypecode": COST if is_cost else UNBILLED_SALES,
        "msdyn_transactionclassification": EXPENSE,
        "msdyn_billingtype": NOT_AVAILABLE if is_cost else CHARGEABLE,
        "msdyn_project": _project(act, company, line.ProjectId),
        "msdyn_transactioncategory": _found(act, "msdyn_transactioncategory", line.TransactionCategoryId),
        "msdyn_description": line.Description,
        "msdyn_documentdate": line.TransactionDate[:10],
        "msdyn_quantity": quantity,
        "msdyn_price": line.UnitPrice,
        "msdyn_amount": round_money(quantity * line.UnitPrice, 4),
        "transactioncurrencyid": _found(act, "transactioncurrency", line.CurrencyCode),
    }


def _project(act: Act, company: str, number: str) -> Reference:
    for project_id, row in act.run.transaction.having("msdyn_project", "msdyn_projectnumber", number):
        code = act.read(row.get("msdyn_owningcompany")).get("cdm_companycode", "")
        if code.casefold() == company.casefold():
            return Reference("msdyn_project", project_id)
    raise errors.no_such_key("msdyn_project")


def _found(act: Act, table: str, value: str) -> Reference | None:
    """Find the row that Finance names; none if it names none."""
    if not value:
        return None
    for row_id, _ in act.run.transaction.having(table, _KEYS[table], value):
        return Reference(table, row_id)
    raise errors.no_such_key(table)
