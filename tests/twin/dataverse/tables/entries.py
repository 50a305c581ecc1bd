"""What people record on projects, its approvals, and journals.

The numbers of journal types and states, and the lookups by which an approval, its journal lines and its actuals find
one another, are ours.
"""

from __future__ import annotations

from tests.twin.dataverse.schema import choice, day, decimal, lookup, money, table, text, when, whole
from tests.twin.dataverse.tables.actuals import transaction_columns
from tests.twin.dataverse.tables.subcontracts import subcontracted

DRAFT, RETURNED, APPROVED, SUBMITTED, RECALL_REQUESTED = 192350000, 192350001, 192350002, 192350003, 192350004
ENTRY_STATUSES = {
    DRAFT: "Draft",
    RETURNED: "Returned",
    APPROVED: "Approved",
    SUBMITTED: "Submitted",
    RECALL_REQUESTED: "Recall Requested",
}
ENTRY_JOURNAL, CORRECTION_JOURNAL, SUBMISSION = 192350000, 192350001, 192350002
JOURNAL_DRAFT, JOURNAL_CONFIRMED = 192350000, 192350001
_TIME_TYPES = {192350000: "Work", 192350001: "Absence", 192350002: "Vacation"}

ENTRIES = (
    table(
        "msdyn_timeentry",
        text("msdyn_description", 100),
        text("msdyn_externaldescription", 100),
        day("msdyn_date"),
        whole("msdyn_duration", 0, 1440),  # minutes
        choice("msdyn_type", _TIME_TYPES, 192350000),
        choice("msdyn_entrystatus", ENTRY_STATUSES, DRAFT),
        lookup("msdyn_project", "msdyn_project", on_delete="restrict"),
        lookup("msdyn_projecttask", "msdyn_projecttask", navigation="msdyn_projectTask"),
        lookup("msdyn_bookableresource", "bookableresource"),
        lookup("msdyn_resourcecategory", "bookableresourcecategory", navigation="msdyn_resourceCategory"),
        lookup("msdyn_transactioncategory", "msdyn_transactioncategory"),
        *subcontracted(),
        plural="msdyn_timeentries",
        primary_name="msdyn_description",
    ),
    # All columns but the labels are guesses: Microsoft shows the form of the log, not its names.
    table(
        "msdyn_materialusagelog",
        text("msdyn_name", 100),
        when("msdyn_transactiondate"),
        lookup("msdyn_product", "product", navigation="msdyn_Product"),
        text("msdyn_writeinproductdescription", 100),
        lookup("msdyn_project", "msdyn_project", navigation="msdyn_Project", on_delete="restrict"),
        lookup("msdyn_task", "msdyn_projecttask", navigation="msdyn_Task"),
        lookup("msdyn_bookableresource", "bookableresource", navigation="msdyn_bookableresource"),
        lookup("msdyn_transactioncategory", "msdyn_transactioncategory", navigation="msdyn_TransactionCategory"),
        lookup("msdyn_site", "msdyn_operationalsite", navigation="msdyn_Site"),
        lookup("msdyn_warehouse", "msdyn_warehouse", navigation="msdyn_Warehouse"),
        decimal("msdyn_quantity", precision=5),
        lookup("msdyn_unit", "uom", navigation="msdyn_Unit"),
        money("msdyn_unitcost"),
        money("msdyn_subtotal"),
        money("msdyn_salestaxamount"),
        money("msdyn_totalamount"),
        choice("msdyn_materialusagestatus", ENTRY_STATUSES, DRAFT),
        *subcontracted(),
    ),
    table(
        "msdyn_projectapproval",
        text("msdyn_name", 100),
        # The platform has a lookup for each of these tables.
        lookup(
            "msdyn_entry",
            "msdyn_timeentry",
            "msdyn_expense",
            "msdyn_materialusagelog",
            navigation="msdyn_Entry",
            on_delete="cascade",
        ),
        choice("msdyn_approvalstatus", ENTRY_STATUSES, SUBMITTED),
        lookup("msdyn_project", "msdyn_project"),
    ),
    table(
        "msdyn_journal",
        text("msdyn_description", 100),
        choice(
            "msdyn_journaltype",
            {ENTRY_JOURNAL: "Entry", CORRECTION_JOURNAL: "Correction", SUBMISSION: "Submission"},
            ENTRY_JOURNAL,
        ),
        choice("msdyn_journalstatus", {JOURNAL_DRAFT: "Draft", JOURNAL_CONFIRMED: "Confirmed"}, JOURNAL_DRAFT),
        # The batch of a general journal in Finance that this one was written for.
        text("msdyn_externalbatch", 100),
        primary_name="msdyn_description",
        keys=[("msdyn_externalbatch",)],
    ),
    table(
        "msdyn_journalline",
        lookup("msdyn_journal", "msdyn_journal", navigation="msdyn_Journal", on_delete="cascade"),
        *transaction_columns(),
        lookup("msdyn_projectapproval", "msdyn_projectapproval", navigation="msdyn_ProjectApproval"),
        lookup("msdyn_originalactual", "msdyn_actual", navigation="msdyn_OriginalActual"),
        primary_name="msdyn_description",
    ),
)
