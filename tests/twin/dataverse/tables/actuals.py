"""Actuals, the connections between them, and a customer's own table for what Finance knows of an actual.

Guesses, because Microsoft has published no name: the four columns that accounting writes back, msdyn_skipsync (the label
"Skip Sync (internal use only)" is documented), msdyn_contractcustomer, msdyn_projectapproval, the two lookups to
subcontracts and the two to vendor invoice lines, and that msdyn_writeinproductdescription is on this table.
"""

from __future__ import annotations

from tests.twin.dataverse.schema import (
    Column,
    choice,
    day,
    decimal,
    lookup,
    money,
    table,
    text,
    when,
    yes_no,
)
from tests.twin.dataverse.tables.choices import (
    ADJUSTMENT_STATUSES,
    BILLED_CLASSES,
    BILLING_STATUSES,
    BILLING_TYPES,
    TRANSACTION_TYPES,
)
from tests.twin.dataverse.tables.subcontracts import subcontracted

#: What accounting writes back: voucher, amount and rate in the accounting currency, sales tax.
ACCOUNTING_COLUMNS = (
    "msdyn_vouchernumber",
    "msdyn_accountingamount",
    "msdyn_accountingexchangerate",
    "msdyn_accountingsalestax",
)


def transaction_columns() -> tuple[Column, ...]:
    """Declare the columns that say what was done: actuals and the lines of journals have the same ones."""
    return (
        text("msdyn_description", 100),
        text("msdyn_externaldescription", 100),
        # Of what an expense of Finance became: the number of the expense there.
        text("msdyn_externalreferenceid", 100),
        choice("msdyn_transactiontypecode", TRANSACTION_TYPES),
        choice("msdyn_transactionclassification", BILLED_CLASSES),
        choice("msdyn_billingtype", BILLING_TYPES),
        day("msdyn_accountingdate"),
        day("msdyn_documentdate"),
        when("msdyn_startdatetime"),
        when("msdyn_enddatetime"),
        lookup("msdyn_project", "msdyn_project", navigation="msdyn_Project", on_delete="restrict"),
        lookup("msdyn_task", "msdyn_projecttask", navigation="msdyn_Task", on_delete="restrict"),
        lookup("msdyn_salescontract", "salesorder", navigation="msdyn_SalesContract", on_delete="restrict"),
        lookup(
            "msdyn_salescontractlineid",
            "salesorderdetail",
            navigation="msdyn_SalesContractLineId",
            on_delete="restrict",
        ),
        lookup("msdyn_accountcustomer", "account", navigation="msdyn_AccountCustomer"),
        lookup("msdyn_accountvendor", "account", navigation="msdyn_AccountVendor"),
        lookup(
            "msdyn_contractorganizationalunitid",
            "msdyn_organizationalunit",
            navigation="msdyn_contractorganizationalunitId",
        ),
        lookup(
            "msdyn_resourceorganizationalunitid",
            "msdyn_organizationalunit",
            navigation="msdyn_resourceorganizationalunitId",
        ),
        lookup("msdyn_resourcingcompany", "cdm_company", navigation="msdyn_ResourcingCompany"),
        lookup("msdyn_transactioncategory", "msdyn_transactioncategory", navigation="msdyn_TransactionCategory"),
        lookup("msdyn_resourcecategory", "bookableresourcecategory", navigation="msdyn_ResourceCategory"),
        lookup("msdyn_bookableresource", "bookableresource", navigation="msdyn_bookableresource"),
        lookup("msdyn_product", "product", navigation="msdyn_Product"),
        text("msdyn_writeinproductdescription", 100),
        decimal("msdyn_quantity", precision=5),
        lookup("msdyn_unit", "uom", navigation="msdyn_Unit"),
        money("msdyn_price"),
        money("msdyn_amount"),
        *subcontracted(),
        # The line of a vendor invoice that the transaction was made from.
        lookup(
            "msdyn_vendorinvoiceline",
            "msdyn_projectvendorinvoiceline",
            navigation="msdyn_VendorInvoiceLine",
            on_delete="restrict",
        ),
    )


ACTUALS = (
    table(
        "msdyn_actual",
        *transaction_columns(),
        text("msdyn_actualimportid", 100),
        lookup("msdyn_owningcompany", "cdm_company", navigation="msdyn_OwningCompany", on_delete="restrict"),
        lookup(
            "msdyn_contractcustomer",
            "msdyn_projectcontractsplitbillingrule",
            navigation="msdyn_ContractCustomer",
            on_delete="restrict",
        ),
        day("msdyn_exchangeratedate"),
        choice("msdyn_adjustmentstatus", ADJUSTMENT_STATUSES),
        choice("msdyn_billingstatus", {**BILLING_STATUSES, 690970000: "Work order closed - posted"}),
        day("msdyn_externalreferencedate"),
        lookup("msdyn_invoice", "invoice", navigation="msdyn_Invoice"),
        yes_no("msdyn_isjournalized"),
        yes_no("msdyn_skipsync"),
        # Whence an actual came: an approved entry, a line of a journal, a detail of an invoice (the platform keeps
        # origins in a table).
        lookup("msdyn_projectapproval", "msdyn_projectapproval", navigation="msdyn_ProjectApproval"),
        lookup("msdyn_journalline", "msdyn_journalline", navigation="msdyn_JournalLine"),
        lookup(
            "msdyn_invoicelinetransaction", "msdyn_invoicelinetransaction", navigation="msdyn_InvoiceLineTransaction"
        ),
        # The line of a vendor invoice that a cost was matched to.
        lookup(
            "msdyn_matchedvendorinvoiceline",
            "msdyn_projectvendorinvoiceline",
            navigation="msdyn_MatchedVendorInvoiceLine",
        ),
        text("msdyn_vouchernumber", 20),
        money("msdyn_accountingamount"),
        decimal("msdyn_accountingexchangerate", precision=10),
        money("msdyn_accountingsalestax"),
        primary_name="msdyn_description",
        keys=[("msdyn_actualimportid", "msdyn_owningcompany")],
    ),
    table(
        "msdyn_transactionconnection",
        text("msdyn_name", 100),
        # All six are text: the id of the row, its part in the connection, the logical name of its table.
        text("msdyn_transaction1", 100),
        text("msdyn_transaction1role", 100),
        text("msdyn_transaction1type", 100),
        text("msdyn_transaction2", 100),
        text("msdyn_transaction2role", 100),
        text("msdyn_transaction2type", 100),
        # No key of the platform's: the twin finds connections by either end.
        finds=("msdyn_transaction1", "msdyn_transaction2"),
    ),
    table(
        "contoso_actualaccounting",
        text("contoso_name", 100),
        text("contoso_vouchernumber", 20),
        money("contoso_accountingamount"),
        decimal("contoso_exchangerate", precision=10),
        money("contoso_salestaxamount"),
        primary_name="contoso_name",
    ),
)
