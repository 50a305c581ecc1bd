"""What ledgers are set up with: exchange rates, fiscal calendars, charts of accounts. All of it is shared by the companies."""

from __future__ import annotations

from tests.twin.finance import enums
from tests.twin.finance.schema import Reference, choice, dates, entity, reals, text, whole64

EXCHANGE_RATE_TYPES = entity(
    "ExchangeRateTypes",
    "ExchangeRateType",
    "ExchangeRateTypeEntity",
    text("Name", 20, "Exchange rate type", mandatory=True),
    text("Description", 60),
    label="Exchange rate type",
    number=1211,
    key=("Name",),
)

EXCHANGE_RATE_PAIRS = entity(
    "ExchangeRateCurrencyPairs",
    "ExchangeRateCurrencyPair",
    "ExchangeRateCurrencyPairEntity",
    text("FromCurrencyCode", 3, "From currency", mandatory=True),
    text("ToCurrencyCode", 3, "To currency", mandatory=True),
    text("ExchangeRateTypeName", 20, "Exchange rate type", mandatory=True),
    choice("ExchangeRateDisplayFactor", enums.EXCHANGE_RATE_DISPLAY_FACTOR),
    label="Exchange rate currency pair",
    number=1212,
    key=("FromCurrencyCode", "ToCurrencyCode", "ExchangeRateTypeName"),
    references=(
        Reference(("FromCurrencyCode",), "Currencies"),
        Reference(("ToCurrencyCode",), "Currencies"),
        Reference(("ExchangeRateTypeName",), "ExchangeRateTypes"),
    ),
)

EXCHANGE_RATES = entity(
    "ExchangeRatesCDSEntity",
    "ExchangeRateCDSEntity",
    "ExchangeRateCDSEntity",
    text("ExchangeRateTypeName", 20, "Exchange rate type", mandatory=True),
    text("FromCurrencyCode", 3, "From currency", mandatory=True),
    text("ToCurrencyCode", 3, "To currency", mandatory=True),
    dates("ValidFrom", "ValidTo"),
    reals("Rate"),
    label="CDS Exchange Rates",
    number=1213,
    key=("ExchangeRateTypeName", "FromCurrencyCode", "ToCurrencyCode", "ValidFrom"),
    references=(
        Reference(("FromCurrencyCode", "ToCurrencyCode", "ExchangeRateTypeName"), "ExchangeRateCurrencyPairs"),
    ),
    data_sources=2,
)

FISCAL_CALENDARS = entity(
    "FiscalCalendarsEntity",
    "FiscalCalendarEntity",
    "FiscalCalendarEntity",
    text("CalendarId", 10, "Calendar", mandatory=True),
    text("Description", 60),
    label="Fiscal calendar integration entity",
    number=1214,
    key=("CalendarId",),
)

CHART_OF_ACCOUNTS = entity(
    "ChartOfAccounts",
    "ChartOfAccount",
    "LedgerChartOfAccountsEntity",
    text("ChartOfAccounts", 60, "Chart of accounts", mandatory=True),
    text("Description", 60),
    text("MainAccountMask", 20),
    whole64("ChartOfAccountsRecId"),
    label="Chart of accounts",
    number=1215,
    key=("ChartOfAccounts",),
)
