"""Companies: the team that owns their rows, the guard of the column that names them, the guard of their currency.

The text of the currency guard is Microsoft's (Learn, "Owning company currency does not match the contracting unit
currency"); that of the company guard is ours.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.values import Reference

COMPANY_GUARD = "The company can't be changed."
CURRENCY_GUARD = (
    "Owning company currency does not match the contracting unit currency. "
    "Pick different owning company or contracting unit to continue"
)


def keep_company(act: Act) -> None:
    """Once saved, the company of a row is read-only (Learn, "Company concept in Dataverse")."""
    company = act.operation.table.company
    if company and act.operation.changes(company) and (act.operation.before or {}).get(company) is not None:
        raise errors.plugin(COMPANY_GUARD)


def same_currency(unit_column: str) -> Callable[[Act], None]:
    """Make the guard that compares a unit's currency with the accounting currency of the company's ledger."""

    def check(act: Act) -> None:
        unit, company = act.read(act.row.get(unit_column)), act.row.get("msdyn_owningcompany")
        if not unit or company is None:
            return
        ledgers = act.having("msdyn_ledger", "msdyn_company", company)
        accounting = next((ledger.get("msdyn_accountingcurrency") for _, ledger in ledgers), None)
        if accounting is None or accounting != unit.get("msdyn_currency"):
            raise errors.plugin(CURRENCY_GUARD)

    return check


async def company_arrives(act: Act) -> None:
    """A company brings a business unit and a team that owns the company's rows."""
    code, company = act.row.get("cdm_companycode"), Reference("cdm_company", act.operation.row_id)
    unit = await act.create("businessunit", {"name": code, "msdyn_company": company})
    await act.create("team", {"name": code, "businessunitid": unit, "msdyn_company": company})
