"""The stories of the six components, in the order in which the whole demo plays them."""

from __future__ import annotations

from collections.abc import Mapping

from tests.local.demo.scene import Story
from tests.local.demo.stories import estimates_actuals, expenses, invoices, setup, subcontracts, vendor_invoices

STORIES: Mapping[str, Story] = {
    "setup": setup.STORY,
    "estimates_actuals": estimates_actuals.STORY,
    "invoices": invoices.STORY,
    "expenses": expenses.STORY,
    "subcontracts": subcontracts.STORY,
    "vendor_invoices": vendor_invoices.STORY,
}
