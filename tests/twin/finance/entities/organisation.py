"""Global entities: legal entities, currencies, units, ledgers."""

from __future__ import annotations

from tests.twin.finance import enums
from tests.twin.finance.schema import Reference, choice, entity, reals, text, texts, whole64, wholes

LEGAL_ENTITIES = entity(
    "LegalEntities",
    "LegalEntity",
    "OMLegalEntity",
    text("LegalEntityId", 4, "Company", mandatory=True),
    text("Name", 100, mandatory=True),
    label="Legal entities",
    number=1201,
    key=("LegalEntityId",),
    data_sources=2,
)

CURRENCIES = entity(
    "Currencies",
    "Currency",
    "CurrencyEntity",
    text("CurrencyCode", 3, "Currency", mandatory=True),
    text("Name", 60),
    text("Symbol", 5),
    choice("CurrencyGender", enums.GENDER_MALE_FEMALE),
    choice("ReferenceCurrencyForTriangulation", enums.NO_YES),
    choice("RoundingMethodFixedAssetDepreciation", enums.ROUND_OFF_TYPE),
    choice("RoundingMethodPrices", enums.ROUND_OFF_TYPE),
    choice("RoundingMethodPurchaseOrders", enums.ROUND_OFF_TYPE),
    choice("RoundingMethodSalesOrders", enums.ROUND_OFF_TYPE),
    reals(
        "GeneralRoundingRule",
        "RoundingRuleFixedAssetDepreciation",
        "RoundingRulePrices",
        "RoundingRulePurchaseOrders",
        "RoundingRuleSalesOrders",
    ),
    wholes("DecimalsCount_MX"),
    label="Currencies",
    number=1202,
    key=("CurrencyCode",),
)

UNITS = entity(
    "UnitsOfMeasure",
    "UnitOfMeasure",
    "UnitOfMeasureEntity",
    text("UnitSymbol", 10, "Unit", mandatory=True),
    text("UnitDescription", 60),
    text("NationalCode", 10),
    choice("UnitClass", enums.UNIT_OF_MEASURE_CLASS),
    choice("SystemOfUnits", enums.UNIT_OF_MEASURE_SYSTEM_OF_UNITS),
    choice("FixedUnitSymbolAssignment", enums.UNIT_OF_MEASURE_CODE_SYMBOL),
    choice("IsBaseUnit", enums.NO_YES),
    choice("IsSystemUnit", enums.NO_YES),
    choice("IsFixedUnitSymbolAssigned", enums.NO_YES),
    wholes("DecimalPrecision"),
    label="Units",
    number=1203,
    key=("UnitSymbol",),
    data_sources=2,
)

LEDGERS = entity(
    "Ledgers",
    "Ledger",
    "LedgerEntity",
    text("LegalEntityId", 4, "Company", mandatory=True),
    text("Name", 60),
    text("Description", 60),
    text("AccountingCurrency", 3, mandatory=True),
    text("ReportingCurrency", 3),
    choice("IsBudgetControlEnabled", enums.NO_YES),
    texts(60, "ChartOfAccounts", "FiscalCalendar", "BalancingFinancialDimension"),
    texts(20, "ExchangeRateType", "BudgetExchangeRateType", "ReportingCurrencyExchangeRateType"),
    texts(20, "MainAccountIdRealizedGain", "MainAccountIdRealizedLoss"),
    texts(20, "MainAccountIdUnrealizedGain", "MainAccountIdUnrealizedLoss"),
    texts(20, "MainAccountIdFinancialGain", "MainAccountIdFinancialLoss"),
    texts(30, *(f"AccountStructureName{number}" for number in range(1, 21))),
    whole64("ChartOfAccountsRecId"),
    whole64("LedgerRecId"),
    label="Ledger",
    number=1204,
    key=("LegalEntityId",),
    references=(
        Reference(("LegalEntityId",), "LegalEntities"),
        Reference(("AccountingCurrency",), "Currencies"),
        Reference(("ReportingCurrency",), "Currencies"),
        Reference(("ChartOfAccounts",), "ChartOfAccounts"),
        Reference(("FiscalCalendar",), "FiscalCalendarsEntity"),
        Reference(("ExchangeRateType",), "ExchangeRateTypes"),
        Reference(("BudgetExchangeRateType",), "ExchangeRateTypes"),
        Reference(("ReportingCurrencyExchangeRateType",), "ExchangeRateTypes"),
    ),
)
