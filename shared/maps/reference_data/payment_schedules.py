"""Payment schedules (msdyn_paymentschedules), without their lines, which are a map of its own that lookups by name do not need.

Rows: Microsoft's mapping reference for dual-write (mapping tables, 2021). Whether Project Operations restricts the arrows,
printed as two-way, is unconfirmed; Finance owns the rows. Integration key: Microsoft's sample configuration of
dual-write automations.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import decimal, integer, text, values

ALLOCATION = values(
    {806380000: "Total", 806380001: "AmountByPayment", 806380002: "NumOfPayment", 806380003: "Specified"},
    unset="Total",
)
FREQUENCY_UNIT = values({806380000: "Day", 806380001: "Month", 806380002: "Year"}, unset="Day", unpaired=("All",))
TAX_ALLOCATION = values(
    {806380000: "Proportional", 806380001: "FirstRate", 806380002: "LastRate"}, unset="Proportional"
)

PAYMENT_SCHEDULES = TableMap(
    "payment_schedules",
    label="Payment schedule",
    version="",
    finance=FinanceEntity("PaymentSchedules", key=("dataAreaId", "Name"), entity="PaymentScheduleEntity"),
    dataverse=DataverseTable(
        "msdyn_paymentschedule",
        "msdyn_paymentschedules",
        key=("msdyn_name", "msdyn_company.cdm_companycode"),
        company="msdyn_company.cdm_companycode",
        company_provenance="documented",
        lookups={
            "msdyn_company": lookup("cdm_company"),
        },
    ),
    owner=Side.FINANCE,
    rows=(
        #   Finance                     way  Dataverse                         transform       provenance
        Row("Name",                     "=", "msdyn_name",                     text(),         "documented"),
        Row("Description",              "=", "msdyn_description",              text(),         "documented"),
        Row("AllocationMethod",         "=", "msdyn_allocationmethod",         ALLOCATION,     "documented"),
        Row("PaymentFrequencyUnits",    "=", "msdyn_paymentfrequencyunit",     FREQUENCY_UNIT, "documented"),
        Row("PaymentFrequency",         "=", "msdyn_paymentfrequency",         integer(),      "documented"),
        Row("NumberOfPayments",         "=", "msdyn_numberofpayments",         integer(),      "documented"),
        Row("FixedPaymentAmount",       "=", "msdyn_fixedpaymentamount",       decimal(2),     "documented"),
        Row("MinimumPaymentAmount",     "=", "msdyn_minimumpaymentamount",     decimal(2),     "documented"),
        Row("SalesTaxAllocationMethod", "=", "msdyn_salestaxallocationmethod", TAX_ALLOCATION, "documented"),
        Row("Notes",                    "=", "msdyn_note",                     text(),         "documented"),
    ),
)
