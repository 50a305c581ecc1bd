"""Project contracts, their funding sources and lines, and what Finance makes of them.

`ProjectFundingRules` and `ProjectContractBillingRules` are collections of the twin only: the platform keeps these rows
too, but shows them elsewhere. They can be read and changed by the control surface, never written by OData.
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
    reals,
    text,
    texts,
    times,
    whole,
    wholes,
)

CONTRACTS = entity(
    "ProjectContractHeaders",
    "ProjectContractHeader",
    "ProjProjectContractHeaderEntity",
    text("ProjectContractId", 20, "Project contract ID", mandatory=True),
    text("Name", 60),
    text("CustomerAccountNumber", 20, "Customer account"),
    text("SalesCurrencyCode", 3, "Currency"),
    text("TermsOfPayment", 10),
    text("IntegrationSourceDataId", 60),
    # Finance's own: defaulted on create, never touched by a write that does not name them.
    text("SalesTaxGroupCode", 10),
    text("DefaultLedgerDimensionDisplayValue", 500),
    text("CustomerPostingProfileId", 10, default="GEN"),
    texts(10, "CashDiscountCode", "CentralBankPurposeCode", "PriceCustomerGroupCode", "PaymentScheduleName"),
    texts(10, "BankAccountId", "IndividualBufferDays", "IntrastatTransactionCode"),
    texts(20, "CustomerRequisitionNumber", "CustomersOrderReference", "EInvoiceDimensionAccountCode"),
    text("SalesResponsiblePersonnelNumber", 25),
    text("CentralBankPurposeText", 140),
    choice("GiroTypeProjInvoice", enums.PAYMENT_STUB),
    choice("InvoiceFrequency", enums.PROJ_FORECAST_INVOICE_FREQUENCY),
    choice("IsContractSalesCurrencyCodeLocked", enums.NO_YES),
    choice("IsEInvoiceDimensionAccountCodeSpecifiedPerLine", enums.NO_YES),
    choice("IsServiceDeliveryAddressBased", enums.NO_YES),
    choice("ListCode", enums.LIST_CODE),
    choice("NetPrice", enums.NO_YES),
    reals("IntrastatAdditionalValue"),
    label="Project contracts",
    number=1501,
    key=("dataAreaId", "ProjectContractId"),
    references=(
        Reference(("CustomerAccountNumber",), "CustomersV3"),
        Reference(("SalesCurrencyCode",), "Currencies"),
        Reference(("TermsOfPayment",), "PaymentTerms"),
    ),
)

FUNDING_SOURCES = entity(
    "ProjectFundingSources",
    "ProjectFundingSource",
    "ProjFundingSourceEntity",
    text("ProjectContractID", 20, "Project contract ID", mandatory=True),
    text("FundingSourceId", 20, "Funding source", mandatory=True),
    choice("FundingType", enums.PROJ_FUNDING_TYPE),
    text("CustomerOrOrganization", 20, "Customer account"),
    text("TermsOfPayment", 10),
    choice("IsPrimaryFundingSource", enums.NO_YES),
    choice("CreateDefaultFundingRule", enums.NO_YES),
    # Finance's own.
    text("DimensionDisplayValue", 500),
    text("PostingProfile", 10, default="GEN"),
    texts(10, "CashDiscount", "IndividualBufferDays", "NumberSequenceGroup", "PaymentSchedule", "RetentionTermId"),
    texts(20, "ContactID", "CustomerReference", "CustomerRequisition", "DimensionAccount", "GrantId"),
    texts(10, "AddressCountry", "AddressCounty", "AddressState", "AddressZipCode", "VATReportDateCode"),
    texts(60, "AddressCity", "AddressDescription", "AddressDistrictName", "InvoiceLocationId"),
    text("AddressCountryISOCode", 2),
    text("AddressStreet", 250),
    text("InvoiceName", 100),
    text("Language", 7, default="en-us"),
    text("PartyNumber", 40),
    choice("AddressTimeZone", enums.TIMEZONE),
    choice("AssociatedPaymentAttachmentOnTheProjectInvoice", enums.PAYMENT_STUB),
    choice("EInvoiceLineSpec", enums.NO_YES),
    choice("InvoiceFormat", enums.PSA_INVOICE_FORMATS),
    reals("AddressLatitude", "AddressLongitude"),
    times("AddressValidFrom", "AddressValidTo"),
    label="Funding sources",
    number=1502,
    key=("dataAreaId", "ProjectContractID", "FundingSourceId"),
    references=(
        Reference(("ProjectContractID",), "ProjectContractHeaders"),
        Reference(("CustomerOrOrganization",), "CustomersV3", only_if=("FundingType", "Customer")),
        Reference(("TermsOfPayment",), "PaymentTerms"),
    ),
    data_sources=2,
)

FUNDING_RULES = entity(
    "ProjectFundingRules",
    "ProjectFundingRule",
    "TwinProjFundingRule",
    text("ProjectContractId", 20, mandatory=True),
    text("FundingSourceId", 20, mandatory=True),
    choice("IsDefault", enums.NO_YES),
    label="Funding rules",
    number=1503,
    key=("dataAreaId", "ProjectContractId"),
    references=(Reference(("ProjectContractId", "FundingSourceId"), "ProjectFundingSources", OnDelete.CASCADE),),
    read_only=True,
)

CONTRACT_LINES = entity(
    "ProjectContractLines",
    "ProjectContractLine",
    "ProjProjectContractLineEntity",
    text("ProjectContractId", 20, "Project contract ID", mandatory=True),
    whole("LineSequenceNumber", mandatory=True),
    text("ContractLineId", 40),
    text("Description", 255),
    text("LineProjectId", 20, "Project ID"),
    choice("BillingMethod", enums.PROJ_CONTRACT_BILLING_METHOD),
    choice("LineType", enums.PSA_CONTRACT_LINE_TYPE),
    choice("InvoiceScheduleType", enums.INVOICE_SCHEDULE_TYPE),
    choice("AreExpenseTransactionsIncluded", enums.NO_YES),
    choice("AreFeeTransactionsIncluded", enums.NO_YES),
    choice("AreHourTransactionsIncluded", enums.NO_YES),
    choice("AreItemTransactionsIncluded", enums.NO_YES),
    text("UnitSymbol", 10, "Unit"),
    reals("LineAmount", "Quantity", "UnitPrice"),
    dates("StartDate", "EndDate"),
    # Finance's own.
    text("DefaultLedgerDimensionDisplayValue", 500),
    text("SalesTaxGroupCode", 10),
    texts(20, "ChangeOrderNumber", "FeeCategoryId", "FeeProjectId"),
    texts(10, "CustomerRetentionTermId", "TCSGroupCode", "TDSGroupCode", "VATCommodityCode"),
    choice("BudgetMethod", enums.PSA_PROJ_AMOUNT_VS_UNIT),
    choice("IsIndirectCostIncluded", enums.NO_YES),
    reals("AssessableValue", "FeePercentage", "MaximumRetailPrice", "PaidAmount", "RetainagePercentage"),
    label="Project contract lines",
    number=1504,
    key=("dataAreaId", "ProjectContractId", "LineSequenceNumber"),
    references=(
        Reference(("ProjectContractId",), "ProjectContractHeaders"),
        # What the delete of a project does to its lines is unconfirmed: they lose it, as in Dataverse.
        Reference(("LineProjectId",), "ProjectsV2", OnDelete.CLEAR),
        Reference(("UnitSymbol",), "UnitsOfMeasure"),
    ),
)

BILLING_RULE_TYPE = EnumType("TwinBillingRuleType", {"TimeMaterial": 0, "Milestone": 1})

BILLING_RULES = entity(
    "ProjectContractBillingRules",
    "ProjectContractBillingRule",
    "TwinProjContractBillingRule",
    text("ProjectContractId", 20, mandatory=True),
    wholes("LineSequenceNumber"),
    choice("BillingRuleType", BILLING_RULE_TYPE),
    text("ProjectId", 20),
    choice("IsExpenseBillable", enums.NO_YES),
    choice("IsFeeBillable", enums.NO_YES),
    choice("IsHourBillable", enums.NO_YES),
    choice("IsItemBillable", enums.NO_YES),
    choice("IsUsed", enums.NO_YES),
    label="Billing rules",
    number=1505,
    key=("dataAreaId", "ProjectContractId", "LineSequenceNumber"),
    references=(Reference(("ProjectContractId", "LineSequenceNumber"), "ProjectContractLines", OnDelete.CASCADE),),
    read_only=True,
)
