"""Known errors: what a refusal in the other side's own words means, who can put it right, and how.

The first known error whose words are in a reason explains it; where none is, the class of the error gives the owner and
a general advice. A remedy that the failure brought along is more specific than both and is kept.

Only what can reach the app as somebody's words is here. What Finance shows in its own forms alone (the journal, the
proposal, the posting) never does. A row that points at one which the target misses is no refusal: it is parked.

Sources: the titles beside the entries are those of articles on Microsoft Learn. Words that no article prints are
assumed, and say so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from shared.errors import Owner


@dataclass(frozen=True, slots=True)
class Advice:
    """What an error record tells a person besides what happened."""

    owner: Owner
    #: Why, in one sentence.
    cause: str
    #: What to do, by the names that the forms have.
    remedy: str


@dataclass(frozen=True, slots=True)
class KnownError:
    """Words of a refusal, with `…` for what differs from one to the next, and what is known of them.

    `direction` is the only one it is looked for in; empty: any.
    """

    words: str
    advice: Advice
    source: str
    direction: str = ""
    #: Whether no article prints the words.
    assumed: bool = False

    def explains(self, direction: str, reason: str) -> bool:
        """Whether these are the words of a refusal, in whatever case and spacing."""
        return self.direction in ("", direction) and _pattern(self.words).search(" ".join(reason.split())) is not None


@cache
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(".+?".join(map(re.escape, words.split("…"))), re.IGNORECASE)


_MITIGATION = "Project operations dual-write integration errors and mitigation"
_PER_COMPANY = "Configure Project Operations integration per legal entity"

#: In the order in which they are looked for: what is said of one direction before what is said of any.
KNOWN: tuple[KnownError, ...] = (
    KnownError(
        "Line property … doesn't exist",
        Advice(
            Owner.CONSULTANT,
            "Finance has no line property for the billing type of the actual.",
            "In Finance, open Project management and accounting parameters, tab Project Operations, and map all five "
            "billing types to line properties under Billing type defaults. Then retry the record.",
        ),
        f"{_MITIGATION}; {_PER_COMPANY}",
    ),
    KnownError(
        "does not take part in the integration",
        Advice(
            Owner.CONSULTANT,
            "The legal entity of the row is not enabled for Project Operations in Finance.",
            "In Finance, open Global project management and accounting parameters and select the legal entity; it may "
            "have no projects of its own yet. Or correct the owning company in Dataverse. Then retry the record.",
        ),
        _PER_COMPANY,
        assumed=True,
    ),
    KnownError(
        "task activity number doesn't uniquely identify the task of the project",
        Advice(
            Owner.ACCOUNTANT,
            "The activity chosen on the expense is a parent task, which stands for all tasks below it.",
            "In Finance, recall the expense report from its workflow, choose the activity of a single task and post it "
            "again: the expense goes over by itself.",
        ),
        _MITIGATION,
    ),
    KnownError(
        "Product id is mandatory",
        Advice(
            Owner.CONSULTANT,
            "Dataverse does not hold the product of the vendor invoice line.",
            "Run the map CDS released distinct products (products) with initial sync from Finance to Dataverse, or "
            "release the product there and let it come by itself. Then retry the record.",
        ),
        _MITIGATION,
    ),
    KnownError(
        "Transaction Category linked to this vendor invoice line is invalid",
        Advice(
            Owner.CONSULTANT,
            "Dataverse does not hold the transaction category of the vendor invoice line as an active one for expenses.",
            "In Dataverse, create or activate the transaction category, and let the map Project transaction categories "
            "(transaction_categories) bring it to Finance. Then retry the record.",
        ),
        _MITIGATION,
    ),
    KnownError(
        "doesn't support creating actuals either manually or through customizations",
        Advice(
            Owner.ADMINISTRATOR,
            "Dataverse lets only the product itself create actuals and change them.",
            "Create actuals with entry journals and correct them with Correct entries on the billing backlog; take what "
            "else writes them out of the map.",
        ),
        "Create or update actuals",
    ),
    KnownError(
        "can only be updated via the dual-write process",
        Advice(
            Owner.ADMINISTRATOR,
            "Dataverse lets only dual-write write what accounting made of an actual.",
            "Name a table of your own in the setting SIDE_TABLES (actuals:<table>): it takes the values.",
        ),
        "What's new, May 2025",
        assumed=True,
    ),
    KnownError(
        "Owning company currency does not match the contracting unit currency",
        Advice(
            Owner.CONSULTANT,
            "The contracting unit has another currency than the ledger of the owning company, or Dataverse holds no "
            "ledger of that company.",
            "In Dataverse, compare Currency on the organizational unit with Accounting currency under Related > Ledgers "
            "of the company, and correct one of them or choose others. If there is no ledger, run the map Ledger "
            "(ledgers) with initial sync.",
        ),
        "Currency mismatch error",
    ),
    KnownError(
        "Field 'Language' must be filled in",
        Advice(
            Owner.ACCOUNTANT,
            "The purchase order takes its language from the vendor, who has none.",
            "In Finance, open the vendor, tab General, and fill in Language. Then retry the record.",
        ),
        "Subcontract purchase orders",
        direction="subcontracts_to_finance",
        assumed=True,
    ),
    KnownError(
        "project subcontract category",
        Advice(
            Owner.CONSULTANT,
            "Finance has no procurement and project category for the role or transaction category of the subcontract line.",
            "In Finance, open Project management and accounting > Setup > Categories > Project subcontract categories "
            "and add a line for it, or one for all. Then retry the record.",
        ),
        "Subcontract purchase orders",
        direction="subcontract_lines_to_finance",
        assumed=True,
    ),
    KnownError(
        "number sequence",
        Advice(
            Owner.CONSULTANT,
            "The number sequence of invoice proposals does not take the number of the proforma invoice.",
            "In Finance, open the number sequence of area Projects, reference Invoice proposal, and set Allow user "
            "changes to a lower and to a higher number to Yes. Then retry the record.",
        ),
        "Manage project invoice proposals",
        direction="invoice_proposals_to_finance",
        assumed=True,
    ),
    KnownError(
        "Field '…' must be filled in",
        Advice(
            Owner.CONSULTANT,
            "Finance demands a value that the row does not bring.",
            "Fill the field in where the row comes from, or give Finance a default for it. Then retry the record.",
        ),
        "a standard message of Finance",
        assumed=True,
    ),
    KnownError(
        "The value '…' in field '…' is not found in the related table '…'",
        Advice(
            Owner.CONSULTANT,
            "The row names a value that Finance does not hold, and no map brings it.",
            "Create the value in Finance, in the table that is named, or choose another one in Dataverse. Then retry the "
            "record.",
        ),
        "a standard message of Finance",
        assumed=True,
    ),
)

_MAY_PASS = Advice(
    Owner.ADMINISTRATOR,
    "It failed at every try, in ways that may pass.",
    "Nothing by hand: it is tried on. If it lasts, look at the health of both environments.",
)

#: What follows from the class of an error alone. A row that cannot go over is mostly a matter of set-up, so it begins
#: with the consultant: our choice.
BY_CLASS: Mapping[str, Advice] = {
    "Rejected": Advice(
        Owner.CONSULTANT,
        "The row as it stands cannot go over.",
        "Correct the row where it comes from, and it goes over by itself; or correct what the other side misses, and "
        "retry the record.",
    ),
    "Parked": Advice(
        Owner.CONSULTANT,
        "A row that must come first has not come.",
        "Bring that row, and this one goes over by itself.",
    ),
    "Refused": Advice(
        Owner.ADMINISTRATOR,
        "The app's identity may not do this.",
        "Give the app's user there the roles that it needs, then retry the record.",
    ),
    "Transient": _MAY_PASS,
    "Throttled": _MAY_PASS,
    "Conflict": _MAY_PASS,
    "Misconfigured": Advice(
        Owner.ENGINEER,
        "A setting is absent or wrong, or the other side's schema is not the one that the map declares.",
        "Run python -m shared.cli check --schema and correct what it reports, then retry the record.",
    ),
    "Poison": Advice(
        Owner.ENGINEER,
        "The function failed each time it was given the message.",
        "Look at the function's log around this time.",
    ),
}


def advise(error_class: str, direction: str, reason: str, remedy: str = "") -> Advice:
    """Give owner, cause and remedy of an error of a direction; `remedy`, if there is one, is the failure's own and stays."""
    advice = _known(error_class, direction, reason) or BY_CLASS.get(error_class, _MAY_PASS)
    return Advice(advice.owner, advice.cause, remedy or advice.remedy)


def _known(error_class: str, direction: str, reason: str) -> Advice | None:
    if error_class == "Parked":
        # It waits for a row that a map brings: whatever was said on the way there explains less.
        return None
    return next((each.advice for each in KNOWN if each.explains(direction, reason)), None)
