"""What ledgers are set up with, global all of it.

The unique keys of exchange rates and pairs are not published: these mirror Finance's.
"""

from __future__ import annotations

from tests.twin.dataverse.schema import choice, decimal, lookup, table, text, when

_FACTORS = {192350000: "one", 192350001: "ten", 192350002: "hundred", 192350003: "thousand", 192350004: "tenThousand"}

LEDGER_SETUP = (
    table(
        "msdyn_exchangeratetype",
        text("msdyn_name", 20),
        text("msdyn_description", 100),
        keys=[("msdyn_name",)],
    ),
    table(
        "msdyn_currencyexchangeratepair",
        lookup(
            "msdyn_currencyexchangeratetypeid",
            "msdyn_exchangeratetype",
            navigation="msdyn_CurrencyExchangeRateTypeId",
            on_delete="restrict",
        ),
        lookup(
            "msdyn_fromtransactioncurrencyid",
            "transactioncurrency",
            navigation="msdyn_FromTransactionCurrencyId",
            on_delete="restrict",
        ),
        lookup(
            "msdyn_totransactioncurrencyid",
            "transactioncurrency",
            navigation="msdyn_ToTransactionCurrencyId",
            on_delete="restrict",
        ),
        choice("msdyn_displayfactor", _FACTORS),
        text("msdyn_name", 100),
        keys=[
            (
                "msdyn_currencyexchangeratetypeid",
                "msdyn_fromtransactioncurrencyid",
                "msdyn_totransactioncurrencyid",
            )
        ],
    ),
    table(
        "msdyn_currencyexchangerate",
        lookup(
            "msdyn_currencyexchangeratepair",
            "msdyn_currencyexchangeratepair",
            navigation="msdyn_CurrencyExchangeRatePair",
            on_delete="restrict",
        ),
        decimal("msdyn_exchangerate", precision=10),
        when("msdyn_validfrom"),
        when("msdyn_validto"),
        text("msdyn_name", 100),
        keys=[("msdyn_currencyexchangeratepair", "msdyn_validfrom")],
    ),
    table(
        "msdyn_fiscalcalendar",
        text("msdyn_calendar", 10),
        text("msdyn_description", 100),
        primary_name="msdyn_calendar",
        keys=[("msdyn_calendar",)],
    ),
    table(
        "msdyn_chartofaccounts",
        text("msdyn_name", 60),
        text("msdyn_description", 100),
        text("msdyn_mainaccountmask", 20),
        plural="msdyn_chartofaccountses",
        keys=[("msdyn_name",)],
    ),
)
