"""Scenarios of maps that change both ways: currencies, the smallest of them, and customers, the largest."""

from __future__ import annotations

from tests.convergence.acts import accounts, currencies, edit_customer, in_finance
from tests.convergence.scenarios import ACCOUNT, MADE_THERE, SEK, Scenario, empty, with_currency, with_customer
from tests.convergence.stepper import Script

TWO_WAY: dict[str, Scenario] = {
    "an edit in Finance": Scenario(
        with_currency, Script(persons=((in_finance.edit("SEK", Name="k1"),),)), ("currencies",), (1, 1)
    ),
    "an edit and its undo": Scenario(
        with_currency,
        Script(persons=((in_finance.edit("SEK", Name="k1"), in_finance.edit("SEK", Name="krona")),)),
        ("currencies",),
        (0, 2),
    ),
    "edits of two columns": Scenario(
        with_currency,
        Script(persons=((in_finance.edit("SEK", Name="k1"),), (currencies.edit(SEK, currencysymbol="S"),))),
        ("currencies",),
        (2, 2),
    ),
    "edits of one column": Scenario(
        with_currency,
        Script(persons=((in_finance.edit("SEK", Name="k1"),), (currencies.edit(SEK, currencyname="d1"),))),
        ("currencies",),
        (1, 2),
    ),
    "created on both sides": Scenario(
        empty,
        Script(
            persons=(
                (in_finance.create("SEK", Name="k1", Symbol="kr"),),
                (currencies.create(MADE_THERE, isocurrencycode="SEK", currencyname="d1", currencysymbol="kr"),),
            )
        ),
        ("currencies",),
        (1, 3),
    ),
    "deleted in Finance, edited in Dataverse": Scenario(
        with_currency,
        Script(persons=((in_finance.delete("SEK"),), (currencies.edit(SEK, currencyname="d1"),))),
        ("currencies",),
        (0, 2),
    ),
    "edited in Finance, deleted in Dataverse": Scenario(
        with_currency,
        Script(persons=((in_finance.edit("SEK", Name="k1"),), (currencies.delete(SEK),))),
        ("currencies",),
        (0, 2),
    ),
    "an edit among echoes": Scenario(
        with_currency,
        Script(tells=(currencies.told(SEK),), persons=((in_finance.edit("SEK", Name="k1"),),)),
        ("currencies",),
        (1, 1),
    ),
    "created, then deleted": Scenario(
        empty,
        Script(persons=((in_finance.create("SEK", Name="k1", Symbol="kr"), in_finance.delete("SEK")),)),
        ("currencies",),
        (0, 2),
    ),
    "deleted, then created again": Scenario(
        with_currency,
        Script(persons=((in_finance.delete("SEK"), in_finance.create("SEK", Name="k2", Symbol="kr")),)),
        ("currencies",),
        (0, 3),
    ),
    "renamed in Finance, edited in Dataverse": Scenario(
        with_currency,
        Script(persons=((in_finance.rename("SEK", "SKR"),), (currencies.edit(SEK, currencyname="d1"),))),
        ("currencies",),
        (2, 2),
    ),
    "an edit in our own name": Scenario(
        with_currency,
        Script(persons=((currencies.edit_in_our_name(SEK, currencyname="d1"),),)),
        ("currencies",),
        (1, 1),
    ),
    "edits of one column of a customer": Scenario(
        with_customer,
        Script(persons=((edit_customer("C1", SalesMemo="f"),), (accounts.edit(ACCOUNT, description="d"),))),
        ("customers",),
        (1, 2),
    ),
}
