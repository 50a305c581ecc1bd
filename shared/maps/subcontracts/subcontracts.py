"""Subcontracts (msdyn_subcontracts): made and changed in Dataverse only; Finance keeps a purchase order of each, which follows it.

Microsoft has not published the map. The numbers of subcontracts are an automatic number whose column is not published
either: msdyn_subcontractnumber is a guess, as is the AOT name of the entity. The purchase order has the language of its
vendor, and Finance refuses one without.
"""

from shared.mapping.documents import Release
from shared.mapping.model import OPERATIONS, DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import date_only, text, values

#: The labels are documented and equal the members; the numbers are inferred, counted in the order of the labels. The
#: schema check compares labels, and a tenant's own map settles it.
DRAFT, CONFIRMED = 192350000, 192350001
STATUSES = values({DRAFT: "Draft", CONFIRMED: "Confirmed", 192350002: "Closed", 192350003: "Canceled"})

SUBCONTRACTS = TableMap(
    "subcontracts",
    label="Project subcontract purchase order header",
    version="1.0.0.0",
    finance=FinanceEntity(
        "SubContractPurchaseOrderHeaders",
        key=("dataAreaId", "ProjSubContractNumber"),
        entity="ProjSubContractPurchaseOrderHeaderEntity",
    ),
    dataverse=DataverseTable(
        "msdyn_subcontract",
        "msdyn_subcontracts",
        key=("msdyn_subcontractnumber", "msdyn_owningcompany.cdm_companycode"),
        company="msdyn_owningcompany.cdm_companycode",
        lookups={
            "msdyn_owningcompany": lookup("cdm_company"),
            "msdyn_vendor": lookup("account", company="msdyn_company.cdm_companycode", brought_by="vendors"),
        },
    ),
    # Finance confirms the purchase order of a confirmed subcontract at once, and changes no line of it then.
    release=Release(
        "SubConStatus",
        held=DRAFT,
        lines="subcontract_lines",
        column="msdyn_subcontract",
        by={"dataAreaId": "dataAreaId", "SubcontractNumber": "ProjSubContractNumber"},
        reopens=(CONFIRMED,),
    ),
    # Made, changed and deleted in Dataverse only.
    writes={Side.FINANCE: OPERATIONS},
    # Although no row names the project of a header.
    after=("projects",),
    rows=(
        #   Finance                  way  Dataverse                     transform                             provenance
        Row("ProjSubContractNumber", "<", "msdyn_subcontractnumber",    text(),                               "inferred"),
        Row("SubConName",            "<", "msdyn_name",                 text(60),                             "inferred"),
        Row("OrderAccount",          "<", "msdyn_vendor.accountnumber", text(),                               "inferred"),
        Row("SubConState",           "<", "statecode",                  values({0: "Active", 1: "Inactive"}), "schema"),
        Row("SubConStatus",          "<", "statuscode",                 STATUSES,                             "schema"),
        # The name of the column is a guess.
        Row("SubConDate",            "<", "msdyn_subcontractdate",      date_only(),                          "inferred"),
        # Not published, so not mapped: ProjId (a header has no project in Dataverse's form), AccountingDate. Whether
        # Finance's PurchaseOrderNumber and PurchStatus are written back is not documented.
    ),
)
