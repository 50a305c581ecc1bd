"""What the product's own plug-ins do when a row is written, one module per topic.

Guards refuse (0x80040265) before anything is written; reactions write further rows one level deeper, each with its own
events. Where the product's documentation is silent the simplest thing is done, and said so in the module.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.invoice_details import DETAIL, INVOICE, LINE, detail_deleted, detail_edited
from tests.twin.dataverse.processes.rebilling import project_linked
from tests.twin.dataverse.processes.reevaluation import contract_confirmed, line_changed
from tests.twin.dataverse.rules.actuals import guard_actual
from tests.twin.dataverse.rules.companies import company_arrives, keep_company, same_currency
from tests.twin.dataverse.rules.contract_lines import fill_line, line_saved
from tests.twin.dataverse.rules.contracts import CUSTOMER, contract_saved, guard_customer
from tests.twin.dataverse.rules.entries import guard_category, guard_journal_line, guard_status, resolve_task
from tests.twin.dataverse.rules.invoices import customer_invoice_arrives, guard_detail, guard_invoice, guard_line
from tests.twin.dataverse.rules.jobs import approve_what_dual_write_brings
from tests.twin.dataverse.rules.milestones import MILESTONES, guard_milestone, header_arrives
from tests.twin.dataverse.rules.numbering import number
from tests.twin.dataverse.rules.products import guard_product, guard_unit, unit_arrives
from tests.twin.dataverse.rules.subcontracts import guard_subcontract, guard_subcontract_line, guard_subcontracted
from tests.twin.dataverse.rules.vendor_invoices import (
    VENDOR_INVOICE_LINES,
    VENDOR_INVOICES,
    guard_vendor_invoice,
    guard_vendor_invoice_line,
    invoice_written,
    line_written,
)
from tests.twin.dataverse.rules.vendors import vendor_arrives
from tests.twin.dataverse.tables import entries, expenses

_Guards = dict[str, tuple[Callable[[Act], None], ...]]
_company_currency = same_currency("msdyn_contractorganizationalunitid")

#: Guards of everything that may be done to a row.
_GUARDS: _Guards = {
    "msdyn_actual": (guard_actual,),
    "msdyn_expense": (guard_status("msdyn_expensestatus", expenses.SUBMITTED, expenses.APPROVED),),
    "msdyn_journalline": (guard_journal_line,),
    "msdyn_materialusagelog": (guard_status("msdyn_materialusagestatus", entries.SUBMITTED, entries.APPROVED),),
    "msdyn_subcontract": (guard_subcontract,),
    "msdyn_subcontractline": (guard_subcontract_line,),
    "msdyn_timeentry": (guard_status("msdyn_entrystatus", entries.SUBMITTED, entries.APPROVED),),
    CUSTOMER: (guard_customer,),
    DETAIL: (guard_detail,),
    INVOICE: (guard_invoice,),
    LINE: (guard_line,),
    VENDOR_INVOICES: (guard_vendor_invoice,),
    VENDOR_INVOICE_LINES: (guard_vendor_invoice_line,),
    MILESTONES: (guard_milestone,),
}
#: Guards of a row that is to be written; they also fill in what is numbered.
_WRITE_GUARDS: _Guards = {
    INVOICE: (number("invoicenumber", "INV-{:05d}"),),
    "bookableresource": (same_currency("msdyn_organizationalunit"),),
    "msdyn_expense": (guard_category, resolve_task, guard_subcontracted),
    "msdyn_journalline": (guard_subcontracted,),
    "msdyn_materialusagelog": (guard_subcontracted,),
    "msdyn_project": (_company_currency, number("msdyn_projectnumber", "PRJ-{:05d}")),
    "msdyn_subcontract": (number("msdyn_subcontractnumber", "SUB-{:05d}"),),
    "msdyn_subcontractline": (number("msdyn_subcontractlinenumber", "SUBL-{:05d}"),),
    "msdyn_timeentry": (guard_subcontracted,),
    "product": (guard_product,),
    "quote": (_company_currency,),
    "salesorder": (_company_currency, number("ordernumber", "ORD-{:05d}")),
    "salesorderdetail": (fill_line,),
    "uom": (guard_unit,),
}

_REACTIONS: dict[tuple[str, str], tuple[Callable[[Act], Awaitable[None]], ...]] = {
    ("cdm_company", "Create"): (company_arrives,),
    ("msdyn_contractlinemilestoneheader", "Create"): (header_arrives,),
    ("msdyn_customerinvoice", "Create"): (customer_invoice_arrives,),
    ("msdyn_customerinvoice", "Update"): (customer_invoice_arrives,),
    ("msdyn_expense", "Create"): (approve_what_dual_write_brings,),
    (DETAIL, "Create"): (detail_edited,),
    (DETAIL, "Update"): (detail_edited,),
    (DETAIL, "Delete"): (detail_deleted,),
    ("msdyn_materialusagelog", "Create"): (approve_what_dual_write_brings,),
    (VENDOR_INVOICES, "Create"): (invoice_written,),
    (VENDOR_INVOICES, "Update"): (invoice_written,),
    (VENDOR_INVOICE_LINES, "Create"): (line_written,),
    (VENDOR_INVOICE_LINES, "Update"): (line_written,),
    ("msdyn_vendor", "Create"): (vendor_arrives,),
    ("salesorder", "Create"): (contract_saved,),
    ("salesorder", "Update"): (contract_saved, contract_confirmed),
    ("salesorderdetail", "Create"): (line_saved, project_linked),
    ("salesorderdetail", "Update"): (line_saved, project_linked, line_changed),
    ("uom", "Create"): (unit_arrives,),
}


def guard(act: Act) -> None:
    """Refuse what plug-ins refuse, and fill in what they number; raises Refusal."""
    table = act.operation.table.name
    checks = _GUARDS.get(table, ())
    if act.operation.message != "Delete":
        checks = (keep_company, *checks, *_WRITE_GUARDS.get(table, ()))
    for check in checks:
        check(act)


async def react(act: Act) -> None:
    """Do what plug-ins do after a row was written or deleted."""
    for reaction in _REACTIONS.get((act.operation.table.name, act.operation.message), ()):
        await reaction(act)


__all__ = ["Act", "guard", "react"]
