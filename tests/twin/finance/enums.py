"""The X++ enums of the declared entities: symbol → number, from the public OData metadata."""

from __future__ import annotations

from tests.twin.finance.schema import EnumType


def _enum(name: str, members: str) -> EnumType:
    """Read "A B C" as 0, 1, 2; "C=7" sets the number and counts on from there."""
    numbers: dict[str, int] = {}
    following = 0
    for member in members.split():
        symbol, _, number = member.partition("=")
        following = int(number or following)
        numbers[symbol] = following
        following += 1
    return EnumType(name, numbers)


CREDIT_CARD_CREDIT_CHECK = _enum("CreditCardCreditCheck", "Normal ByPass")
CREDIT_CARD_PAYMENT_TYPE = _enum("CreditCardPaymentType", "NA CreditCard")
CUST_VENDOR_BLOCKED = _enum("CustVendorBlocked", "No Invoice All Payment Requisition Never PurchOrder")
FALSE_TRUE = _enum("FalseTrue", "False True")
ECO_RES_FIELD_SERVICE_PRODUCT_TYPE = _enum(
    "EcoResFieldServiceProductType", "Inventory NonInventory Service NotAvailable"
)
ECO_RES_PRODUCT_SERVICE_TYPE = _enum("EcoResProductServiceType", "NotSpecified Warranty")
ECO_RES_PRODUCT_TYPE = _enum("EcoResProductType", "Item=1 Service")
EXCHANGE_RATE_DISPLAY_FACTOR = _enum("ExchangeRateDisplayFactor", "One=1 Ten Hundred Thousand TenThousand")
GENDER_MALE_FEMALE = _enum("GenderMaleFemale", "Male Female")
HCM_PERSON_GENDER = _enum("HcmPersonGender", "None Male Female NonSpecific")
HCM_WORKER_RELATION_TYPE = _enum("HcmWorkerRelationType", "Both Employee Contractor")
HCM_WORKER_STATUS = _enum("HcmWorkerStatus", "Pending Employed Terminated")
INVOICE_ORDER_ACCOUNT = _enum("InvoiceOrderAccount", "InvoiceAccount OrderAccount")
INVOICE_SCHEDULE_TYPE = _enum("InvoiceScheduleType", "Blank MilestoneBased ProgressBased")
LIST_CODE = _enum(
    "Listcode",
    "IncludeNot EUTrade ProductionOnToll TriangularEUTrade TriangularProductionOnToll PropertyMoving_CZ=50 "
    "TriangularIntermediateRole_HU DEL_EUService PurchasedOnBehalf_LV",
)
MCR_PAYM_SCHED_MISC_CHARGE_DIST = _enum("McrPaymSchedMiscChargeDist", "Proportional FirstRate LastRate")
NET_CURRENT = _enum("NetCurrent", "Net CurrentMth CurrentQuart CurrentYear CurrentWeek COD CutOffDate=7")
NO_YES = _enum("NoYes", "No Yes")
PAYM_SCHED_BY = _enum("PaymSchedBy", "Total AmountByPayment NumOfPayment Specified")
PAYM_SCHED_TAX_DISTRIBUTION = _enum("PaymSchedTaxDistribution", "Proportional FirstRate LastRate")
PAYMENT_DUE_DATE_UPDATE_POLICY = _enum("PaymentDueDateUpdatePolicy", "NoUpdate Next Previous")
PAYMENT_STUB = _enum(
    "PaymentStub",
    "None FIK BBS ESR_blue_PTT ESR_red_bank FIK762 ESR_orange BelSMS101 BelSMS102 Finnish FIK751 FIK752 QRBill",
)
PERIOD_UNIT = _enum("PeriodUnit", "Day Month Year All")
PROJ_BILLING_TYPE = _enum("ProjBillingType", "NotSpecified Chargeable NonChargeable Complimentary NotAvailable")
PROJ_CATEGORY_TYPE = _enum("ProjCategoryType", "None Revenue Hour Cost Item OnAccount")
PROJ_CDS_TRANS_TYPE = _enum("ProjCdsTransType", "Cost Sales Tax BilledSales InterOrgSales ResourcingUnitCost")
PROJ_CONTRACT_BILLING_METHOD = _enum("ProjContractBillingMethod", "FixedPrice TimeMaterial")
PROJ_FORECAST_INVOICE_FREQUENCY = _enum(
    "ProjForecastInvoiceFrequency",
    "Daily CurrentWeek CurrentMth CurrentQuart CurrentYear EOP BiWeekly SemiMonthly",
)
PROJ_FUNDING_TYPE = _enum("ProjFundingType", "Customer Organization Grant OnHoldFundingSource")
PROJ_PROJECT_MILESTONE_BILLING_STATUS = _enum("ProjProjectMilestoneBillingStatus", "NotStarted InProgress Completed")
PROJ_PROJECT_MILESTONE_STATUS = _enum(
    "ProjProjectMilestoneStatus",
    "None NotReadyForInvoicing ReadyForInvoicing CustomerInvoiceCreated CustomerInvoicePosted",
)
PROJ_STATUS = _enum("ProjStatus", "Created Estimated Scheduled InProcess Completed User1 User2 User3")
PROJ_TRANS_TYPE = _enum("ProjTransType", "None Revenue Hour Cost Item OnAccount WIP IndirectComponent Retainage")
PROJ_TRANS_STATUS = _enum(
    "ProjTransStatus",
    "NoStatus Registered Posted InvoiceProposal Invoiced MarkedCreditNote CreditnoteProposal Estimated Eliminated "
    "Adjusted All",
)
PROJ_SUBCON_LINE_STATUS = _enum("ProjSubConLineStatus", "Active Inactive")
PROJ_SUBCON_LINE_TYPE = _enum("ProjSubConLineType", "QuantityBased WorkBased")
PROJ_SUBCON_STATE = _enum("ProjSubConState", "Active Inactive")
PROJ_SUBCON_STATUS = _enum("ProjSubconStatus", "Draft Confirmed Closed Canceled")
PROJ_SUBCON_TRANS_CLASS = _enum("ProjSubConTransClass", "Time Expense Material")
PROJ_VEND_INVOICE_STATUS = _enum("ProjVendInvoiceStatus", "None Draft InReview Confirmed")
PSA_CONTRACT_LINE_TYPE = _enum("PsaContractLineType", "LumpSum Progress TAndM Fee UOD")
PSA_INVOICE_FORMATS = _enum("PsaInvoiceFormats", "DetailInvoice SummaryInvoice SummaryByCategory ManageInvoice")
PSA_PROJ_AMOUNT_VS_UNIT = _enum("PsaProjAmountVsUnit", "Amount")
PURCH_STATUS = _enum("PurchStatus", "None Backorder Received Invoiced Canceled")
ROUND_OFF_TYPE = _enum("RoundOffType", "Ordinary RoundDown RoundUp")
SMM_ACTIVITY_TASK_TIME_TYPE = _enum("SmmActivityTaskTimeType", "NotStarted InProgress Completed Waiting Deferred")
SMM_SHOW_TIME_AS = _enum("SmmShowTimeAs", "Free Tentative Busy OutOfOffice")
TIMEZONE = _enum(  # shortened: the platform's has more than a hundred members
    "Timezone",
    "GMTMINUS1200INTERNATIONALDATELINEWEST GMTMINUS0800PACIFICTIME=4 GMTMINUS0500EASTERNTIME=11 "
    "GMT_COORDINATEDUNIVERSALTIME=37",
)
TRV_EXP_TYPE = _enum(
    "TrvExpType",
    "Empty Expense Advance Allowance Transport Personal Airline CarRental Conference Entertainment Hotel Meals Gift",
)
UNIT_OF_MEASURE_CLASS = _enum(
    "UnitOfMeasureClass",
    "Quantity Length Area LiquidVolume DryVolume Mass Time Monetary Temperature InformationEntropy Luminance "
    "Speed Acceleration Angle SolidAngle Force Pressure Torque Energy Power AngularMomentum Capacitance "
    "Density ElectricCurrent MagneticField MagneticFlux ElectricCharge ElectricDipole ElectricPotential "
    "ElectricalResistance Inductance DynamicViscosity KinematicViscosity Radioactivity Undefined",
)
UNIT_OF_MEASURE_CODE_SYMBOL = _enum(
    "UnitOfMeasureCodeSymbol",
    "Pieces Feet Inches Yards Centimeters Meters Millimeters Gallons Liters Ounces TroyOunces Pounds Grams "
    "Kilograms Milliseconds Seconds Minutes Hours Days Weeks Months Years Tonnes=101",
)
UNIT_OF_MEASURE_SYSTEM_OF_UNITS = _enum("UnitOfMeasureSystemOfUnits", "None Metric US")
WARRANTABLE_PRICE_RANGE_BASE_TYPE = _enum("WarrantablePriceRangeBaseType", "None BasePrice SellingPrice")
WARRANTY_DURATION_TIME_UNIT = _enum("WarrantyDurationTimeUnit", "Day Week Month Year")
