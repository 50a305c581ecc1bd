"""Currencies (transactioncurrencies).

Rows: Microsoft's mapping reference for dual-write (mapping tables, 2021). It prints them as two-way; Finance is the
master of the initial sync and of the ledger that depends on them, so Finance owns each column.
"""

from decimal import Decimal

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap
from shared.mapping.transforms import default, text

CURRENCIES = TableMap(
    "currencies",
    label="Currencies",
    version="",
    finance=FinanceEntity("Currencies", key=("CurrencyCode",), entity="CurrencyEntity"),
    dataverse=DataverseTable("transactioncurrency", "transactioncurrencies", key=("isocurrencycode",)),
    # Amounts on both sides hang on a currency: removing one is a person's to decide, in each system.
    writes={Side.DATAVERSE: ("create", "update"), Side.FINANCE: ("create", "update")},
    rows=(
        #   Finance         way  Dataverse            transform                         provenance
        Row("CurrencyCode", "=", "isocurrencycode",   text(),                           "documented"),
        Row("Name",         "=", "currencyname",      text(),                           "documented"),
        Row("Symbol",       "=", "currencysymbol",    text(),                           "documented"),
        # A rate towards the base currency is kept in Dataverse; a currency only starts with 1.
        Row(None,           ">", "exchangerate",      default(Decimal("1.0000000000")), "documented"),
        # System-required in Dataverse and set by no row of Microsoft's map; two decimals is what almost every
        # currency has.
        Row(None,           ">", "currencyprecision", default(2),                       "inferred"),
    ),
    # 999 is Finance's code for "no currency".
    finance_filter="CurrencyCode ne '999'",
)
