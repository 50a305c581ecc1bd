"""Runs of the integration journal, and of the general journal.

| process | asked for | answer |
|---|---|---|
| `post-journal` | `{company, journal}` | `{vouchers, errors, moved_to, in_batch}` |
| `begin-posting` | `{company, journal}`: the posting dies, lines stay in processing | `{}` |
| `update-to-draft` | `{company, journal, verified}`: by an administrator, that nothing is posting | `{}` |
| `delete-journal-line` | `{company, voucher}` | `{}` |
| `post-general-journal` | `{company, lines, batch}` | `{journal, vouchers, warnings}` |
"""

from __future__ import annotations

from dataclasses import asdict

from tests.twin.finance.books import Books
from tests.twin.finance.entities.journals import JOURNAL_LINES
from tests.twin.finance.processes.general_journals import GeneralJournal, JournalLine
from tests.twin.finance.processes.posting import Posting
from tests.twin.finance.refusals import refused
from tests.twin.finance.runs.asked import Answer, Asked, Run, run_of
from tests.twin.finance.writing import Writer


class _Journal(Asked):
    journal: str


class _Verified(_Journal):
    verified: bool = False


class _Line(Asked):
    voucher: str


class _General(Asked):
    lines: list[JournalLine]
    batch: str = ""


def _post(asked: _Journal, books: Books, _: Writer) -> Answer:
    return asdict(Posting(books, asked.company).post(asked.journal))


def _begin(asked: _Journal, books: Books, _: Writer) -> Answer:
    Posting(books, asked.company).begin(asked.journal)
    return {}


def _to_draft(asked: _Verified, books: Books, _: Writer) -> Answer:
    Posting(books, asked.company).update_to_draft(asked.journal, verified=asked.verified)
    return {}


def _delete_line(asked: _Line, books: Books, writer: Writer) -> Answer:
    lines = books.of_company(JOURNAL_LINES.collection, asked.company, "Voucher", asked.voucher)
    if not lines:
        raise refused(f"There is no line with voucher {asked.voucher}.")
    writer.delete(JOURNAL_LINES, lines[0])
    return {}


def _post_general(asked: _General, books: Books, _: Writer) -> Answer:
    return asdict(GeneralJournal(books, asked.company).post(asked.lines, asked.batch))


RUNS: dict[str, Run] = {
    "post-journal": run_of(_Journal, _post),
    "begin-posting": run_of(_Journal, _begin),
    "update-to-draft": run_of(_Verified, _to_draft),
    "delete-journal-line": run_of(_Line, _delete_line),
    "post-general-journal": run_of(_General, _post_general),
}
