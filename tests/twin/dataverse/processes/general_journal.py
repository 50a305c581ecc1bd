"""A general journal that was posted in Finance on a project: Finance has it written and confirmed here by a service call.

Source: Microsoft Learn, "Use general journals with project accounting"; the call itself is not published, so its name
and shape are ours. The header is named after Finance's batch. A time-and-material line becomes a cost and a sales
line, even at a price of zero; any other a cost line. A batch that was confirmed before changes nothing.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.journals import confirm
from tests.twin.dataverse.processes.terms import terms_of
from tests.twin.dataverse.tables.choices import CHARGEABLE, COST, EXPENSE, NOT_AVAILABLE, UNBILLED_SALES
from tests.twin.dataverse.tables.entries import JOURNAL_CONFIRMED
from tests.twin.dataverse.values import Reference, Row, kept_decimal, round_money

MOST_LINES = 200
TOO_MANY_LINES = f"A maximum of {MOST_LINES} project-based lines are supported"


class Line(BaseModel):
    """One line, in Finance's words."""

    model_config = ConfigDict(extra="forbid")

    company: str
    project: str
    day: str
    text: str = ""
    category: str = ""
    quantity: Decimal = Decimal(1)
    cost_price: Decimal
    cost_currency: str
    sales_price: Decimal = Decimal(0)


class GeneralJournal(BaseModel):
    """The parameters of the call."""

    model_config = ConfigDict(extra="forbid")

    batch: str
    lines: list[Line] = Field(min_length=1)


async def take(act: Act) -> Reference:
    """Write the journal of a batch and confirm it; give the journal."""
    told = _told(act.operation.sent)
    if len(told.lines) > MOST_LINES:
        raise errors.plugin(TOO_MANY_LINES)
    known = act.run.transaction.having("msdyn_journal", "msdyn_externalbatch", told.batch)
    for journal_id, row in known:
        if row["msdyn_journalstatus"] == JOURNAL_CONFIRMED:
            return Reference("msdyn_journal", journal_id)
    columns = {"msdyn_description": told.batch, "msdyn_externalbatch": told.batch}
    journal = await act.create("msdyn_journal", columns)
    for line in told.lines:
        for written in _lines(act, line, told.batch):
            await act.create("msdyn_journalline", {**written, "msdyn_journal": journal})
    await confirm(act, journal)
    return journal


def _told(sent: dict[str, Any]) -> GeneralJournal:
    try:
        return GeneralJournal.model_validate(sent)
    except ValidationError as error:
        raise errors.bad_payload(str(error)) from error


def _lines(act: Act, line: Line, batch: str) -> list[Row]:
    project = _project(act, line)
    terms = terms_of(act, project, EXPENSE)
    common: Row = {
        "msdyn_project": project,
        "msdyn_transactionclassification": EXPENSE,
        "msdyn_transactioncategory": _found(act, "msdyn_transactioncategory", line.category),
        "msdyn_description": line.text or batch,
        # By the batch Finance knows its own cost again, which it has posted already (inferred).
        "msdyn_externaldescription": batch,
        "msdyn_documentdate": line.day,
        "msdyn_quantity": kept_decimal(line.quantity),
    }
    billed = terms.method == "time and material"
    currency = _found(act, "transactioncurrency", line.cost_currency)
    lines = [_priced(common, COST, line.cost_price, currency, CHARGEABLE if billed else NOT_AVAILABLE)]
    if billed:
        lines.append(_priced(common, UNBILLED_SALES, line.sales_price, terms.sales_currency, CHARGEABLE))
    return lines


def _priced(common: Row, kind: int, price: Decimal, currency: Reference | None, billing_type: int) -> Row:
    return {
        **common,
        "msdyn_transactiontypecode": kind,
        "msdyn_price": price,
        "msdyn_amount": round_money(common["msdyn_quantity"] * price, 4),
        "msdyn_billingtype": billing_type,
        "transactioncurrencyid": currency,
    }


def _project(act: Act, line: Line) -> Reference:
    for project_id, row in act.run.transaction.having("msdyn_project", "msdyn_projectnumber", line.project):
        code = act.read(row.get("msdyn_owningcompany")).get("cdm_companycode", "")
        if code.casefold() == line.company.casefold():
            return Reference("msdyn_project", project_id)
    raise errors.no_such_key("msdyn_project")


_KEYS = {"msdyn_transactioncategory": "msdyn_transactioncategorynumber", "transactioncurrency": "isocurrencycode"}


def _found(act: Act, table: str, value: str) -> Reference | None:
    """Find the row that Finance names; none if it names none."""
    if not value:
        return None
    for row_id, _ in act.run.transaction.having(table, _KEYS[table], value):
        return Reference(table, row_id)
    raise errors.no_such_key(table)
