"""Milestones (F8): each is one on-account transaction, the first of a contract line brings the estimate project.

Documented: both of these, that amount and date follow Dataverse, that tax and dimensions are the accountant's, and that
an invoiced milestone is not changed. Assumed: the status the transaction begins with (unless the map sends one, as its
version for cut-overs does), the estimate project's id, the texts, and which actual refers to a milestone.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from tests.twin.finance.processes.funding import funding_source_id
from tests.twin.finance.processes.process import Process
from tests.twin.finance.processes.tax import sales_tax_group
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import NO_GUID, Value

_FOLLOWS = ("Amount", "TransactionDate", "CurrencyCode", "Description", "TransStatus")
_STILL_OPEN = ("NoStatus", "Posted")
_MILESTONE = 192350003


class Milestones(Process):
    """A milestone row and its on-account transaction are one."""

    def default_row(self, draft: dict[str, Value], named: Container[str]) -> None:
        """Default the status; the transaction is Finance's to name."""
        draft["TransactionId"] = ""
        if "TransStatus" not in named:
            draft["TransStatus"] = "Posted"

    def accepted(self, before: Row, changes: Mapping[str, Value]) -> Mapping[str, Value]:
        """Pass over the transaction's number."""
        _ = before
        return {name: value for name, value in changes.items() if name != "TransactionId"}

    def problems(self, before: Row | None, draft: Mapping[str, Value]) -> Iterator[str]:
        """Refuse a milestone without a fixed-price line, a second one of the same GUID, and a change after invoicing."""
        name = draft["Description"]
        if self._contract_line(draft) is None:
            yield f"Error: Milestone '{name}': there is no fixed-price contract line for project '{draft['ProjectNumber']}'."
        if before is None and self._twin_of(draft) is not None:
            yield (
                f"Error: Cannot create a record in {self.database.tables['ProjectContractLineMilestones'].entity.label}. "
                f"Contract line milestone: {draft['ContractLineMilestoneGuid']}. The record already exists."
            )
        if before is not None and self._status(before) not in _STILL_OPEN and _differ(before.values, draft):
            yield f"Error: Milestone '{name}' is already on an invoice and can't be changed."

    def written(self, before: Row | None, after: Row) -> None:
        """Write the on-account transaction; make the estimate project of a contract line's first milestone."""
        line = self._contract_line(after.values)
        assert line is not None, "a milestone without a contract line is refused"
        if self._on_account(after) is None:
            self._add_on_account(after, line)
        else:
            self._follow(after)
        if before is None:
            self._make_estimate_project(line)

    def delete_problems(self, row: Row) -> Iterator[str]:
        """Refuse to delete what is invoiced, or what an actual refers to."""
        if self._status(row) not in _STILL_OPEN or self._has_actual(row):
            yield (
                f"Error: Cannot delete a record in {self.database.tables['ProjectContractLineMilestones'].entity.label}. "
                f"Milestone '{row.values['Description']}' is referred to by transactions."
            )

    def deleted(self, row: Row) -> None:
        """Delete the on-account transaction. The estimate project stays."""
        transaction = self._on_account(row)
        if transaction is not None:
            self.database.delete("ProjectOnAccountTransactions", transaction)

    def _contract_line(self, milestone: Mapping[str, Value]) -> Row | None:
        """Return the contract line: by its id where that is sent, else the contract's first fixed-price one of the project."""
        project, line_id = milestone["ProjectNumber"], milestone["ContractLineId"]
        lines = self.books.of_company("ProjectContractLines", milestone["dataAreaId"], "LineProjectId", project)
        fitting = (
            line
            for line in lines
            if line.values["BillingMethod"] == "FixedPrice"
            and milestone["ProjectContractId"] in ("", line.values["ProjectContractId"])
            and line_id in ("", line.values["ContractLineId"])
        )
        return min(fitting, key=lambda line: str(line.values["LineSequenceNumber"]).zfill(10), default=None)

    def _twin_of(self, draft: Mapping[str, Value]) -> Row | None:
        guid = draft["ContractLineMilestoneGuid"]
        if guid == NO_GUID:
            return None
        rows = self.books.of_company(
            "ProjectContractLineMilestones", draft["dataAreaId"], "ContractLineMilestoneGuid", guid
        )
        return next(iter(rows), None)

    def _on_account(self, milestone: Row) -> Row | None:
        current = self.database.tables["ProjectContractLineMilestones"].rows.get(milestone.rec_id, milestone)
        return self.books.find(
            "ProjectOnAccountTransactions", current.values["dataAreaId"], current.values["TransactionId"]
        )

    def _status(self, milestone: Row) -> Value:
        transaction = self._on_account(milestone)
        return milestone.values["TransStatus"] if transaction is None else transaction.values["TransStatus"]

    def _add_on_account(self, milestone: Row, line: Row) -> None:
        values = milestone.values
        company, contract = values["dataAreaId"], line.values["ProjectContractId"]
        setup = self.books.setup(company)
        number = self.books.number(company, "ONA")
        self.books.add(
            "ProjectOnAccountTransactions",
            dataAreaId=company,
            TransactionId=number,
            ContractLineMilestoneGuid=values["ContractLineMilestoneGuid"],
            ProjectContractId=contract,
            LineSequenceNumber=line.values["LineSequenceNumber"],
            ProjectId=values["ProjectNumber"],
            FundingSourceId=funding_source_id(self.books, company, contract, values["CustomerAccountNumber"]),
            CategoryId=setup.default_category("OnAccount"),
            SalesTaxGroup=sales_tax_group(self.books, company, values["ProjectNumber"], contract),
            ItemSalesTaxGroup=setup.milestone_item_sales_tax_group,
            DefaultDimensionDisplayValue=line.values["DefaultLedgerDimensionDisplayValue"],
            **{name: values[name] for name in _FOLLOWS},
        )
        self.database.update("ProjectContractLineMilestones", milestone, {"TransactionId": number})

    def _follow(self, milestone: Row) -> None:
        transaction = self._on_account(milestone)
        if transaction is not None and transaction.values["TransStatus"] in _STILL_OPEN:
            followed = {name: milestone.values[name] for name in _FOLLOWS}
            self.books.put("ProjectOnAccountTransactions", transaction, **followed)

    def _make_estimate_project(self, line: Row) -> None:
        company, contract, number, project = (
            line.values[name] for name in ("dataAreaId", "ProjectContractId", "LineSequenceNumber", "LineProjectId")
        )
        if self.books.find("ProjectFixedPriceEstimateProjects", company, contract, number) is None:
            self.books.add(
                "ProjectFixedPriceEstimateProjects",
                dataAreaId=company,
                ProjectContractId=contract,
                LineSequenceNumber=number,
                EstimateProjectId=project,
                ProjectId=project,
            )

    def _has_actual(self, milestone: Row) -> bool:
        """Tell whether an actual refers to the milestone."""
        guid = milestone.values["ContractLineMilestoneGuid"]
        actuals = self.books.of_company(
            "ProjActualsImports", milestone.values["dataAreaId"], "ProjectId", milestone.values["ProjectNumber"]
        )
        return any(
            row.values["TransactionClassification"] == _MILESTONE and milestone_guid(row) == guid for row in actuals
        )


def milestone_guid(actual: Row) -> str:
    """Return the milestone that an actual bills. Which column names it is unconfirmed: the external reference here."""
    return str(actual.values["ExternalReference"]).lower()


def _differ(before: Mapping[str, Value], draft: Mapping[str, Value]) -> bool:
    return any(before[name] != draft[name] for name in _FOLLOWS)
