"""Vendor invoices that came from Finance: what may be done to them in Dataverse, and what makes the job confirm them.

Source: Microsoft Learn, "Project vendor invoices" (not editable in Dataverse), "Verify a vendor invoice" (lines are
editable before their verification starts), "Confirm a vendor invoice" (a confirmed one is neither edited nor deleted),
"Frequent issues with dual-write" (the texts about product and category). The other texts are ours. Assumed: that an
invoice with an external origin is one from Finance, that one which is not confirmed can be deleted, that a write which
changes nothing is taken, which lines need a category, and that nothing more makes a category "Expense".
"""

from __future__ import annotations

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.rules.jobs import CONFIRM_VENDOR_INVOICE, start_job
from tests.twin.dataverse.tables.choices import EXPENSE, MATERIAL
from tests.twin.dataverse.tables.vendor_invoices import CONFIRMED, DRAFT, IN_REVIEW, NOT_STARTED
from tests.twin.dataverse.values import Reference, Row

NOT_EDITABLE = "Vendor invoices that came from Finance can't be edited in Dataverse."
CONFIRMED_GUARD = "A confirmed vendor invoice can't be changed or deleted."
NEW_LINE_GUARD = "A confirmed vendor invoice takes no further lines."
STATUS_GUARD = "The status can't be changed directly. Verify the lines and confirm the vendor invoice."
STARTED_GUARD = "A vendor invoice line can't be changed once its verification has started."
PRODUCT_GUARD = "Product id is mandatory. Select a product from the catalog."
CATEGORY_GUARD = (
    "The Transaction Category linked to this vendor invoice line is invalid. "
    "Please select an Active, Expense Transaction Category."
)

VENDOR_INVOICES, VENDOR_INVOICE_LINES = "msdyn_projectvendorinvoice", "msdyn_projectvendorinvoiceline"
AUTOMATIC, VERIFICATION = "msdyn_enableautomaticconfirmation", "msdyn_verificationstatus"
_NEEDED = ("msdyn_transactionclassification", "msdyn_product", "msdyn_transactioncategory")


def guard_vendor_invoice(act: Act) -> None:
    """Refuse what nobody may do to an invoice."""
    before, changed = act.operation.before, _changed(act)
    if not act.from_outside:
        return
    if before is None:
        if act.operation.sent.get("statuscode", DRAFT) != DRAFT:
            raise errors.plugin(STATUS_GUARD)
        return
    if before["statuscode"] == CONFIRMED and (act.operation.message == "Delete" or changed):
        raise errors.plugin(CONFIRMED_GUARD)
    if "statuscode" in changed:
        raise errors.plugin(STATUS_GUARD)
    if changed and _is_guarded(act, before):
        raise errors.plugin(NOT_EDITABLE)


def guard_vendor_invoice_line(act: Act) -> None:
    """Refuse what nobody may do to a line, and a line that says too little."""
    if not act.from_outside:
        return
    before, changed = act.operation.before, _changed(act)
    invoices = [act.read(row.get("msdyn_vendorinvoice")) for row in (before or {}, act.row)]
    if any(invoice.get("statuscode") == CONFIRMED for invoice in invoices):
        if before is None:
            raise errors.plugin(NEW_LINE_GUARD)
        if act.operation.message == "Delete" or changed:
            raise errors.plugin(CONFIRMED_GUARD)
    if act.operation.message == "Delete":
        return
    if changed - {VERIFICATION}:
        _keep_line(act, before, invoices)
    if before is None or not changed.isdisjoint(_NEEDED):
        _require_needed(act)


async def invoice_written(act: Act) -> None:
    """Let the job look at an invoice that was written to be confirmed automatically."""
    if not act.from_outside or not act.row.get(AUTOMATIC):
        return
    is_told_to = bool(act.operation.sent.get(AUTOMATIC)) and any(
        act.having(VENDOR_INVOICE_LINES, "msdyn_vendorinvoice", act.reference)
    )
    if is_told_to or act.settings.auto_confirm_trigger == "any_write":
        await start_job(act, CONFIRM_VENDOR_INVOICE)


async def line_written(act: Act) -> None:
    """Take an invoice into review with its first line; let the job look at it if lines make it do so."""
    invoice: Reference | None = act.row.get("msdyn_vendorinvoice")
    row = act.read(invoice)
    if invoice is None:
        return
    if act.row.get(VERIFICATION, NOT_STARTED) != NOT_STARTED and row["statuscode"] == DRAFT:
        await act.update(invoice, {"statuscode": IN_REVIEW})
    if act.from_outside and row.get(AUTOMATIC) and act.settings.auto_confirm_trigger == "any_write":
        await start_job(act, CONFIRM_VENDOR_INVOICE, invoice)


def _changed(act: Act) -> frozenset[str]:
    return frozenset(name for name in act.operation.sent if act.operation.changes(name))


def _is_guarded(act: Act, invoice: Row) -> bool:
    """Tell whether somebody else than dual-write touches what came from Finance."""
    return bool(invoice.get("msdyn_hasexternalorigin")) and not act.run.caller.is_dual_write


def _keep_line(act: Act, before: Row | None, invoices: list[Row]) -> None:
    """Refuse a line that somebody adds or edits by hand, and one whose verification has started."""
    if any(_is_guarded(act, invoice) for invoice in invoices):
        raise errors.plugin(NOT_EDITABLE)
    if before is not None and before[VERIFICATION] != NOT_STARTED:
        raise errors.plugin(STARTED_GUARD)


def _require_needed(act: Act) -> None:
    """Refuse material without a product, an expense without a category, and a category that is not active."""
    category: Reference | None = act.row.get("msdyn_transactioncategory")
    kind = act.row.get("msdyn_transactionclassification")
    if kind == MATERIAL and act.row.get("msdyn_product") is None:
        raise errors.plugin(PRODUCT_GUARD)
    if act.read(category).get("statecode") != 0 if category is not None else kind == EXPENSE:
        raise errors.plugin(CATEGORY_GUARD)
