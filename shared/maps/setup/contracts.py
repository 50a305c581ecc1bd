"""Project contract headers (salesorders): created and deleted in Dataverse only; Finance adds tax groups and dimensions of its own.

Rows with `schema` are paired in the older Data Integrator template for project accounting. Microsoft has not
published the dual-write map.
"""

from shared.mapping.model import OPERATIONS, DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import default, text, values

#: Terms of payment are codes that each company defines; these are the labels of Dataverse's own choice. Tenants edit
#: the pairs, the second one for certain: it is Microsoft's own, but a code of Finance has ten characters.
TERMS = values({1: "Net 30", 2: "2% 10, Net 30", 3: "Net 45", 4: "Net 60"}, empty="")

CONTRACTS = TableMap(
    "contracts",
    label="Project contract headers",
    version="1.0.0.1",
    finance=FinanceEntity(
        "ProjectContractHeaders", key=("dataAreaId", "ProjectContractId"), entity="ProjProjectContractHeaderEntity"
    ),
    dataverse=DataverseTable(
        "salesorder",
        "salesorders",
        key=("ordernumber", "msdyn_owningcompany.cdm_companycode"),
        company="msdyn_owningcompany.cdm_companycode",
        lookups={
            "msdyn_owningcompany": lookup("cdm_company"),
            "transactioncurrencyid": lookup("transactioncurrency"),
            "customerid": lookup("account", "contact"),
        },
    ),
    # Made, changed and deleted in Dataverse only.
    writes={Side.FINANCE: OPERATIONS},
    # Work based. Item based orders (192350000) are the Supply Chain map's, on the same table.
    dataverse_filter="msdyn_ordertype eq 192350001",
    # A ledger brings the currency that Dataverse checks a contract against.
    after=("ledgers",),
    rows=(
        #   Finance                    way  Dataverse                                                           transform                      provenance
        Row("ProjectContractId",       "<", "ordernumber",                                                      text(),                        "schema"),
        Row("Name",                    "<", "name",                                                             text(60),                      "schema"),
        Row("SalesCurrencyCode",       "<", "transactioncurrencyid.isocurrencycode",                            text(),                        "schema"),
        Row("CustomerAccountNumber",   "<", "customerid.Account(accountnumber).Contact(msdyn_contactpersonid)", text(),                        "schema"),
        Row("TermsOfPayment",          "<", "paymenttermscode",                                                 TERMS,                         "inferred"),
        Row("IntegrationSourceDataId", "<", None,                                                               default("Project Operations"), "inferred"),
        # Not published, so not mapped: SalesResponsiblePersonnelNumber (perhaps ownerid), CustomerRequisitionNumber,
        # CustomersOrderReference, InvoiceFrequency. DefaultLedgerDimensionDisplayValue is kept in Finance.
    ),
)
