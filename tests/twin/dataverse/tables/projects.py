"""Project contracts, their customers and lines, projects and tasks."""

from __future__ import annotations

from tests.twin.dataverse.schema import (
    ACTIVE_INACTIVE,
    choice,
    decimal,
    lookup,
    memo,
    money,
    state,
    table,
    text,
    when,
    whole,
    yes_no,
)
from tests.twin.dataverse.tables.choices import BILLING_METHODS, BILLING_STATUSES, ORDER_TYPES

_ORDER_STATES = {0: "Active", 1: "Submitted", 2: "Canceled", 3: "Fulfilled", 4: "Invoiced"}
_ORDER_STATUSES = {
    1: (0, "New"),
    2: (0, "Pending"),
    3: (1, "In Progress"),
    4: (2, "No Money"),
    100001: (3, "Complete"),
    100002: (3, "Partial"),
    100003: (4, "Invoiced"),
}
_PROJECT_STATUSES = {1: (0, "Active"), 2: (1, "Inactive"), 192350000: (1, "Closed")}

_CONTRACT = table(
    "salesorder",
    text("ordernumber", 100),
    text("name", 300),
    memo("description"),
    lookup("customerid", "account", "contact", on_delete="restrict"),
    choice("paymenttermscode", {1: "Net 30", 2: "2% 10, Net 30", 3: "Net 45", 4: "Net 60"}),
    when("requestdeliveryby"),
    money("totalamount"),
    choice("msdyn_ordertype", ORDER_TYPES, 192350000),
    choice("msdyn_psastate", {192350000: "Draft", 192350001: "On hold", 192350002: "Active", 192350003: "Closed"}),
    choice(
        "msdyn_psastatusreason",
        {
            192350000: "Draft",
            192350001: "In review",
            192350002: "On hold",
            192350003: "Confirmed",
            192350004: "Completed",
            192350005: "Lost",
            192350006: "Abandoned",
        },
    ),
    lookup(
        "msdyn_contractorganizationalunitid",
        "msdyn_organizationalunit",
        navigation="msdyn_contractorganizationalunitId",
    ),
    lookup("msdyn_owningcompany", "cdm_company", navigation="msdyn_OwningCompany", on_delete="restrict"),
    lookup("msdyn_projectpricelist", "pricelevel", navigation="msdyn_ProjectPriceList"),
    *state(_ORDER_STATES, _ORDER_STATUSES),
    primary_name="name",
    keys=[("ordernumber", "msdyn_owningcompany")],
)

_LINE = table(
    "salesorderdetail",
    lookup("salesorderid", "salesorder", on_delete="cascade"),
    whole("sequencenumber"),
    whole("lineitemnumber"),
    text("productdescription", 500),
    text("salesorderdetailname", 100),
    choice(
        "producttypecode",
        {
            1: "Product",
            2: "Bundle",
            3: "Required Bundle Product",
            4: "Optional Bundle Product",
            5: "Project-based Service",
        },
        1,
    ),
    money("extendedamount"),
    money("priceperunit"),
    money("msdyn_budgetamount"),
    decimal("quantity", precision=5),
    lookup("uomid", "uom"),
    lookup("msdyn_project", "msdyn_project", navigation="msdyn_Project"),
    # One set for all billing methods: seen in maker listings, unconfirmed.
    choice("msdyn_billingmethod", BILLING_METHODS, global_set="msdyn_billingmethod"),
    choice("msdyn_billingstatus", BILLING_STATUSES),
    when("msdyn_billingstartdate"),
    yes_no("msdyn_includetime"),
    yes_no("msdyn_includeexpense"),
    yes_no("msdyn_includefee"),
    yes_no("msdyn_includematerial"),
    lookup("msdyn_invoicefrequency", "msdyn_invoicefrequency", navigation="msdyn_invoicefrequency"),
    choice("msdyn_linetype", {690970000: "Project Service Line", 690970001: "Field Service Line"}),
    primary_name="salesorderdetailname",
    keys=[("sequencenumber", "salesorderid")],
)

_CONTRACT_CUSTOMER = table(
    "msdyn_projectcontractsplitbillingrule",
    text("msdyn_name", 100),
    lookup("msdyn_projectcontract", "salesorder", navigation="msdyn_ProjectContract", on_delete="cascade"),
    lookup("msdyn_customer", "account", "contact", navigation="msdyn_Customer"),
    decimal("msdyn_percentage", precision=2, limit=100),
    choice("msdyn_paymentterms", {1: "Net 30", 2: "2% 10, Net 30", 3: "Net 45", 192350001: "Net 60"}),
)

# Investment projects have a yes/no column here, of which only the label is published ("Investment Project"). Without its
# name there is none, and its rules (no quote, no contract, locked once there are actuals) are not played.
_PROJECT = table(
    "msdyn_project",
    text("msdyn_projectnumber", 100),
    text("msdyn_subject", 200),
    memo("msdyn_description", 100_000),
    lookup("msdyn_owningcompany", "cdm_company", navigation="msdyn_OwningCompany", on_delete="restrict"),
    lookup("msdyn_customer", "account", navigation="msdyn_Customer"),
    lookup("msdyn_salesorderid", "salesorder", navigation="msdyn_SalesOrderId"),
    when("msdyn_scheduledstart"),
    when("msdyn_finish"),
    when("msdyn_actualstart"),
    when("msdyn_actualend"),
    decimal("msdyn_effort", precision=2),
    decimal("msdyn_duration", precision=2),
    lookup("msdyn_projectmanager", "systemuser", navigation="msdyn_projectmanager"),
    yes_no("msdyn_istemplate"),
    lookup(
        "msdyn_contractorganizationalunitid",
        "msdyn_organizationalunit",
        navigation="msdyn_contractorganizationalunitId",
    ),
    money("msdyn_plannedlaborcost"),
    *state(ACTIVE_INACTIVE, _PROJECT_STATUSES),
    primary_name="msdyn_subject",
    keys=[("msdyn_projectnumber", "msdyn_owningcompany")],
)

_TASK = table(
    "msdyn_projecttask",
    text("msdyn_subject", 450),
    memo("msdyn_description"),
    lookup("msdyn_project", "msdyn_project", on_delete="cascade"),
    lookup("msdyn_parenttask", "msdyn_projecttask", on_delete="cascade"),
    # A guess: where the number goes that Finance has for the task.
    text("msdyn_activitynumber", 100),
    whole("msdyn_outlinelevel", 0, 10),
    decimal("msdyn_displaysequence", precision=10),
    when("msdyn_start"),
    when("msdyn_finish"),
    decimal("msdyn_effort", precision=2),
    decimal("msdyn_progress", precision=2),
    yes_no("msdyn_ismilestone"),
    lookup("msdyn_transactioncategory", "msdyn_transactioncategory", navigation="msdyn_transactioncategory"),
    lookup("msdyn_resourcecategory", "bookableresourcecategory", navigation="msdyn_resourcecategory"),
    primary_name="msdyn_subject",
    finds=("msdyn_activitynumber",),
)

PROJECTS = (
    _CONTRACT,
    _LINE,
    _CONTRACT_CUSTOMER,
    _PROJECT,
    _TASK,
    table("msdyn_invoicefrequency", text("msdyn_name", 100), plural="msdyn_invoicefrequencies"),
)
