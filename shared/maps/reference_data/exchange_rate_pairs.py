"""Exchange rate currency pairs (msdyn_currencyexchangeratepairs): from which currency to which, by which type of rate.

Rows: Microsoft's mapping reference for dual-write (mapping tables, 2021). It prints them as two-way; Project Operations
knows Finance as their only master, so they go one way. A pair with currency 999 cannot go over: no such currency does.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, TableMap, lookup
from shared.mapping.transforms import text, values

DISPLAY_FACTOR = values(
    {192350000: "One", 192350001: "Ten", 192350002: "Hundred", 192350003: "Thousand", 192350004: "TenThousand"}
)

EXCHANGE_RATE_PAIRS = TableMap(
    "exchange_rate_pairs",
    label="Exchange rate currency pair",
    version="",
    finance=FinanceEntity(
        "ExchangeRateCurrencyPairs",
        key=("FromCurrencyCode", "ToCurrencyCode", "ExchangeRateTypeName"),
        entity="ExchangeRateCurrencyPairEntity",
    ),
    dataverse=DataverseTable(
        "msdyn_currencyexchangeratepair",
        "msdyn_currencyexchangeratepairs",
        # The integration key is not published; exchange rates resolve their lookup by these three.
        key=(
            "msdyn_currencyexchangeratetypeid.msdyn_name",
            "msdyn_fromtransactioncurrencyid.isocurrencycode",
            "msdyn_totransactioncurrencyid.isocurrencycode",
        ),
        lookups={
            "msdyn_currencyexchangeratetypeid": lookup("msdyn_exchangeratetype"),
            "msdyn_fromtransactioncurrencyid": lookup("transactioncurrency"),
            "msdyn_totransactioncurrencyid": lookup("transactioncurrency"),
        },
    ),
    rows=(
        #   Finance                      way  Dataverse                                          transform       provenance
        Row("ExchangeRateDisplayFactor", ">", "msdyn_displayfactor",                             DISPLAY_FACTOR, "documented"),
        Row("ExchangeRateTypeName",      ">", "msdyn_currencyexchangeratetypeid.msdyn_name",     text(),         "documented"),
        Row("FromCurrencyCode",          ">", "msdyn_fromtransactioncurrencyid.isocurrencycode", text(),         "documented"),
        Row("ToCurrencyCode",            ">", "msdyn_totransactioncurrencyid.isocurrencycode",   text(),         "documented"),
    ),
)
