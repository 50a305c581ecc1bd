"""Planning: teams and assignments of tasks, estimates of expenses and materials."""

from __future__ import annotations

from tests.twin.dataverse.schema import choice, decimal, lookup, money, table, text, when
from tests.twin.dataverse.tables.choices import BILLING_TYPES, TRANSACTION_CLASSES, TRANSACTION_TYPES

_COMMIT_TYPES = {192350000: "None", 192350001: "Hard Book", 192350002: "Soft Book", 192350003: "Proposed", 192350004: "Canceled"}  # fmt: skip  # noqa: E501 - one row per choice reads best

ESTIMATES = (
    table(
        "msdyn_projectteam",
        text("msdyn_name", 100),
        lookup("msdyn_project", "msdyn_project", on_delete="cascade"),
        lookup("msdyn_bookableresourceid", "bookableresource"),
        lookup("msdyn_resourcecategory", "bookableresourcecategory"),
        lookup("msdyn_organizationalunit", "msdyn_organizationalunit"),
    ),
    table(
        "msdyn_resourceassignment",
        text("msdyn_name", 100),
        lookup("msdyn_projectid", "msdyn_project", on_delete="cascade"),
        lookup("msdyn_taskid", "msdyn_projecttask", on_delete="cascade"),
        lookup("msdyn_bookableresourceid", "bookableresource"),
        lookup("msdyn_projectteamid", "msdyn_projectteam"),
        decimal("msdyn_effort"),
        when("msdyn_start"),
        when("msdyn_finish"),
        money("msdyn_plannedcost"),
        money("msdyn_plannedsales"),
        choice("msdyn_committype", _COMMIT_TYPES, 192350000),
    ),
    table(
        "msdyn_estimate",
        text("msdyn_name", 100),
        lookup("msdyn_project", "msdyn_project", navigation="msdyn_Project", on_delete="cascade"),
        lookup("msdyn_task", "msdyn_projecttask", navigation="msdyn_Task", on_delete="cascade"),
    ),
    table(
        "msdyn_estimateline",
        text("msdyn_description", 100),
        lookup("msdyn_project", "msdyn_project", navigation="msdyn_Project", on_delete="cascade"),
        lookup("msdyn_task", "msdyn_projecttask", navigation="msdyn_Task", on_delete="cascade"),
        lookup("msdyn_estimate", "msdyn_estimate", navigation="msdyn_Estimate", on_delete="cascade"),
        choice("msdyn_transactionclassification", TRANSACTION_CLASSES),
        choice("msdyn_transactiontypecode", TRANSACTION_TYPES),
        choice("msdyn_billingtype", BILLING_TYPES),
        lookup("msdyn_transactioncategory", "msdyn_transactioncategory", navigation="msdyn_TransactionCategory"),
        lookup("msdyn_resourcecategory", "bookableresourcecategory", navigation="msdyn_ResourceCategory"),
        lookup("msdyn_bookableresource", "bookableresource", navigation="msdyn_bookableresource"),
        lookup("msdyn_product", "product", navigation="msdyn_Product"),
        # Documented as a dimension of material lines; its presence on this table is unconfirmed.
        text("msdyn_writeinproductdescription", 100),
        lookup("msdyn_unit", "uom", navigation="msdyn_Unit"),
        decimal("msdyn_quantity", precision=5),
        money("msdyn_price"),
        money("msdyn_amount"),
        when("msdyn_accountingdate"),
        when("msdyn_documentdate"),
        when("msdyn_startdatetime"),
        when("msdyn_enddatetime"),
        primary_name="msdyn_description",
    ),
)
