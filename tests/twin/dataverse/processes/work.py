"""What people recorded, whatever they recorded it in: time entries, expenses and usage logs say the same things."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.tables.choices import CHARGEABLE, EXPENSE, MATERIAL, TIME
from tests.twin.dataverse.values import Reference, Row, kept_decimal

NO_PROJECT = "The entry has no project."

_MINUTES = Decimal(60)
#: Characters of an actual's description; a line's may be longer.
_DESCRIPTION = 100
_SUBCONTRACTED = ("msdyn_subcontract", "msdyn_subcontractline")


@dataclass(frozen=True, slots=True)
class Work:
    """One entry.

    `columns` are those that travel to journal lines and actuals as they are. `cost` is the cost of a unit where the
    entry says it itself, in `currency`; else a price list does. `company` is the lending one, where the entry says it itself.
    """

    transaction_class: int
    project: Reference
    quantity: Decimal
    day: str
    columns: Row
    billing_type: int = CHARGEABLE
    cost: Decimal | None = None
    currency: Reference | None = None
    company: Reference | None = None

    @property
    def resource(self) -> Reference | None:
        found: Reference | None = self.columns.get("msdyn_bookableresource")
        return found

    @property
    def subcontract_line(self) -> Reference | None:
        found: Reference | None = self.columns.get("msdyn_subcontractline")
        return found


def work_of(act: Act, entry: Reference) -> Work:
    """Read an entry; raises Refusal if it names no project."""
    row = act.read(entry)
    if row.get("msdyn_project") is None:
        raise errors.plugin(NO_PROJECT)
    match entry.table:
        case "msdyn_timeentry":
            return _time(act, row)
        case "msdyn_expense":
            return _expense(act, row)
        case _:
            return _usage(act, row)


def _time(act: Act, row: Row) -> Work:
    columns = {
        **_same(row, "msdyn_description", "msdyn_externaldescription", "msdyn_bookableresource"),
        **_same(row, "msdyn_resourcecategory", "msdyn_transactioncategory", *_SUBCONTRACTED),
        "msdyn_task": row.get("msdyn_projecttask"),
    }
    hours = kept_decimal(Decimal(row.get("msdyn_duration") or 0) / _MINUTES)
    return Work(TIME, row["msdyn_project"], hours, _day(act, row.get("msdyn_date")), columns)


def _expense(act: Act, row: Row) -> Work:
    category = row.get("msdyn_transactioncategory")
    if category is None:
        category = act.read(row.get("msdyn_expensecategory")).get("msdyn_expensecategoryuid")
    columns = {
        **_same(row, "msdyn_externaldescription", "msdyn_bookableresource", "msdyn_task", "msdyn_unit"),
        **_same(row, "msdyn_externalreferenceid", *_SUBCONTRACTED),
        "msdyn_description": row.get("msdyn_name"),
        "msdyn_transactioncategory": category,
    }
    quantity = row.get("msdyn_quantity") or kept_decimal(Decimal(1))
    return Work(
        EXPENSE,
        row["msdyn_project"],
        quantity,
        _day(act, row.get("msdyn_transactiondate")),
        columns,
        row.get("msdyn_billingtype") or CHARGEABLE,
        cost=(row.get("msdyn_amount") or Decimal(0)) / quantity,
        currency=row.get("transactioncurrencyid"),
        company=row.get("msdyn_owningcompany"),
    )


def _usage(act: Act, row: Row) -> Work:
    columns = {
        **_same(row, "msdyn_bookableresource", "msdyn_task", "msdyn_unit", "msdyn_product"),
        **_same(row, "msdyn_transactioncategory", "msdyn_writeinproductdescription", *_SUBCONTRACTED),
        "msdyn_description": row.get("msdyn_name"),
    }
    quantity = row.get("msdyn_quantity") or kept_decimal(Decimal(0))
    return Work(
        MATERIAL,
        row["msdyn_project"],
        quantity,
        _day(act, row.get("msdyn_transactiondate")),
        columns,
        cost=row.get("msdyn_unitcost"),
        currency=row.get("transactioncurrencyid"),
    )


def work_of_invoice_line(act: Act, line: Reference, row: Row) -> Work:
    """Read what a vendor has invoiced; raises Refusal if that names no project."""
    if row.get("msdyn_project") is None:
        raise errors.plugin(NO_PROJECT)
    subcontract_line, text = row.get("msdyn_subcontractline"), row.get("msdyn_description")
    columns = {
        **_same(row, "msdyn_task", "msdyn_bookableresource", "msdyn_unit", "msdyn_product"),
        **_same(row, "msdyn_resourcecategory", "msdyn_transactioncategory"),
        "msdyn_description": text and text[:_DESCRIPTION],
        "msdyn_accountvendor": act.read(row["msdyn_vendorinvoice"]).get("msdyn_vendor"),
        "msdyn_subcontract": act.read(subcontract_line).get("msdyn_subcontract"),
        "msdyn_subcontractline": subcontract_line,
        "msdyn_vendorinvoiceline": line,
    }
    return Work(
        row["msdyn_transactionclassification"],
        row["msdyn_project"],
        row.get("msdyn_quantity") or kept_decimal(Decimal(0)),
        _day(act, row.get("msdyn_transactiondate")),
        columns,
        row.get("msdyn_billingtype") or CHARGEABLE,
        cost=row.get("msdyn_price") or Decimal(0),
        currency=row.get("transactioncurrencyid"),
        company=row.get("msdyn_owningcompany"),
    )


def work_of_actual(row: Row) -> Work:
    """Read what was done back from a cost actual."""
    names = (
        "msdyn_description",
        "msdyn_externaldescription",
        "msdyn_externalreferenceid",
        "msdyn_task",
        "msdyn_bookableresource",
        "msdyn_resourcecategory",
        "msdyn_transactioncategory",
        "msdyn_product",
        "msdyn_writeinproductdescription",
        "msdyn_unit",
        "msdyn_vendorinvoiceline",
        *_SUBCONTRACTED,
    )
    return Work(
        row["msdyn_transactionclassification"],
        row["msdyn_project"],
        row["msdyn_quantity"],
        row["msdyn_documentdate"],
        _same(row, *names),
        cost=price_of(row),
        currency=row.get("transactioncurrencyid"),
        company=row.get("msdyn_resourcingcompany"),
    )


def price_of(row: Row) -> Decimal | None:
    """Return what one unit costs by a line's amount: its price is stored rounded, and times the quantity it is another amount."""
    price, quantity, amount = (row.get(f"msdyn_{name}") for name in ("price", "quantity", "amount"))
    if price is None or amount is None or not quantity:
        return price
    exact: Decimal = amount / quantity
    return exact


def _same(row: Row, *names: str) -> Row:
    return {name: row.get(name) for name in names}


def _day(act: Act, told: str | None) -> str:
    """The day of an entry; today if it says none."""
    return told[:10] if told else act.run.now.date().isoformat()
