"""The table of known errors: the words that are printed lead to owner and remedy, and others that look like them do not."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from shared.clients.refusals import FINANCE_TEXTS, GUARDED
from shared.errors import Owner
from shared.known_errors import BY_CLASS, KNOWN, KnownError, advise
from shared.maps.catalogue import catalogue
from shared.sync.recording import error_class
from tests.twin.dataverse.rules.actuals import ACCOUNTING_GUARD, ACTUAL_GUARD
from tests.twin.dataverse.rules.companies import CURRENCY_GUARD


class Case(NamedTuple):
    """A refusal, who owns it, a part of its remedy, and a refusal that is nearly the same and another matter."""

    words: str
    direction: str
    said: str
    owner: Owner
    remedy: str
    other: str
    other_direction: str = ""


#: As printed, dual-write's own frame around the inner words included, where there is one.
CASES = (
    Case(
        "Line property … doesn't exist",
        "actuals_to_finance",
        "Write failed for entity Project Operations integration actuals with unknown exception - Line property Not "
        "available doesn't exist. \nvalidateWrite failed on data source 'ProjCDSActualsImport (ProjCDSActualsImport)'.",
        Owner.CONSULTANT,
        "Billing type defaults",
        "Project stage finished doesn't allow recording in the project.",
    ),
    Case(
        "does not take part in the integration",
        "actuals_to_finance",
        "Write failed for table row of type 'ProjCDSActualsImport'. Infolog: Error: Company 'uspm' does not take part in "
        "the integration.",
        Owner.CONSULTANT,
        "Global project management and accounting parameters",
        "The worker takes part in no integration.",
    ),
    Case(
        "task activity number doesn't uniquely identify the task of the project",
        "expenses_to_dataverse",
        "Unable to write data to entity msdyn_expenses. Writes to ProjExpenseExportEntity failed with the error message "
        "Request failed with the status code BadRequest and CDS error code : 0x80040265 response message: Could not "
        "resolve project task for export expense. The specified task activity number doesn't uniquely identify the task "
        "of the project in the system.",
        Owner.ACCOUNTANT,
        "recall the expense report",
        "Could not resolve project for export expense.",
    ),
    Case(
        "Product id is mandatory",
        "vendor_invoice_lines_to_dataverse",
        "Unable to write data to entity msdyn_projectvendorinvoicelines. Writes to ProjVendInvoiceLineExportEntity failed "
        "with the error message Request failed with status code BadRequest and CDS error code : 0x80040265 response "
        "message: Product id is mandatory. Select a product from the catalog.",
        Owner.CONSULTANT,
        "CDS released distinct products (products)",
        "Product name is mandatory. Select a product from the catalog.",
    ),
    Case(
        "Transaction Category linked to this vendor invoice line is invalid",
        "vendor_invoice_lines_to_dataverse",
        "CDS error code : 0x80040265 response message: The Transaction Category linked to this vendor invoice line is "
        "invalid. Please select an Active, Expense Transaction Category.",
        Owner.CONSULTANT,
        "Project transaction categories (transaction_categories)",
        "The Transaction Category linked to this expense is invalid.",
    ),
    Case(
        "doesn't support creating actuals either manually or through customizations",
        "actuals_to_dataverse",
        ACTUAL_GUARD,
        Owner.ADMINISTRATOR,
        "Correct entries",
        "The product doesn't support creating expenses manually.",
    ),
    Case(
        "can only be updated via the dual-write process",
        "actuals_to_dataverse",
        ACCOUNTING_GUARD,
        Owner.ADMINISTRATOR,
        "SIDE_TABLES (actuals:<table>)",
        "Actuals can't be deleted.",
    ),
    Case(
        "Owning company currency does not match the contracting unit currency",
        "contracts_to_finance",
        CURRENCY_GUARD,
        Owner.CONSULTANT,
        "Ledger (ledgers)",
        "The currency of the subcontract does not match the currency of the vendor.",
    ),
    Case(
        "Field 'Language' must be filled in",
        "subcontracts_to_finance",
        "Warning: Field 'Language' must be filled in.",
        Owner.ACCOUNTANT,
        "open the vendor",
        "Warning: Field 'Language' must be filled in.",
        "customers_to_finance",
    ),
    Case(
        "project subcontract category",
        "subcontract_lines_to_finance",
        "Error: No project subcontract category is set up for Hour DEV.",
        Owner.CONSULTANT,
        "Project subcontract categories",
        "No project subcontract category is set up for Hour DEV.",
        "expenses_to_dataverse",
    ),
    Case(
        "number sequence",
        "invoice_proposals_to_finance",
        "The number sequence of invoice proposals does not allow user changes to a lower number.",
        Owner.CONSULTANT,
        "Allow user changes",
        "The number sequence is used up.",
        "vendors_to_finance",
    ),
    Case(
        "Field '…' must be filled in",
        "customers_to_finance",
        "Write failed for table row of type 'CustTable'. Infolog: Warning: Field 'Customer group' must be filled in.",
        Owner.CONSULTANT,
        "Fill the field in",
        "Warning: Customer group must be filled in.",
    ),
    Case(
        "The value '…' in field '…' is not found in the related table '…'",
        "contracts_to_finance",
        "Warning: The value 'Net 60' in field 'Terms of payment' is not found in the related table 'Terms of payment'.",
        Owner.CONSULTANT,
        "Create the value in Finance",
        "Warning: The value 'Net 60' is not found.",
    ),
)


def known(words: str) -> KnownError:
    return next(each for each in KNOWN if each.words == words)


def test_every_known_error_has_its_case() -> None:
    assert [case.words for case in CASES] == [each.words for each in KNOWN]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.words)
def test_a_known_refusal_leads_to_its_owner_and_remedy(case: Case) -> None:
    advice = advise("Rejected", case.direction, case.said)
    assert advice == known(case.words).advice
    assert advice.owner is case.owner
    assert case.remedy in advice.remedy


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.words)
def test_a_refusal_that_only_looks_like_it_is_not_taken_for_it(case: Case) -> None:
    direction = case.other_direction or case.direction
    assert not known(case.words).explains(direction, case.other)
    assert advise("Rejected", direction, case.other).cause != known(case.words).advice.cause


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.words)
def test_case_and_line_breaks_make_no_difference(case: Case) -> None:
    assert known(case.words).explains(case.direction, case.said.upper().replace(" ", "\n "))


def test_a_remedy_that_the_failure_brings_along_stays_and_the_owner_is_the_known_one() -> None:
    advice = advise("Refused", "actuals_to_dataverse", ACTUAL_GUARD, "Ask the harbour master.")
    assert (advice.owner, advice.remedy) == (Owner.ADMINISTRATOR, "Ask the harbour master.")
    assert advice.cause == known(CASES[5].words).advice.cause


@pytest.mark.parametrize(
    ("kind", "owner"),
    [
        ("Rejected", Owner.CONSULTANT),
        ("Parked", Owner.CONSULTANT),
        ("Refused", Owner.ADMINISTRATOR),
        ("Transient", Owner.ADMINISTRATOR),
        ("Throttled", Owner.ADMINISTRATOR),
        ("Conflict", Owner.ADMINISTRATOR),
        ("Misconfigured", Owner.ENGINEER),
        ("Poison", Owner.ENGINEER),
        ("a class of later", Owner.ADMINISTRATOR),
    ],
)
def test_words_that_nobody_knows_are_explained_by_their_class(kind: str, owner: Owner) -> None:
    advice = advise(kind, "projects_to_finance", "Something new.")
    assert advice.owner is owner
    assert advice.cause.endswith(".")
    assert advice.remedy.endswith(".")


def test_what_was_said_before_a_row_was_parked_does_not_explain_its_wait() -> None:
    advice = advise("Parked", "contracts_to_finance", CASES[-1].said)
    assert advice == BY_CLASS["Parked"]


def test_every_map_that_a_remedy_names_is_there_under_that_label() -> None:
    named = [
        found for each in KNOWN for found in re.findall(r"the map ([A-Z][\w ]*?) \(([a-z_]+)\)", each.advice.remedy)
    ]
    assert len(named) == 3
    for label, map_id in named:
        assert catalogue().maps[map_id].label == label


def test_every_direction_that_an_error_is_bound_to_is_one() -> None:
    for each in KNOWN:
        assert not each.direction or each.direction in catalogue().directions


def test_what_the_clients_tell_apart_by_words_is_known_by_the_same() -> None:
    """A guard of actuals and a missing value are told apart by words in two places, which must not drift apart."""
    for words in (*GUARDED, FINANCE_TEXTS[0][0]):
        assert any(words in each.words for each in KNOWN), words


def test_every_class_that_a_record_can_have_has_its_advice() -> None:
    from shared import errors

    made: list[errors.SyncError] = [
        errors.Transient(""),
        errors.Throttled("", retry_after=1),
        errors.Conflict(""),
        errors.Parked("", missing=errors.Missing("", "")),
        errors.Rejected(""),
        errors.MissingReference(""),
        errors.Refused(""),
        errors.Misconfigured(""),
    ]
    assert {error_class(each) for each in made} | {"Poison"} == BY_CLASS.keys()
