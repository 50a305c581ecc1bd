"""Under which terms work of a class is done on a project: whose cost it is, and whether a contract bills it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.tables.choices import EXPENSE, FEE, MATERIAL, TIME, TIME_AND_MATERIAL
from tests.twin.dataverse.values import Reference, Row

PROJECT_INACTIVE = "Transactions can't be recorded on a project that isn't active."

#: Which yes/no column of a contract line says that it covers a class.
INCLUDED = {
    TIME: "msdyn_includetime",
    EXPENSE: "msdyn_includeexpense",
    MATERIAL: "msdyn_includematerial",
    FEE: "msdyn_includefee",
}
Method = Literal["internal", "fixed price", "time and material"]


@dataclass(frozen=True, slots=True)
class Terms:
    """The project's company and contracting unit, and the contract line that covers the work, if one does."""

    company: Reference | None
    unit: Reference | None
    cost_list: Reference | None
    contract: Reference | None = None
    line: Reference | None = None
    sales_list: Reference | None = None
    sales_currency: Reference | None = None
    method: Method = "internal"

    def columns(self) -> Row:
        """Return the columns in which actuals and journal lines tell the terms."""
        return {
            "msdyn_salescontract": self.contract,
            "msdyn_salescontractlineid": self.line,
            "msdyn_contractorganizationalunitid": self.unit,
        }


def terms_of(act: Act, project: Reference, transaction_class: int | None) -> Terms:
    """Find the terms of a project for a class of transactions."""
    row = act.read(project)
    unit = row.get("msdyn_contractorganizationalunitid")
    cost_list = act.read(unit).get("msdyn_costpricelist")
    own = Terms(row.get("msdyn_owningcompany"), unit, cost_list)
    for line, covered in act.having("salesorderdetail", "msdyn_project", project):
        if covered.get(INCLUDED.get(transaction_class or 0, "")):
            return _billed(act, own, line, covered)
    return own


def require_active(act: Act, project: Reference) -> None:
    """Refuse to record anything on a project that was deactivated or closed; the text is ours."""
    if act.read(project).get("statecode") != 0:
        raise errors.plugin(PROJECT_INACTIVE)


def _billed(act: Act, own: Terms, line: Reference, row: Row) -> Terms:
    contract: Reference = row["salesorderid"]
    sold = act.read(contract)
    timed = row.get("msdyn_billingmethod") == TIME_AND_MATERIAL
    return Terms(
        own.company,
        own.unit,
        own.cost_list,
        contract,
        line,
        sold.get("msdyn_projectpricelist"),
        sold.get("transactioncurrencyid"),
        "time and material" if timed else "fixed price",
    )
