"""Posting of an integration journal (F14): project subledger, general ledger, and the values that go back to Dataverse.

Documented: the states, that failing lines move to a journal of their own (a feature), that a line in error waits for
"Update to draft", one in processing for a day or an administrator, the texts, what is posted where, and which four
columns of the staging row are filled. Assumed: that a journal whose lines all fail stays as it is, that the exchange
rate goes back as a factor, the tax in the transaction's currency, and that sales tax of what is not yet invoiced does
not reach the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from tests.twin.finance.books import Books
from tests.twin.finance.processes import ledger
from tests.twin.finance.processes.connections import is_cost
from tests.twin.finance.processes.importing import add_journal, of_journal
from tests.twin.finance.processes.journal_lines import INTERCOMPANY
from tests.twin.finance.processes.ledger import NotPosted, Pair, closed
from tests.twin.finance.processes.money import day, moment, number
from tests.twin.finance.processes.profiles import has_contract, profile_of
from tests.twin.finance.processes.projects import FINISHED
from tests.twin.finance.processes.reversals import accounts_reversed
from tests.twin.finance.processes.transactions import accounting_amount, add_transaction, factor
from tests.twin.finance.refusals import refused
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import NO_GUID, NO_TIME

_LINES = "ProjAdvancedJournalLines"
#: Journals of more lines are posted in a batch (documented); what comes of it is the same.
_INTERACTIVE = 100
#: How long a line may be in processing before anybody may take it back.
_PROCESSING = timedelta(hours=24)


@dataclass(slots=True)
class Posted:
    """What a posting did."""

    vouchers: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    moved_to: str = ""
    in_batch: bool = False


class Posting:
    """Posts journals of one company."""

    def __init__(self, books: Books, company: str) -> None:
        self._books = books
        self._company = company
        self._setup = books.setup(company)

    def post(self, journal_id: str) -> Posted:
        """Post a draft journal; raises Refusal."""
        journal, lines = self._drafts(journal_id)
        failing = {line.rec_id: reason for line in lines if (reason := self._reason(line))}
        done = Posted(
            errors=[self._wrapped(line, failing[line.rec_id][1]) for line in lines if line.rec_id in failing],
            in_batch=len(lines) > _INTERACTIVE,
        )
        good = [line for line in lines if line.rec_id not in failing]
        if failing and not (good and self._books.settings.transfer_failing_lines):
            self._mark(lines, failing, journal_id)
            self._books.put("ProjAdvancedJournals", journal, Status="Error")
            return done
        for line in good:
            self._post_line(line)
            done.vouchers.append(str(line.values["Voucher"]))
        self._books.put("ProjAdvancedJournals", journal, Status="Posted", PostedDateTime=self._now())
        if failing:
            period = journal.values["PeriodStartDate"]
            done.moved_to = add_journal(self._books, self._company, period, of=journal_id, status="Error")
            self._mark(lines, failing, done.moved_to)
        return done

    def begin(self, journal_id: str) -> None:
        """Begin a posting that dies before it posts anything: journal and lines stay in processing. Raises Refusal."""
        journal, lines = self._drafts(journal_id)
        for line in lines:
            self._books.put(_LINES, line, Status="Processing", ProcessingDateTime=self._now())
        self._books.put("ProjAdvancedJournals", journal, Status="Processing")

    def update_to_draft(self, journal_id: str, *, verified: bool = False) -> None:
        """Make lines in error drafts again, and the journal with them; raises Refusal.

        Lines in processing too, after a day, or at once if an administrator verified that nothing is posting them.
        """
        journal = self._journal(journal_id)
        if journal.values["Status"] not in ("Error", "Processing"):
            raise refused(f"Integration journal ({journal_id}) is neither in error nor in processing.")
        lines = [line for line in self._lines(journal_id) if line.values["Status"] in ("Error", "Processing")]
        latest = moment(self._books.clock.now() - _PROCESSING)
        if not verified and any(str(line.values["ProcessingDateTime"]) > latest for line in lines):
            raise refused(f"Integration journal ({journal_id}) is still being posted.")
        for line in lines:
            self._books.put(_LINES, line, Status="Draft", PostError="", ProcessingDateTime=NO_TIME)
        self._books.put("ProjAdvancedJournals", journal, Status="Draft")

    def _drafts(self, journal_id: str) -> tuple[Row, list[Row]]:
        """Return a draft journal and its draft lines; raises Refusal if there is nothing to post."""
        journal = self._journal(journal_id)
        lines = [line for line in self._lines(journal_id) if line.values["Status"] == "Draft"]
        if journal.values["Status"] != "Draft" or not lines:
            status = journal.values["Status"]
            raise refused(f"Integration journal ({journal_id}) with status {status} has nothing to post.")
        return journal, lines

    def _now(self) -> str:
        return moment(self._books.clock.now())

    def _journal(self, journal_id: str) -> Row:
        journal = self._books.find("ProjAdvancedJournals", self._company, journal_id)
        if journal is None:
            raise refused(f"Integration journal ({journal_id}) doesn't exist.")
        return journal

    def _lines(self, journal_id: str) -> list[Row]:
        lines = self._books.of_company(_LINES, self._company, "ProjAdvancedJournal", journal_id)
        return sorted(lines, key=lambda line: int(str(line.values["LineNumber"])))

    def _reason(self, line: Row) -> tuple[str, str] | None:
        """Return the status that a line gets and why, if it cannot be posted."""
        values = line.values
        state = self._books.find("ProjectActualsStates", self._company, values["ActualsImportId"])
        if state is not None and state.values["IsGhost"] == "Yes":
            return "InvalidActuals", f"Unable to look up msdyn_actuals with values {values['ActualsImportId']}"
        accounted = day(values["AccountingDate"])
        if not self._setup.is_open(accounted):
            return "Error", closed(accounted)
        project = self._books.find("ProjectsV2", values["ProjDataAreaId"], values["ProjId"])
        if project is not None and project.values["ProjectStage"] == "Completed":
            return "Error", FINISHED
        try:
            for pair in self._pairs(line):
                ledger.check(self._books, self._company, pair, values["DefaultDimension"])
        except NotPosted as refused:
            return "Error", str(refused)
        return None

    def _wrapped(self, line: Row, reason: str) -> str:
        journal, voucher = line.values["ProjAdvancedJournal"], line.values["Voucher"]
        return (
            f"Integration journal ({journal}): Line with RecId ({line.rec_id}) and Voucher ({voucher}) "
            f"failed to post due to ({reason})."
        )

    def _mark(self, lines: list[Row], failing: dict[int, tuple[str, str]], journal_id: str) -> None:
        for line in lines:
            if line.rec_id in failing:
                status, _ = failing[line.rec_id]
                text = self._wrapped(line, failing[line.rec_id][1])
                journal = of_journal(self._books, self._company, journal_id)
                self._books.put(_LINES, line, **journal, Status=status, PostError=text)

    def _post_line(self, line: Row) -> None:
        values = line.values
        ledger.post(self._books, self._company, str(values["Voucher"]), values["AccountingDate"], *self._pairs(line))
        transaction = "" if values["ActualType"] in INTERCOMPANY else add_transaction(self._books, line)
        # What else has been written to the line meanwhile stays.
        current = self._books.database.tables[_LINES].rows[line.rec_id]
        self._books.put(_LINES, current, Status="Posted", ProjTransId=transaction)
        self._write_back(line)
        self._note_resource(line)
        self._use_billing_rule(line)

    def _pairs(self, line: Row) -> Iterator[Pair]:
        """Return what a line means to the ledger."""
        amount, currency = ("ExtendedCost", "CostCurrency") if is_cost(line) else ("ExtendedPrice", "PriceCurrency")
        reversed_ = accounts_reversed(self._books, line)
        for debit, credit in self._accounts(line) if reversed_ is None else reversed_:
            yield Pair(debit, credit, accounting_amount(line), number(line.values[amount]), line.values[currency])

    def _accounts(self, line: Row) -> Iterator[tuple[str, str]]:
        if is_cost(line):
            if debit := self._cost_account(line):
                yield debit, str(line.values["OffsetLedgerDimension"])
        elif self._accrues(line):
            yield "WIP-SALES", "ACCRUED-REV"

    def _cost_account(self, line: Row) -> str:
        """Return the account type that a cost goes to, nothing if none. An internal project has profit and loss always."""
        values = line.values
        if values["ActualType"] in INTERCOMPANY or not has_contract(self._books, self._company, values["ProjId"]):
            return "COST"
        receipts_are_posted = self._books.settings.subcontract_actuals and self._setup.post_product_receipt_in_ledger
        if values["SubcontractLine"] and values["DocumentType"] == "Usage" and receipts_are_posted:
            return ""
        profile = profile_of(self._books, self._company, values["ProjId"])
        method = profile.cost_method(str(values["TransType"])) if profile else "ProfitAndLoss"
        return {"ProfitAndLoss": "COST", "Balance": "WIP-COST"}.get(method, "")

    def _accrues(self, line: Row) -> bool:
        """Tell whether revenue is accrued: for chargeable sales (assumed), where the type's cost is profit and loss."""
        values = line.values
        if values["ActualType"] == "InterOrgSales":
            relation = self._setup.intercompany.get(str(values["ProjDataAreaId"]))
            return relation is not None and relation.accrues_revenue
        profile = profile_of(self._books, self._company, values["ProjId"])
        return (
            profile is not None
            and values["TransType"] in profile.accrues
            and profile.cost_method(str(values["TransType"])) == "ProfitAndLoss"
            and values["LinePropertyId"] not in self._never_billed()
        )

    def _never_billed(self) -> set[str]:
        return {self._setup.line_property(each) for each in ("NonChargeable", "Complimentary")}

    def _write_back(self, line: Row) -> None:
        """Fill the result columns of the staging row, which the map takes to Dataverse."""
        values = line.values
        actual = self._books.find("ProjActualsImports", self._company, values["ActualsImportId"])
        assert actual is not None, "a processed staging row is not deleted"
        self._books.put(
            "ProjActualsImports",
            actual,
            AccountingAmount=accounting_amount(line),
            ExchangeRate=factor(line),
            VoucherNumber=values["Voucher"],
            SalesTaxAmount=values["CalculatedTaxAmount"],  # nothing for a cost, whose sales amount is nothing
        )

    def _note_resource(self, line: Row) -> None:
        """Make the resource's record with its first posted line."""
        actual = self._books.find("ProjActualsImports", self._company, line.values["ActualsImportId"])
        resource = NO_GUID if actual is None else actual.values["ResourceId"]
        if resource != NO_GUID and self._books.find("ProjectOperationsResources", resource) is None:
            name = line.values["BookableResourceName"]
            self._books.add("ProjectOperationsResources", ResourceId=resource, Name=name)

    def _use_billing_rule(self, line: Row) -> None:
        values = line.values
        if values["ActualType"] != "Sales":
            return
        rule = self._books.find(
            "ProjectContractBillingRules", self._company, values["ProjectContractId"], values["ContractLine"]
        )
        if rule is not None:
            self._books.put("ProjectContractBillingRules", rule, IsUsed="Yes")
