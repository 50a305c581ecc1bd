"""Project funding sources (msdyn_projectcontractsplitbillingrules): the customers of a contract, the first made with the contract itself.

The least certain of these maps: apart from msdyn_paymentterms Microsoft has published no column of the table. Import
this map from a tenant. Split percentages are mastered in Dataverse and never synchronised.
"""

from shared.mapping.model import OPERATIONS, DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import default, text, values

#: As quoted in an error text of Microsoft's article on customising payment terms, to be edited as those of contracts;
#: a fourth value, 192350001, has no published label.
TERMS = values({1: "Net 30", 2: "2% 10, Net 30", 3: "Net 45"}, empty="", unpaired=(192350001,))

FUNDING_SOURCES = TableMap(
    "funding_sources",
    label="Project funding source",
    version="1.0.0.2",
    finance=FinanceEntity(
        "ProjectFundingSources",
        key=("dataAreaId", "ProjectContractID", "FundingSourceId"),
        entity="ProjFundingSourceEntity",
    ),
    dataverse=DataverseTable(
        "msdyn_projectcontractsplitbillingrule",
        "msdyn_projectcontractsplitbillingrules",
        # The integration key is not published; these are the columns that the Finance key comes from.
        key=("msdyn_name", "msdyn_projectcontract.ordernumber"),
        company="msdyn_projectcontract.msdyn_owningcompany.cdm_companycode",
        lookups={
            "msdyn_projectcontract": lookup("salesorder"),
            "msdyn_customer": lookup("account", "contact"),
        },
    ),
    # The code that a customer pays by must be one of the company's.
    after=("payment_terms",),
    # A contract's customers are added, changed and removed in Dataverse only.
    writes={Side.FINANCE: OPERATIONS},
    rows=(
        #   Finance                   way  Dataverse                                                               transform            provenance
        Row("ProjectContractID",      "<", "msdyn_projectcontract.ordernumber",                                    text(),              "inferred"),
        Row("CustomerOrOrganization", "<", "msdyn_customer.Account(accountnumber).Contact(msdyn_contactpersonid)", text(),              "inferred"),
        # Which column carries Finance's id of the funding source is not published.
        Row("FundingSourceId",        "<", "msdyn_name",                                                           text(),              "inferred"),
        # The other members (Organization, Grant, OnHoldFundingSource) never come from a project contract's customers.
        Row("FundingType",            "<", None,                                                                   default("Customer"), "inferred"),
        Row("TermsOfPayment",         "<", "msdyn_paymentterms",                                                   TERMS,               "inferred"),
        # Not published, so not mapped: IsPrimaryFundingSource, CreateDefaultFundingRule, InvoiceLocationId. Name is Finance's own.
    ),
)
