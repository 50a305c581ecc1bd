"""Milestones of contract lines, and what Finance makes of them.

The AOT names of the two public collections are unconfirmed. `ProjectOnAccountTransactions` and
`ProjectFixedPriceEstimateProjects` are collections of the twin only.
"""

from __future__ import annotations

from tests.twin.finance import enums
from tests.twin.finance.schema import Reference, choice, dates, entity, guid, reals, text, wholes

MILESTONE_HEADERS = entity(
    "ProjectContractLineMilestoneHeaders",
    "ProjectContractLineMilestoneHeader",
    "ProjContractLineMilestoneHeaderEntity",
    # Dataverse's column for it is not published: the number comes from Finance's sequence, rows are found by the GUID.
    text("ProjectContractLineMilestoneHeaderId", 20, mandatory=True, sequence="MSH"),
    guid("ProjectContractLineMilestoneHeaderGuid"),
    text("ProjectContractId", 20, "Project contract ID"),
    text("ProjectContractLine", 40),
    text("Project", 20),
    text("Task", 20),
    text("Description", 60),
    choice("NextInvoiceStatus", enums.PROJ_PROJECT_MILESTONE_STATUS),
    choice("BillingStatus", enums.PROJ_PROJECT_MILESTONE_BILLING_STATUS),
    wholes("LineSequenceNumber"),
    reals("Amount", "InvoicedToDate", "NextInvoiceAmount", "NextInvoicePercent", "PercentInvoicedToDate"),
    reals("RemainingAmount"),
    label="Progress billing milestone header",
    number=2201,
    key=("dataAreaId", "ProjectContractLineMilestoneHeaderId"),
    references=(
        Reference(("ProjectContractId",), "ProjectContractHeaders"),
        Reference(("Project",), "ProjectsV2"),
    ),
    found_by=("ProjectContractLineMilestoneHeaderGuid",),
)

MILESTONES = entity(
    "ProjectContractLineMilestones",
    "ProjectContractLineMilestone",
    "ProjContractLineMilestoneEntity",
    # As with the header: from a number sequence, found by the GUID.
    text("ContractLineMilestoneIdentifier", 20, mandatory=True, sequence="MST"),
    guid("ContractLineMilestoneGuid"),
    text("ProjectContractId", 20, "Project contract ID"),
    text("ContractLineId", 40),
    text("ProjectNumber", 20, "Project ID"),
    text("ActivityNumber", 20),
    text("Description", 60),
    text("CurrencyCode", 3, "Currency"),
    text("CustomerAccountNumber", 20, "Customer account"),
    text("ProjectContractLineMilestoneHeader", 20, "Milestone header"),
    text("TransactionId", 20),
    choice("TransStatus", enums.PROJ_TRANS_STATUS),
    dates("TransactionDate", "LedgerTransactionDate"),
    reals("Amount", "LedgerSalesAmount", "TotalSalesAmount"),
    label="Project Operations integration contract line milestones",
    number=2202,
    key=("dataAreaId", "ContractLineMilestoneIdentifier"),
    references=(
        Reference(("ProjectContractId",), "ProjectContractHeaders"),
        Reference(("ProjectNumber",), "ProjectsV2"),
        Reference(("CurrencyCode",), "Currencies"),
        Reference(("CustomerAccountNumber",), "CustomersV3"),
        Reference(("ProjectContractLineMilestoneHeader",), "ProjectContractLineMilestoneHeaders"),
    ),
    found_by=("ContractLineMilestoneGuid",),
)

ON_ACCOUNT_TRANSACTIONS = entity(
    "ProjectOnAccountTransactions",
    "ProjectOnAccountTransaction",
    "TwinProjOnAccTrans",
    text("TransactionId", 20, mandatory=True),
    guid("ContractLineMilestoneGuid"),
    text("ProjectContractId", 20),
    wholes("LineSequenceNumber"),
    text("ProjectId", 20),
    text("FundingSourceId", 20),
    text("Description", 60),
    text("CurrencyCode", 3),
    text("CategoryId", 30),
    choice("TransStatus", enums.PROJ_TRANS_STATUS),
    dates("TransactionDate"),
    reals("Amount"),
    # The accountant's: defaulted once, then left alone.
    text("SalesTaxGroup", 10),
    text("ItemSalesTaxGroup", 10),
    text("DefaultDimensionDisplayValue", 500),
    label="On-account transactions",
    number=2203,
    key=("dataAreaId", "TransactionId"),
    read_only=True,
    found_by=("ContractLineMilestoneGuid",),
)

ESTIMATE_PROJECTS = entity(
    "ProjectFixedPriceEstimateProjects",
    "ProjectFixedPriceEstimateProject",
    "TwinProjWIPTable",
    text("ProjectContractId", 20, mandatory=True),
    wholes("LineSequenceNumber"),
    text("EstimateProjectId", 20),
    text("ProjectId", 20),
    label="Fixed-price revenue estimate projects",
    number=2204,
    key=("dataAreaId", "ProjectContractId", "LineSequenceNumber"),
    read_only=True,
)
