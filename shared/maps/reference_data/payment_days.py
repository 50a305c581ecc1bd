"""Payment days (msdyn_paymentdays), without their lines, which are a map of its own that lookups by name do not need.

Rows: Microsoft's mapping reference for dual-write (mapping tables, 2021). Whether Project Operations restricts the arrows,
printed as two-way, is unconfirmed; Finance owns the rows. Its article calls the map "Payment days CDS V2", which is the
label of the lines. Integration key: Microsoft's sample configuration of dual-write automations.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import text

PAYMENT_DAYS = TableMap(
    "payment_days",
    label="Payment days CDS",
    version="",
    finance=FinanceEntity("PaymentDaysCds", key=("dataAreaId", "Name"), entity="PaymentDayCdsEntity"),
    dataverse=DataverseTable(
        "msdyn_paymentday",
        "msdyn_paymentdays",
        key=("msdyn_name", "msdyn_company.cdm_companycode"),
        company="msdyn_company.cdm_companycode",
        company_provenance="documented",
        lookups={
            "msdyn_company": lookup("cdm_company"),
        },
    ),
    owner=Side.FINANCE,
    rows=(
        #   Finance        way  Dataverse            transform  provenance
        Row("Name",        "=", "msdyn_name",        text(),    "documented"),
        Row("Description", "=", "msdyn_description", text(),    "documented"),
    ),
)
