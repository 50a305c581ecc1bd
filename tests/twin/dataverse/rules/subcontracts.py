"""Subcontracts and their lines are edited and deleted as drafts only; entries name open ones.

Source: Microsoft Learn, "State transitions on a subcontract", "Header details for subcontracts" (the currency defaults
from the vendor and stays once saved), "Subcontract lines for time" (a line's price defaults from the list); release
notes of August 2023 (a vendor is required) and December 2024 (the currency is the vendor's). Texts of guards are ours.
Assumed: that lines follow the state of their subcontract, that the state is changed by its buttons only, and that a
currency is not compared where the vendor is known to have none.
"""

from __future__ import annotations

from decimal import Decimal

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.subcontracts import purchase_price, require_open
from tests.twin.dataverse.processes.work import Work
from tests.twin.dataverse.tables.choices import FIXED_PRICE
from tests.twin.dataverse.tables.subcontracts import DRAFT
from tests.twin.dataverse.values import Reference, Row

NOT_A_DRAFT = "Only a subcontract in Draft can be edited or deleted."
STATUS_GUARD = (
    "The status of a subcontract can't be changed directly. Confirm, re-open, close or cancel the subcontract."
)
NO_VENDOR = "A subcontract needs a vendor."
CURRENCY_GUARD = "The currency of a subcontract must be the vendor's."
CURRENCY_LOCKED = "The currency of a subcontract can't be changed."
FIXED_PRICE_GUARD = "Fixed price subcontract lines aren't supported together with Finance."
NOT_OF_SUBCONTRACT = "The subcontract line isn't a line of the subcontract."

_LINE = "msdyn_subcontractline"


def guard_subcontract(act: Act) -> None:
    """Refuse what can't be done to a subcontract; a new one takes its vendor's currency."""
    if not act.from_outside:
        return
    before = act.operation.before
    if before is not None and before.get("statuscode") != DRAFT:
        raise errors.plugin(NOT_A_DRAFT)
    if act.operation.message == "Delete":
        return
    if act.operation.sent.get("statuscode", DRAFT) != DRAFT or act.operation.sent.get("statecode", 0) != 0:
        raise errors.plugin(STATUS_GUARD)
    if act.row.get("msdyn_vendor") is None:
        raise errors.plugin(NO_VENDOR)
    _keep_currency(act, before)


def guard_subcontract_line(act: Act) -> None:
    """Refuse to touch the lines of what is no draft any more, and lines of a fixed price; default currency and price."""
    if not act.from_outside:
        return
    for row in (act.operation.before or {}, act.row):
        subcontract = act.read(row.get("msdyn_subcontract"))
        if subcontract.get("statuscode", DRAFT) != DRAFT:
            raise errors.plugin(NOT_A_DRAFT)
    if act.operation.message == "Delete":
        return
    if act.row.get("msdyn_billingmethod") == FIXED_PRICE:
        raise errors.plugin(FIXED_PRICE_GUARD)
    if act.operation.message == "Create":
        _fill_line(act, act.read(act.row.get("msdyn_subcontract")))


def guard_subcontracted(act: Act) -> None:
    """Refuse an entry that comes to name a subcontract that has ended, or a line of another one; fill the header in."""
    if act.operation.message == "Delete" or not act.from_outside:
        return
    line: Reference | None = act.row.get(_LINE)
    if line is not None and act.operation.changes(_LINE):
        of_line = act.read(line).get("msdyn_subcontract")
        if act.operation.sent.setdefault("msdyn_subcontract", of_line) != of_line:
            raise errors.plugin(NOT_OF_SUBCONTRACT)
    if act.operation.changes("msdyn_subcontract") or act.operation.changes(_LINE):
        require_open(act, act.row.get("msdyn_subcontract"))


def _keep_currency(act: Act, before: Row | None) -> None:
    of_vendor = _vendor_currency(act)
    sent = act.operation.sent
    if before is None and sent.get("transactioncurrencyid") is None:
        sent["transactioncurrencyid"] = of_vendor
    if before is not None and act.operation.changes("transactioncurrencyid"):
        raise errors.plugin(CURRENCY_LOCKED)
    if of_vendor is not None and act.row.get("transactioncurrencyid") != of_vendor:
        raise errors.plugin(CURRENCY_GUARD)


def _vendor_currency(act: Act) -> Reference | None:
    """Return the currency of the vendor that an account stands for, else the account's own."""
    account = act.read(act.row["msdyn_vendor"])
    vendor = act.read(account.get("msdyn_vendor"))
    found: Reference | None = vendor.get("msdyn_currencycode") or account.get("transactioncurrencyid")
    return found


def _fill_line(act: Act, subcontract: Row) -> None:
    sent = act.operation.sent
    sent.setdefault("transactioncurrencyid", subcontract.get("transactioncurrencyid"))
    names = ("msdyn_resourcecategory", "msdyn_transactioncategory", "msdyn_product", "msdyn_unit")
    project, kind = act.row.get("msdyn_project"), act.row.get("msdyn_transactionclassification")
    if sent.get("msdyn_price") is None and project is not None and kind is not None:
        columns = {name: act.row.get(name) for name in names}
        listed = purchase_price(act, subcontract, Work(kind, project, Decimal(1), "", columns))
        if listed is not None:
            sent["msdyn_price"] = listed.amount
