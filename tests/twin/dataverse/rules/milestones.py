"""Milestones of fixed-price lines, and the headers of progress billing, each with a milestone made by default.

Source: Microsoft Learn, "Invoice schedules on project-based contract lines"; texts of guards are ours. That the sum of
the milestones must be the line's amount is only shown to people, so nothing is refused for it here.
"""

from __future__ import annotations

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.tables.choices import FIXED_PRICE, INVOICE_CREATED, INVOICE_POSTED, MILESTONE, UNBILLED_SALES

NOT_FIXED_PRICE = "Milestones can be added only to a fixed price contract line with a project."
ALREADY_INVOICED = "A milestone that was invoiced can't be changed."

MILESTONES = "msdyn_contractlinescheduleofvalue"


def guard_milestone(act: Act) -> None:
    """Refuse a milestone of another kind of line, and any change of an invoiced one; fill contract and project in."""
    if act.operation.message != "Create":
        invoiced = (act.operation.before or {}).get("msdyn_invoicestatus") in (INVOICE_CREATED, INVOICE_POSTED)
        if act.from_outside and invoiced:
            raise errors.plugin(ALREADY_INVOICED)
        return
    line = act.read(act.row.get("msdyn_contractlineid"))
    if line.get("msdyn_billingmethod") != FIXED_PRICE or line.get("msdyn_project") is None:
        raise errors.plugin(NOT_FIXED_PRICE)
    taken = {
        "msdyn_contract": line.get("salesorderid"),
        "msdyn_project": line["msdyn_project"],
        "transactioncurrencyid": line.get("transactioncurrencyid"),
        "msdyn_transactionclassification": MILESTONE,
        "msdyn_transactiontypecode": UNBILLED_SALES,
    }
    for column, value in taken.items():
        if act.operation.sent.get(column) is None:
            act.operation.sent[column] = value


async def header_arrives(act: Act) -> None:
    """A progress billing header brings its default milestone; what the milestone takes from it is unconfirmed."""
    row = act.row
    taken = ("msdyn_name", "msdyn_contractlineid", "msdyn_projecttask", "transactioncurrencyid")
    amount = row.get("msdyn_nextinvoiceamount") or row.get("msdyn_amount")
    columns = {name: row.get(name) for name in taken}
    await act.create(MILESTONES, {**columns, "msdyn_milestoneheader": act.reference, "msdyn_amount": amount})
