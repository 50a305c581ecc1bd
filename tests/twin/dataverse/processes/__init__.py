"""What the product does when somebody asks for it: the actions of the Web API, unbound, `POST /api/data/v9.2/<name>`.

Approvals and journals are done by actions, not by writing a status (Microsoft Learn, "Approvals overview"). Microsoft
has not published the names and parameters of these actions: all of them are ours.

| action | body | does |
|---|---|---|
| msdyn_SubmitEntries | Targets: time entries, expenses, usage logs | see `approval` |
| msdyn_ApproveEntries, msdyn_RejectEntries | the same | |
| msdyn_RecallEntries, msdyn_ApproveRecall, msdyn_CancelApproval | the same | |
| msdyn_ConfirmJournal | Targets: journals | see `journals` |
| msdyn_CancelActuals | Targets: actuals of entry journals | reverses them |
| msdyn_CorrectActuals | Targets: actuals | opens a correction journal: `{"JournalId": …}` |
| msdyn_SyncActuals | Targets: actuals | see `resync` |
| msdyn_MarkReadyToInvoice | Targets: unbilled sales, milestones, retainers | see `billing_backlog` |
| msdyn_CreateInvoices | Targets: contracts | drafts proformas, see `proformas` |
| msdyn_ConfirmInvoice | Targets: proformas | see `confirmation` |
| msdyn_BulkConfirmInvoices | Targets: at most 250 proformas | lets system jobs confirm them |
| msdyn_ReviseInvoice | Targets: details of a confirmed proforma | drafts a corrective invoice: `{"InvoiceId": …}` |
| msdyn_ConfirmSubcontract, msdyn_ReopenSubcontract | Targets: subcontracts | see `subcontracts` |
| msdyn_CloseSubcontract, msdyn_CancelSubcontract | the same | |
| msdyn_MatchActuals, msdyn_UnmatchActuals | Targets: a vendor invoice line; Actuals: costs | see `verification` |
| msdyn_ConfirmVendorInvoices | Targets: vendor invoices | see `vendor_invoices` |
| msdyn_PostGeneralJournal | company, journal, lines | see `general_journal`: `{"JournalId": …}` |
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes import (
    approval,
    billing_backlog,
    confirmation,
    corrective_invoices,
    general_journal,
    journals,
    proformas,
    resync,
    subcontracts,
    vendor_invoices,
    verification,
)
from tests.twin.dataverse.processes.entry_status import ENTRY_TABLES
from tests.twin.dataverse.processes.parameters import targets
from tests.twin.dataverse.values import Reference

Answer = dict[str, Any] | None
Handler = Callable[[Act], Awaitable[Answer]]


def _each(handle: Callable[[Act, Reference], Awaitable[None]], *tables: str) -> Handler:
    async def act_on_each(act: Act) -> Answer:
        for target in await targets(act, *tables):
            await handle(act, target)
        return None

    return act_on_each


async def _correct(act: Act) -> Answer:
    journal = await journals.correct(act, await targets(act, "msdyn_actual"))
    return {"JournalId": journal.id}


async def _sync(act: Act) -> Answer:
    await resync.sync_actuals(act, await targets(act, "msdyn_actual"))
    return None


async def _bulk_confirm(act: Act) -> Answer:
    await confirmation.confirm_in_bulk(act)
    return None


async def _revise(act: Act) -> Answer:
    details = await targets(act, "msdyn_invoicelinetransaction")
    return {"InvoiceId": (await corrective_invoices.revise(act, details)).id}


def _with_actuals(handle: Callable[[Act, Reference, list[Reference]], Awaitable[None]]) -> Handler:
    async def act_on_line(act: Act) -> Answer:
        actuals = await targets(act, "msdyn_actual", parameter="Actuals")
        for line in await targets(act, "msdyn_projectvendorinvoiceline"):
            await handle(act, line, actuals)
        return None

    return act_on_line


async def _post_general_journal(act: Act) -> Answer:
    return {"JournalId": (await general_journal.take(act)).id}


ACTIONS: dict[str, Handler] = {
    "msdyn_SubmitEntries": _each(approval.submit, *ENTRY_TABLES),
    "msdyn_ApproveEntries": _each(approval.approve, *ENTRY_TABLES),
    "msdyn_RejectEntries": _each(approval.reject, *ENTRY_TABLES),
    "msdyn_RecallEntries": _each(approval.recall, *ENTRY_TABLES),
    "msdyn_ApproveRecall": _each(approval.approve_recall, *ENTRY_TABLES),
    "msdyn_CancelApproval": _each(approval.cancel_approval, *ENTRY_TABLES),
    "msdyn_ConfirmJournal": _each(journals.confirm, "msdyn_journal"),
    "msdyn_CancelActuals": _each(journals.cancel, "msdyn_actual"),
    "msdyn_CorrectActuals": _correct,
    "msdyn_SyncActuals": _sync,
    "msdyn_MarkReadyToInvoice": _each(billing_backlog.mark_ready, *billing_backlog.BACKLOG),
    "msdyn_CreateInvoices": _each(proformas.create, "salesorder"),
    "msdyn_ConfirmInvoice": _each(confirmation.confirm, "invoice"),
    "msdyn_BulkConfirmInvoices": _bulk_confirm,
    "msdyn_ReviseInvoice": _revise,
    "msdyn_ConfirmSubcontract": _each(subcontracts.confirm, "msdyn_subcontract"),
    "msdyn_ReopenSubcontract": _each(subcontracts.reopen, "msdyn_subcontract"),
    "msdyn_CloseSubcontract": _each(subcontracts.close, "msdyn_subcontract"),
    "msdyn_CancelSubcontract": _each(subcontracts.cancel, "msdyn_subcontract"),
    "msdyn_MatchActuals": _with_actuals(verification.match),
    "msdyn_UnmatchActuals": _with_actuals(verification.unmatch),
    "msdyn_ConfirmVendorInvoices": _each(vendor_invoices.confirm, "msdyn_projectvendorinvoice"),
    "msdyn_PostGeneralJournal": _post_general_journal,
}
