"""Journals: entry journals make one actual per line as typed, correction journals reverse what they replace.

Source: Microsoft Learn, "Create and confirm entry journals", "Create and confirm correction journals", "Journal line
improvements". Entry journals connect nothing. Texts of refusals are ours.
"""

from __future__ import annotations

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.connections import COST_ROLE, UNBILLED_ROLE, connect
from tests.twin.dataverse.processes.posting import ACTUAL, COPIED, post
from tests.twin.dataverse.processes.reversal import require_adjustable, reverse
from tests.twin.dataverse.processes.terms import Method, require_active, terms_of
from tests.twin.dataverse.processes.work import price_of
from tests.twin.dataverse.tables.choices import (
    BILLED_SALES,
    CHARGEABLE,
    COST,
    IN_PROCESS,
    MILESTONE,
    NOT_AVAILABLE,
    TRANSACTION_TYPES,
    UNBILLED_SALES,
)
from tests.twin.dataverse.tables.entries import CORRECTION_JOURNAL, JOURNAL_CONFIRMED, SUBMISSION
from tests.twin.dataverse.values import Reference, Row

CONFIRMED = "The journal was already confirmed."
NOT_TO_CONFIRM = "The lines of a submission are confirmed by approving what was submitted."
NOT_OF_A_JOURNAL = "Only actuals of entry journals can be canceled. Cancel the approval of others."
NO_LINES = "The journal has no lines."

_LINE = "msdyn_journalline"


async def confirm(act: Act, journal: Reference) -> None:
    """Make the actuals of a journal's lines."""
    row = act.read(journal)
    lines = list(act.having(_LINE, "msdyn_journal", journal))
    if row["msdyn_journaltype"] == SUBMISSION:
        raise errors.plugin(NOT_TO_CONFIRM)
    if row["msdyn_journalstatus"] == JOURNAL_CONFIRMED:
        raise errors.plugin(CONFIRMED)
    if not lines:
        raise errors.plugin(NO_LINES)
    if row["msdyn_journaltype"] == CORRECTION_JOURNAL:
        await _confirm_correction(act, lines)
    else:
        for line, columns in lines:
            await post(act, _typed(act, columns), {"msdyn_journalline": line})
    await act.update(journal, {"msdyn_journalstatus": JOURNAL_CONFIRMED})


async def correct(act: Act, actuals: list[Reference]) -> Reference:
    """Open a correction journal with a line for each actual, which is in process until the journal is confirmed."""
    columns = {"msdyn_journaltype": CORRECTION_JOURNAL, "msdyn_description": "Correction"}
    journal = await act.create("msdyn_journal", columns)
    for actual in actuals:
        row = act.read(actual)
        require_adjustable(row)
        await act.update(actual, {"msdyn_adjustmentstatus": IN_PROCESS})
        copied = {name: row.get(name) for name in COPIED}
        await act.create(_LINE, {**copied, "msdyn_journal": journal, "msdyn_originalactual": actual})
    return journal


async def cancel(act: Act, actual: Reference) -> None:
    """Reverse an actual that an entry journal made (Learn, "Cancel actuals from entry journals"), at once."""
    row = act.read(actual)
    if row.get("msdyn_journalline") is None or row.get("msdyn_projectapproval") is not None:
        raise errors.plugin(NOT_OF_A_JOURNAL)
    require_adjustable(row)
    await reverse(act, actual)


async def _confirm_correction(act: Act, lines: list[tuple[Reference, Row]]) -> None:
    made: dict[Reference, Reference] = {}
    for line, columns in lines:
        original: Reference = columns["msdyn_originalactual"]
        row = act.read(original)
        require_adjustable(row, in_process=True)
        await reverse(act, original, canceled=False)
        kept = ("msdyn_contractcustomer", "msdyn_projectapproval", "msdyn_owningcompany", "msdyn_skipsync")
        more = {**{name: row.get(name) for name in kept}, "msdyn_journalline": line}
        made[original] = await post(act, {**columns, "msdyn_price": price_of(columns)}, more)
    await _connect_pairs(act, made)


async def _connect_pairs(act: Act, made: dict[Reference, Reference]) -> None:
    """Connect what replaces an unbilled sale with what replaces its cost, or with the cost if that one stays."""
    for original, replacement in made.items():
        if act.read(original)["msdyn_transactiontypecode"] != UNBILLED_SALES:
            continue
        connections = act.run.transaction.having("msdyn_transactionconnection", "msdyn_transaction1", original.id)
        for _, row in list(connections):
            if row["msdyn_transaction2role"] == COST_ROLE:
                cost = Reference(ACTUAL, row["msdyn_transaction2"])
                await connect(act, replacement, UNBILLED_ROLE, made.get(cost, cost), COST_ROLE)


def _typed(act: Act, line: Row) -> Row:
    """Check a line of an entry journal, and fill in the terms that nobody typed."""
    project = line.get("msdyn_project")
    if project is None:
        raise errors.plugin("A journal line needs a project.")
    require_active(act, project)
    terms = terms_of(act, project, line.get("msdyn_transactionclassification"))
    _check(terms.method, line)
    day = line.get("msdyn_documentdate") or act.run.now.date().isoformat()
    defaults = {
        **terms.columns(),
        "msdyn_documentdate": day,
        "msdyn_accountingdate": day,
        "msdyn_resourcingcompany": terms.company,
        "msdyn_resourceorganizationalunitid": terms.unit,
        "msdyn_billingtype": NOT_AVAILABLE if line.get("msdyn_transactiontypecode") == COST else CHARGEABLE,
    }
    return {**line, **{name: value for name, value in defaults.items() if line.get(name) is None}}


def _check(method: Method, line: Row) -> None:
    """Refuse a type that integrated environments don't offer, or that the line's terms don't allow."""
    kind, transaction_class = line.get("msdyn_transactiontypecode"), line.get("msdyn_transactionclassification")
    billed_milestone = kind == BILLED_SALES and transaction_class == MILESTONE
    allowed = {
        "internal": kind == COST,
        "fixed price": kind == COST or billed_milestone,
        "time and material": kind in (COST, UNBILLED_SALES, BILLED_SALES) and transaction_class != MILESTONE,
    }
    if not allowed[method]:
        label = TRANSACTION_TYPES.get(kind or 0, "nothing")
        raise errors.plugin(f"A journal line of type {label} isn't allowed on {method} terms.")
