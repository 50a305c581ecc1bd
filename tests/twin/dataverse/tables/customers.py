"""Accounts and contacts, and what their lookups point at. The latter belong to a company each."""

from __future__ import annotations

from tests.twin.dataverse.schema import (
    Column,
    Table,
    choice,
    decimal,
    double,
    lookup,
    memo,
    money,
    table,
    text,
    whole,
    yes_no,
)

ON_HOLD = {806380000: "no", 806380001: "invoice", 806380002: "all", 806380003: "payment", 806380004: "requisition", 806380005: "never"}  # fmt: skip  # noqa: E501 - one row per choice reads best


def company() -> Column:
    """Declare the lookup that stripes a table by legal entity."""
    return lookup("msdyn_company", "cdm_company", navigation="msdyn_Company", on_delete="restrict")


def _address(number: int) -> tuple[Column, ...]:
    prefix = f"address{number}_"
    return (
        text(f"{prefix}line1", 250),
        text(f"{prefix}city", 80),
        text(f"{prefix}county", 50),
        text(f"{prefix}stateorprovince", 50),
        text(f"{prefix}postalcode", 20),
        text(f"{prefix}country", 80),
        double(f"{prefix}latitude", limit=90),
        double(f"{prefix}longitude", limit=180),
    )


_ACCOUNT = table(
    "account",
    text("name", 160),
    text("accountnumber", 20),
    company(),
    *_address(1),
    *_address(2),
    choice("address1_addresstypecode", {1: "Bill To", 2: "Ship To", 3: "Primary", 4: "Other"}, 1),
    choice("customertypecode", {3: "Customer", 10: "Supplier", 11: "Vendor"}),
    memo("description", 2000),
    money("creditlimit"),
    whole("numberofemployees", 0, 1_000_000_000),
    text("emailaddress1", 100),
    text("fax", 50),
    text("telephone1", 50),
    text("primarytwitterid", 128),
    text("websiteurl", 200),
    lookup("transactioncurrencyid", "transactioncurrency", on_delete="restrict"),
    lookup("primarycontactid", "contact"),
    lookup("parentaccountid", "account"),
    yes_no("msdyn_creditlimitismandatory"),
    text("msdyn_creditrating", 10),
    lookup("msdyn_customergroupid", "msdyn_customergroup", navigation="msdyn_CustomerGroupId"),
    text("msdyn_identificationnumber", 50),
    lookup("msdyn_billingaccount", "account", navigation="msdyn_BillingAccount"),
    choice("msdyn_invoiceaddress", {806380000: "invoiceAccount", 806380001: "orderAccount"}),
    yes_no("msdyn_onetimecustomer"),
    choice("msdyn_onholdstatus", ON_HOLD, 806380000),
    text("msdyn_partycountry", 80),
    text("msdyn_partystateprovince", 50),
    text("msdyn_partynumber", 40),
    lookup("msdyn_paymentday", "msdyn_paymentday", navigation="msdyn_PaymentDay"),
    lookup("msdyn_paymentschedule", "msdyn_paymentschedule", navigation="msdyn_PaymentSchedule"),
    lookup("msdyn_paymentterm", "msdyn_paymentterm", navigation="msdyn_PaymentTerm"),
    lookup("msdyn_customerpaymentmethod", "msdyn_customerpaymentmethod", navigation="msdyn_CustomerPaymentMethod"),
    whole("msdyn_paymenttermsbasedays"),
    text("msdyn_primaryfacebookid", 128),
    text("msdyn_primarylinkedinid", 128),
    text("msdyn_faxextension", 10),
    text("msdyn_telephone1extension", 10),
    text("msdyn_taxexemptnumber", 25),
    lookup("msdyn_vendor", "msdyn_vendor", navigation="msdyn_Vendor"),
    lookup("msdyn_salestaxgroup", "msdyn_taxgroup", navigation="msdyn_SalesTaxGroup"),
    primary_name="name",
    keys=[("accountnumber", "msdyn_company")],
)

_CONTACT = table(
    "contact",
    text("fullname", 160),
    text("firstname", 50),
    text("lastname", 50),
    text("emailaddress1", 100),
    text("telephone1", 50),
    text("msdyn_contactpersonid", 20),
    company(),
    lookup("parentcustomerid", "account", "contact"),
    lookup("transactioncurrencyid", "transactioncurrency", on_delete="restrict"),
    primary_name="fullname",
    keys=[("msdyn_contactpersonid", "msdyn_company")],
)

_PAYMENT_METHOD_TYPES = {
    806380991: "net",
    806380992: "currentMth",
    806380993: "currentQuart",
    806380994: "currentYear",
    806380995: "currentWeek",
    806380996: "cod",
    806380997: "cutOffDate",
}

_ALLOCATIONS = {806380000: "total", 806380001: "amountByPayment", 806380002: "numOfPayment", 806380003: "specified"}


def named(name: str, *columns: Column) -> Table:
    """Declare a company's setup table whose key is its name."""
    return table(
        name,
        text("msdyn_name", 100),
        text("msdyn_description", 200),
        company(),
        *columns,
        keys=[("msdyn_name", "msdyn_company")],
    )


CUSTOMERS = (
    _ACCOUNT,
    _CONTACT,
    table(
        "msdyn_customergroup",
        text("msdyn_groupid", 10),
        text("msdyn_description", 200),
        company(),
        yes_no("msdyn_issalestaxincludedinprice"),
        lookup("msdyn_paymenttermid", "msdyn_paymentterm", navigation="msdyn_PaymentTermId"),
        lookup("msdyn_clearingperiodpaymenttermname", "msdyn_paymentterm"),
        primary_name="msdyn_groupid",
        keys=[("msdyn_groupid", "msdyn_company")],
    ),
    named(
        "msdyn_paymentterm",
        whole("msdyn_numberofmonth"),
        whole("msdyn_cutoffdayofmonth"),
        whole("msdyn_days"),
        yes_no("msdyn_iscashpayment"),
        yes_no("msdyn_iscertifiedcompanycheck"),
        yes_no("msdyn_isdefaultpaymentterm"),
        choice("msdyn_creditcardpaymenttype", {806380998: "na", 806380999: "creditCard"}),
        choice("msdyn_creditcardcreditchecktype", {806380000: "normal", 806380001: "byPass"}),
        choice("msdyn_paymentmethodtype", _PAYMENT_METHOD_TYPES),
        lookup("msdyn_paymentdayname", "msdyn_paymentday", navigation="msdyn_PaymentDayName"),
        lookup("msdyn_paymentschedulename", "msdyn_paymentschedule", navigation="msdyn_PaymentScheduleName"),
    ),
    named("msdyn_paymentday"),
    named(
        "msdyn_paymentschedule",
        choice("msdyn_allocationmethod", _ALLOCATIONS),
        choice("msdyn_paymentfrequencyunit", {806380000: "day", 806380001: "month", 806380002: "year"}),
        whole("msdyn_paymentfrequency"),
        whole("msdyn_numberofpayments"),
        decimal("msdyn_fixedpaymentamount"),
        decimal("msdyn_minimumpaymentamount"),
        choice(
            "msdyn_salestaxallocationmethod", {806380000: "proportional", 806380001: "firstRate", 806380002: "lastRate"}
        ),
        memo("msdyn_note"),
    ),
    named("msdyn_customerpaymentmethod"),
    named("msdyn_taxgroup"),
)
