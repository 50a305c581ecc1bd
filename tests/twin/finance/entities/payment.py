"""Terms of payment and what they refer to, per company."""

from __future__ import annotations

from tests.twin.finance import enums
from tests.twin.finance.schema import Reference, choice, entity, reals, text, wholes

PAYMENT_DAYS = entity(
    "PaymentDaysCds",
    "PaymentDayCds",
    "PaymentDayCdsEntity",
    text("Name", 10, "Payment day", mandatory=True),
    text("Description", 60),
    label="Payment days",
    number=1301,
    key=("dataAreaId", "Name"),
)

PAYMENT_SCHEDULES = entity(
    "PaymentSchedules",
    "PaymentSchedule",
    "PaymentScheduleEntity",
    text("Name", 10, "Payment schedule", mandatory=True),
    text("Description", 60),
    text("Notes", 1000),
    choice("AllocationMethod", enums.PAYM_SCHED_BY),
    choice("PaymentFrequencyUnits", enums.PERIOD_UNIT),
    choice("SalesTaxAllocationMethod", enums.PAYM_SCHED_TAX_DISTRIBUTION),
    choice("ChargeAllocationMethod", enums.MCR_PAYM_SCHED_MISC_CHARGE_DIST),
    choice("IsFlexibleInstallmentPlan", enums.NO_YES),
    wholes("NumberOfPayments", "PaymentFrequency"),
    reals(
        "FixedPaymentAmount", "InstallmentMaximumOrderAmount", "InstallmentMinimumOrderAmount", "MinimumPaymentAmount"
    ),
    label="Payment schedules",
    number=1302,
    key=("dataAreaId", "Name"),
)

PAYMENT_TERMS = entity(
    "PaymentTerms",
    "PaymentTerm",
    "PaymentTermEntity",
    text("Name", 10, "Terms of payment", mandatory=True),
    text("Description", 60),
    text("PaymentScheduleName", 10, "Payment schedule"),
    text("PaymentDayName", 10, "Payment day"),
    text("CashPaymentMainAccountIdDisplayValue", 500),
    choice("PaymentMethodType", enums.NET_CURRENT),
    choice("CreditCardCreditCheckType", enums.CREDIT_CARD_CREDIT_CHECK),
    choice("CreditCardPaymentType", enums.CREDIT_CARD_PAYMENT_TYPE),
    choice("CustomerDueDateUpdatePolicy", enums.PAYMENT_DUE_DATE_UPDATE_POLICY),
    choice("VendorDueDateUpdatePolicy", enums.PAYMENT_DUE_DATE_UPDATE_POLICY),
    choice("IsDefaultPaymentTerm", enums.NO_YES),
    choice("IsCashPayment", enums.NO_YES),
    choice("IsCertifiedCompanyCheck", enums.NO_YES),
    choice("PostOffsettingAR", enums.NO_YES),
    wholes("NumberOfMonths", "NumberOfDays", "CutoffDayOfMonth", "AdditionalMonthsForCutoffDate"),
    label="Terms of payment",
    number=1303,
    key=("dataAreaId", "Name"),
    references=(
        Reference(("PaymentScheduleName",), "PaymentSchedules"),
        Reference(("PaymentDayName",), "PaymentDaysCds"),
    ),
)
