"""People at work: workers, and the roles and bookable resources of Project Operations.

That a resource names its worker in cdm_workerid, its unit in msdyn_organizationalunit and its company in
msdyn_owningcompany is unconfirmed; the app Dynamics 365 HR Integration to Universal Resource Scheduling adds the first.
"""

from __future__ import annotations

from tests.twin.dataverse.schema import choice, day, lookup, memo, table, text, whole
from tests.twin.dataverse.tables.choices import BILLING_TYPES

_RESOURCE_TYPES = {
    1: "Generic",
    2: "Contact",
    3: "User",
    4: "Equipment",
    5: "Account",
    6: "Crew",
    7: "Facility",
    8: "Pool",
}
_GENDERS = {754400000: "Male", 754400001: "Female", 754400002: "Not specified", 754400003: "Non-specific"}

WORKERS = (
    table(
        "cdm_worker",
        text("cdm_workernumber", 25),
        text("cdm_firstname", 100),
        text("cdm_middlename", 100),
        text("cdm_lastname", 100),
        text("cdm_fullname", 300),
        choice("cdm_type", {754400000: "Employee", 754400001: "Contractor"}),
        choice("cdm_status", {754400000: "Active", 754400001: "Inactive"}),
        choice("cdm_gender", _GENDERS),
        day("cdm_birthdate"),
        text("cdm_primaryemailaddress", 100),
        text("cdm_primarytelephone", 50),
        text("cdm_facebookidentity", 128),
        text("cdm_twitteridentity", 128),
        text("cdm_linkedinidentity", 128),
        text("cdm_websiteurl", 200),
        primary_name="cdm_fullname",
        keys=[("cdm_workernumber",)],
    ),
    table(
        "msdyn_transactioncategory",
        text("msdyn_name", 100),
        text("msdyn_transactioncategorynumber", 100),
        memo("msdyn_description"),
        choice("msdyn_billingtype", BILLING_TYPES),
        lookup("msdyn_defaultunit", "uom", navigation="msdyn_DefaultUnit"),
        lookup("msdyn_unitgroup", "uomschedule", navigation="msdyn_UnitGroup"),
        plural="msdyn_transactioncategories",
        keys=[("msdyn_transactioncategorynumber",)],
    ),
    table(
        "bookableresourcecategory",
        text("name", 100),
        memo("description"),
        text("msdyn_resourcecategorynumber", 100),
        choice("msdyn_billingtype", BILLING_TYPES),
        whole("msdyn_targetutilization", 0, 100),
        lookup("msdyn_transactioncategory", "msdyn_transactioncategory", navigation="msdyn_TransactionCategory"),
        plural="bookableresourcecategories",
        primary_name="name",
        keys=[("msdyn_resourcecategorynumber",)],
    ),
    table(
        "bookableresource",
        text("name", 100),
        choice("resourcetype", _RESOURCE_TYPES, 3),
        lookup("userid", "systemuser", navigation="UserId"),
        lookup("contactid", "contact", navigation="ContactId"),
        lookup("accountid", "account", navigation="AccountId"),
        lookup("cdm_workerid", "cdm_worker", navigation="cdm_WorkerId"),
        lookup("msdyn_organizationalunit", "msdyn_organizationalunit", navigation="msdyn_organizationalunit"),
        lookup("msdyn_owningcompany", "cdm_company", navigation="msdyn_OwningCompany", on_delete="restrict"),
        primary_name="name",
    ),
)
