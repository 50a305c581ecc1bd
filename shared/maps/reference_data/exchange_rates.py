"""Exchange rates (msdyn_currencyexchangerates): used to price sales from cost; Dataverse converts to its base currency by rates of its own.

Rows: Microsoft's mapping reference for dual-write (mapping tables, 2021). Older versions of the map wrote the currencies as
plain texts.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, TableMap, lookup
from shared.mapping.transforms import date_only, decimal, text

EXCHANGE_RATES = TableMap(
    "exchange_rates",
    label="CDS Exchange Rates",
    version="",
    finance=FinanceEntity(
        "ExchangeRatesCDSEntity",
        key=("ExchangeRateTypeName", "FromCurrencyCode", "ToCurrencyCode", "ValidFrom"),
        entity="ExchangeRateCDSEntity",
    ),
    dataverse=DataverseTable(
        "msdyn_currencyexchangerate",
        "msdyn_currencyexchangerates",
        # Not published: Finance's key, whose first three parts name one pair.
        key=(
            "msdyn_currencyexchangeratepair.msdyn_currencyexchangeratetypeid.msdyn_name",
            "msdyn_currencyexchangeratepair.msdyn_fromtransactioncurrencyid.isocurrencycode",
            "msdyn_currencyexchangeratepair.msdyn_totransactioncurrencyid.isocurrencycode",
            "msdyn_validfrom",
        ),
        lookups={"msdyn_currencyexchangeratepair": lookup("msdyn_currencyexchangeratepair")},
    ),
    rows=(
        #   Finance                 way  Dataverse                                                                         transform    provenance
        Row("ExchangeRateTypeName", ">", "msdyn_currencyexchangeratepair.msdyn_currencyexchangeratetypeid.msdyn_name",     text(),      "documented"),
        Row("FromCurrencyCode",     ">", "msdyn_currencyexchangeratepair.msdyn_fromtransactioncurrencyid.isocurrencycode", text(),      "documented"),
        Row("ToCurrencyCode",       ">", "msdyn_currencyexchangeratepair.msdyn_totransactioncurrencyid.isocurrencycode",   text(),      "documented"),
        Row("Rate",                 ">", "msdyn_exchangerate",                                                             decimal(6),  "documented"),
        Row("ValidFrom",            ">", "msdyn_validfrom",                                                                date_only(), "documented"),
        Row("ValidTo",              ">", "msdyn_validto",                                                                  date_only(), "documented"),
    ),
)
