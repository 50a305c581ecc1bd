"""Terms of payment (msdyn_paymentterms).

Rows: Microsoft's mapping reference for dual-write (mapping tables, 2021). Whether Project Operations restricts the arrows,
printed as two-way, is unconfirmed; Finance owns the rows. Integration key: Microsoft's sample configuration of
dual-write automations.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import integer, text, values, yes_no

COMPANY_OF_TARGET = "msdyn_company.cdm_companycode"

CARD_PAYMENT = values({806380998: "NA", 806380999: "CreditCard"}, unset="NA")
CARD_CHECK = values({806380000: "Normal", 806380001: "ByPass"}, unset="Normal")
METHOD = values(
    {
        806380991: "Net",
        806380992: "CurrentMth",
        806380993: "CurrentQuart",
        806380994: "CurrentYear",
        806380995: "CurrentWeek",
        806380996: "COD",
        806380997: "CutOffDate",
    },
    unset="Net",
)

PAYMENT_TERMS = TableMap(
    "payment_terms",
    label="Terms of payment",
    version="",
    finance=FinanceEntity("PaymentTerms", key=("dataAreaId", "Name"), entity="PaymentTermEntity"),
    dataverse=DataverseTable(
        "msdyn_paymentterm",
        "msdyn_paymentterms",
        key=("msdyn_name", "msdyn_company.cdm_companycode"),
        company="msdyn_company.cdm_companycode",
        company_provenance="documented",
        lookups={
            "msdyn_company": lookup("cdm_company"),
            "msdyn_paymentdayname": lookup("msdyn_paymentday", company=COMPANY_OF_TARGET),
            "msdyn_paymentschedulename": lookup("msdyn_paymentschedule", company=COMPANY_OF_TARGET),
        },
    ),
    owner=Side.FINANCE,
    rows=(
        #   Finance                      way  Dataverse                               transform     provenance
        Row("Description",               "=", "msdyn_description",                    text(),       "documented"),
        Row("Name",                      "=", "msdyn_name",                           text(),       "documented"),
        Row("NumberOfMonths",            "=", "msdyn_numberofmonth",                  integer(),    "documented"),
        Row("CutoffDayOfMonth",          "=", "msdyn_cutoffdayofmonth",               integer(),    "documented"),
        Row("IsCashPayment",             "=", "msdyn_iscashpayment",                  yes_no(),     "documented"),
        Row("NumberOfDays",              "=", "msdyn_days",                           integer(),    "documented"),
        Row("IsCertifiedCompanyCheck",   "=", "msdyn_iscertifiedcompanycheck",        yes_no(),     "documented"),
        Row("IsDefaultPaymentTerm",      "=", "msdyn_isdefaultpaymentterm",           yes_no(),     "documented"),
        Row("CreditCardPaymentType",     "=", "msdyn_creditcardpaymenttype",          CARD_PAYMENT, "documented"),
        Row("CreditCardCreditCheckType", "=", "msdyn_creditcardcreditchecktype",      CARD_CHECK,   "documented"),
        Row("PaymentDayName",            "=", "msdyn_paymentdayname.msdyn_name",      text(),       "documented"),
        Row("PaymentMethodType",         "=", "msdyn_paymentmethodtype",              METHOD,       "documented"),
        Row("PaymentScheduleName",       "=", "msdyn_paymentschedulename.msdyn_name", text(),       "documented"),
    ),
)
