"""Runs over the actuals that have arrived in staging.

| process | asked for | answer |
|---|---|---|
| `validate-actuals` | `{company}` | `{valid, invalid}` |
| `mark-ghost` | `{company, actual}`: an import id whose actual was rolled back in Dataverse | `{}` |
| `import-from-staging` | `{company, proposal}`: of one invoice proposal, or all | `{vouchers, journals, errors}` |
| `import-beginning-balances` | `{company}` | `{journal, lines, errors}` |
| `post-beginning-balances` | `{company, journal}` | `{transactions}` |
"""

from __future__ import annotations

from dataclasses import asdict

from tests.twin.finance.books import Books
from tests.twin.finance.processes.beginning_balances import BeginningBalances
from tests.twin.finance.processes.importing import Importing
from tests.twin.finance.processes.prevalidation import mark_ghost, validate
from tests.twin.finance.runs.asked import Answer, Asked, Run, run_of
from tests.twin.finance.writing import Writer


class _Import(Asked):
    proposal: str = ""


class _Ghost(Asked):
    actual: str


class _Balances(Asked):
    journal: str


def _validate(asked: Asked, books: Books, _: Writer) -> Answer:
    return validate(books, asked.company)


def _mark_ghost(asked: _Ghost, books: Books, _: Writer) -> Answer:
    mark_ghost(books, asked.company, asked.actual.lower())
    return {}


def _import(asked: _Import, books: Books, _: Writer) -> Answer:
    return asdict(Importing(books, asked.company).run(asked.proposal))


def _import_balances(asked: Asked, books: Books, _: Writer) -> Answer:
    return asdict(BeginningBalances(books, asked.company).run())


def _post_balances(asked: _Balances, books: Books, _: Writer) -> Answer:
    return {"transactions": BeginningBalances(books, asked.company).post(asked.journal)}


RUNS: dict[str, Run] = {
    "validate-actuals": run_of(Asked, _validate),
    "mark-ghost": run_of(_Ghost, _mark_ghost),
    "import-from-staging": run_of(_Import, _import),
    "import-beginning-balances": run_of(Asked, _import_balances),
    "post-beginning-balances": run_of(_Balances, _post_balances),
}
