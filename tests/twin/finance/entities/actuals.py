"""Actuals and their connections: the staging rows that Dataverse writes.

Names, types and keys of `ProjActualsImports` follow the public metadata; its AOT name is that of Microsoft's article on
archiving staging data. The two entities that are not public in OData have names from the Common Data Model, columns of
the map's field list, and a collection name of the twin's own. `ProjectActualsStates` is the twin's own too: it holds
the staging table's control columns, which the public entity does not show.
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
    guids,
    reals,
    text,
    texts,
    times,
    wholes,
    wholes64,
)

ACTUALS = entity(
    "ProjActualsImports",
    "ProjActualsImport",
    "ProjActualsImportEntity",
    guid("ActualsImportId", mandatory=True),
    guids("ActualId", "ContractingUnit", "OwningBusinessId", "OwningUser", "ResourceId", "ResourceOperationUnitId"),
    choice("TransactionType", enums.PROJ_CDS_TRANS_TYPE),
    choice("BillingType", enums.PROJ_BILLING_TYPE),
    choice("IsJournalized", enums.NO_YES),
    choice("ProjActualsImportSync", enums.NO_YES),
    wholes64("AdjustmentStatus", "BillingStatusId", "Status", "StatusReason", "TransactionClassification"),
    wholes("ContractLine"),
    text("ProjectId", 20, "Project ID", mandatory=True),
    texts(4, "ProjectDataAreaId", "ResourcingCompany"),
    texts(20, "ContractId", "CustomerAccountNumber", "FundingSource", "InvoiceId", "InvoiceProposalId"),
    texts(20, "MatchedVendorInvoice", "SubConInvoiceId", "TaskNumber", "VoucherNumber"),
    texts(40, "ContractLineId", "SubcontractLine", "VendInvoiceLineProjTransId"),
    text("TransactionCategoryId", 30),
    text("TransactionCurrencyId", 3, "Currency"),
    text("UnitOfMeasure", 10),
    text("BookableResourceName", 100),
    text("Description", 255),
    texts(255, "ExternalDescription", "ExternalOriginReference", "ExternalReference"),
    text("ProductNumber", 70),
    text("ProductDescription", 1000),
    dates("AccountingDate", "DocumentDate", "EndDate", "ExchangeRateDate", "StartDate"),
    reals("AccountingAmount", "Amount", "ExchangeRate", "Quantity", "SalesTaxAmount", "UnitPrice", "UnitPriceMST"),
    label="Project Operations integration actuals",
    number=2401,
    key=("dataAreaId", "ActualsImportId"),
    found_by=("ActualId", "ProjectId", "InvoiceId", "InvoiceProposalId"),
)

VALIDATION_STATUS = EnumType("TwinValidationStatus", {"None": 0, "Valid": 1, "Invalid": 2})

ACTUALS_STATES = entity(
    "ProjectActualsStates",
    "ProjectActualsState",
    "TwinProjCDSActualsImport",
    guid("ActualsImportId", mandatory=True),
    choice("IsProcessed", enums.NO_YES),
    choice("IsDuplicate", enums.NO_YES),
    # Its actual is not in Dataverse. Only a test knows, and says so.
    choice("IsGhost", enums.NO_YES),
    choice("ValidationStatus", VALIDATION_STATUS),
    wholes("IntegrationCount"),
    text("InvoiceProposalLineTransId", 20),
    times("ArrivedDateTime"),
    label="Processing of actuals",
    number=2402,
    key=("dataAreaId", "ActualsImportId"),
    references=(Reference(("ActualsImportId",), "ProjActualsImports", OnDelete.CASCADE),),
    read_only=True,
)

TRANSACTION_RELATIONSHIPS = entity(
    "ProjectTransactionRelationships",
    "ProjectTransactionRelationship",
    "ProjCDSTransactionRelationshipImportEntity",
    guid("CONNECTIONID", mandatory=True),
    guids("TRANSACTION1ID", "TRANSACTION2ID"),
    texts(100, "TRANSACTION1ROLE", "TRANSACTION1TYPE", "TRANSACTION2ROLE", "TRANSACTION2TYPE"),
    label="Integration entity for project transaction relationships",
    number=2403,
    key=("CONNECTIONID",),
    in_odata=False,
    found_by=("TRANSACTION1ID", "TRANSACTION2ID"),
)
