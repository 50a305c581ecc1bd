"""Customer groups (msdyn_customergroups), one of which every customer needs.

Rows: Microsoft's mapping reference for dual-write (mapping tables, 2021). Whether Project Operations restricts the arrows,
printed as two-way, is unconfirmed; Finance owns the rows. Integration key: Microsoft's sample configuration of
dual-write automations.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import text, yes_no

COMPANY_OF_TARGET = "msdyn_company.cdm_companycode"

CUSTOMER_GROUPS = TableMap(
    "customer_groups",
    label="Customer groups",
    version="",
    finance=FinanceEntity("CustomerGroups", key=("dataAreaId", "CustomerGroupId"), entity="CustCustomerGroupEntity"),
    dataverse=DataverseTable(
        "msdyn_customergroup",
        "msdyn_customergroups",
        key=("msdyn_groupid", "msdyn_company.cdm_companycode"),
        company="msdyn_company.cdm_companycode",
        company_provenance="documented",
        lookups={
            "msdyn_company": lookup("cdm_company"),
            "msdyn_paymenttermid": lookup("msdyn_paymentterm", company=COMPANY_OF_TARGET),
            "msdyn_clearingperiodpaymenttermname": lookup("msdyn_paymentterm", company=COMPANY_OF_TARGET),
        },
    ),
    owner=Side.FINANCE,
    rows=(
        #   Finance                          way  Dataverse                                         transform  provenance
        Row("CustomerGroupId",               "=", "msdyn_groupid",                                  text(),    "documented"),
        Row("Description",                   "=", "msdyn_description",                              text(),    "documented"),
        Row("IsSalesTaxIncludedInPrice",     "=", "msdyn_issalestaxincludedinprice",                yes_no(),  "documented"),
        Row("PaymentTermId",                 "=", "msdyn_paymenttermid.msdyn_name",                 text(),    "documented"),
        Row("ClearingPeriodPaymentTermName", "=", "msdyn_clearingperiodpaymenttermname.msdyn_name", text(),    "documented"),
    ),
)
