"""Project invoice proposals: the header that Dataverse sends, and what Finance makes of it.

Columns of the sent header are those of the first version of the entity (Common Data Model), whose AOT name is unconfirmed;
the checksum is a column of Finance's table (Common Data Model), and that it comes with the header, beside a number, is a
guess. The other collections are the twin's own: they show what people see in Finance's forms.
"""

from __future__ import annotations

from tests.twin.finance import enums
from tests.twin.finance.schema import (
    EnumType,
    OnDelete,
    Reference,
    choice,
    dates,
    entity,
    guid,
    reals,
    text,
    texts,
    wholes,
)

PROPOSAL_STATUS = EnumType("TwinProjProposalStatus", {"Open": 0, "Posted": 1})

INVOICE_PROPOSALS = entity(
    "ProjectInvoiceProposalsV2",
    "ProjectInvoiceProposalV2",
    "ProjInvoiceProposalV2Entity",  # named by no document of Microsoft's: unconfirmed
    text("INVOICEPROPOSALID", 20, "Invoice proposal", mandatory=True),
    text("PROJECTCONTRACTID", 20, "Project contract ID"),
    text("CONTRACTNAME", 60),
    text("FUNDINGSOURCEID", 20),
    text("SALESCURRENCY", 3, "Currency"),
    text("INVOICEHEADERTEXT", 1000),
    choice("INVOICEFORMAT", enums.PSA_INVOICE_FORMATS),
    dates("INVOICEDATE"),
    wholes("NUMBEROFBILLABLESALESACTUALS"),
    text("HASHEDLISTOFBILLABLESALESACTUALIDS", 100),
    label="Project invoice proposals V2",
    number=2404,
    key=("dataAreaId", "INVOICEPROPOSALID"),
    references=(
        Reference(("PROJECTCONTRACTID",), "ProjectContractHeaders"),
        Reference(("SALESCURRENCY",), "Currencies"),
    ),
    in_odata=False,
)

PROPOSALS = entity(
    "ProjectProposals",
    "ProjectProposal",
    "TwinProjProposalJour",
    text("ProposalId", 20, mandatory=True),
    choice("Status", PROPOSAL_STATUS),
    texts(20, "ProjInvoiceProjId", "FundingSource", "LedgerVoucher", "ProjInvoiceId"),
    text("CurrencyId", 3),
    dates("InvoiceDate", "DueDate"),
    reals("InvoiceAmount", "SumTax"),
    text("DefaultDimension", 500),
    label="Project invoice proposals",
    number=2411,
    key=("dataAreaId", "ProposalId"),
    read_only=True,
)

PROPOSAL_LINES = entity(
    "ProjectProposalLines",
    "ProjectProposalLine",
    "TwinProjProposalLine",
    text("ProposalId", 20, mandatory=True),
    wholes("LineNumber"),
    text("LineTransId", 20),
    guid("ActualsImportId"),
    choice("TransType", enums.PROJ_CATEGORY_TYPE),
    # The project transaction or the on-account transaction that is invoiced; empty for a retainer.
    text("TransId", 20),
    choice("IsOnAccount", enums.NO_YES),
    # The line that is credited.
    text("CreditedLineTransId", 20),
    texts(20, "ProjId", "ActivityNumber"),
    text("CategoryId", 30),
    text("Text", 255),
    reals("Qty", "SalesPrice", "LineAmount", "SalesTaxAmount", "ExchangeRate", "AccountingAmount"),
    text("CurrencyId", 3),
    texts(10, "TaxGroup", "TaxItemGroup"),
    text("DefaultDimension", 500),
    label="Project invoice proposal lines",
    number=2412,
    key=("dataAreaId", "ProposalId", "LineNumber"),
    references=(Reference(("ProposalId",), "ProjectProposals", OnDelete.CASCADE),),
    read_only=True,
    found_by=("ActualsImportId", "LineTransId"),
)

PROJECT_CUSTOMER_INVOICES = entity(
    "ProjectCustomerInvoices",
    "ProjectCustomerInvoice",
    "TwinProjInvoiceJour",
    text("ProjInvoiceId", 20, mandatory=True),
    texts(20, "ProposalId", "ProjInvoiceProjId", "CustomerAccount", "LedgerVoucher"),
    text("CurrencyId", 3),
    dates("InvoiceDate", "DueDate"),
    reals("InvoiceAmount", "SumTax", "AccountingAmount"),
    label="Project customer invoices",
    number=2413,
    key=("dataAreaId", "ProjInvoiceId"),
    read_only=True,
    found_by=("ProposalId",),
)
