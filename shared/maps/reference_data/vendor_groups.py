"""Vendor groups (msdyn_vendorgroups), one of which every vendor needs.

Rows: Microsoft's mapping reference for dual-write (mapping tables, 2021). Whether Project Operations restricts the arrows,
printed as two-way, is unconfirmed; Finance owns the rows. Integration key: Microsoft's sample configuration of
dual-write automations.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import text

COMPANY_OF_TARGET = "msdyn_company.cdm_companycode"

VENDOR_GROUPS = TableMap(
    "vendor_groups",
    label="Vendor groups",
    version="",
    finance=FinanceEntity("VendorGroups", key=("dataAreaId", "VendorGroupId"), entity="VendVendorGroupEntity"),
    dataverse=DataverseTable(
        "msdyn_vendorgroup",
        "msdyn_vendorgroups",
        key=("msdyn_vendorgroup", "msdyn_company.cdm_companycode"),
        company="msdyn_company.cdm_companycode",
        company_provenance="documented",
        lookups={
            "msdyn_company": lookup("cdm_company"),
            "msdyn_paymentterms": lookup("msdyn_paymentterm", company=COMPANY_OF_TARGET),
            "msdyn_clearingperiodpaymentpermname": lookup("msdyn_paymentterm", company=COMPANY_OF_TARGET),
        },
    ),
    owner=Side.FINANCE,
    rows=(
        #   Finance                          way  Dataverse                                         transform  provenance
        Row("DefaultPaymentTermName",        "=", "msdyn_paymentterms.msdyn_name",                  text(),    "documented"),
        Row("Description",                   "=", "msdyn_description",                              text(),    "documented"),
        Row("VendorGroupId",                 "=", "msdyn_vendorgroup",                              text(),    "documented"),
        # "perm" for "term": spelled like this in the reference.
        Row("ClearingPeriodPaymentTermName", "=", "msdyn_clearingperiodpaymentpermname.msdyn_name", text(),    "documented"),
    ),
)
