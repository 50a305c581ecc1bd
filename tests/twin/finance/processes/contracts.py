"""Contracts (F3), funding sources (F4) and contract lines (F6)."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from tests.twin.finance.processes.process import Process, inherit
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

_BILLABLE = {
    "IsExpenseBillable": "AreExpenseTransactionsIncluded",
    "IsFeeBillable": "AreFeeTransactionsIncluded",
    "IsHourBillable": "AreHourTransactionsIncluded",
    "IsItemBillable": "AreItemTransactionsIncluded",
}


class Contracts(Process):
    """A contract takes from its customer what it does not name. Its delete is refused by whatever refers to it."""

    def default_row(self, draft: dict[str, Value], named: Container[str]) -> None:
        """Default currency, terms and tax group from the customer."""
        customer = self.parent("CustomersV3", draft, "CustomerAccountNumber")
        if customer is not None:
            inherit(
                draft,
                named,
                customer,
                SalesCurrencyCode="SalesCurrencyCode",
                TermsOfPayment="PaymentTerms",
                SalesTaxGroupCode="SalesTaxGroup",
            )


class FundingSources(Process):
    """The first funding source of a contract is its primary one, and brings the default funding rule.

    Dimensions are defaulted from the customer account (Microsoft, "Financial dimension defaults") and then Finance's.
    The other columns exist; the logic behind them is inferred. One contract has one primary funding source: a new one takes
    the flag from the last. Percentages are not Finance's matter.
    """

    def default_row(self, draft: dict[str, Value], named: Container[str]) -> None:
        """Default the primary flag, and terms, language, name and dimensions from the customer."""
        if not self._siblings(draft):
            for flag in ("IsPrimaryFundingSource", "CreateDefaultFundingRule"):
                if flag not in named:
                    draft[flag] = "Yes"
        customer = self.parent("CustomersV3", draft, "CustomerOrOrganization")
        if customer is not None and draft["FundingType"] == "Customer":
            inherit(
                draft,
                named,
                customer,
                TermsOfPayment="PaymentTerms",
                Language="LanguageId",
                InvoiceName="OrganizationName",
                PartyNumber="PartyNumber",
                DimensionDisplayValue="DefaultDimensionDisplayValue",
            )

    def written(self, before: Row | None, after: Row) -> None:
        """Keep one primary funding source, and the default funding rule with it."""
        if after.values["IsPrimaryFundingSource"] != "Yes":
            return
        if before is None or before.values["IsPrimaryFundingSource"] != "Yes":
            self._demote_others(after)
        if after.values["CreateDefaultFundingRule"] == "Yes":
            self._point_rule_at(after)

    def delete_problems(self, row: Row) -> Iterator[str]:
        """Refuse to delete the last funding source of a contract that is in use (an assumption)."""
        if len(self._siblings(row.values)) == 1 and self._in_use(row.values):
            yield (
                "Error: Cannot delete a record in Funding sources. "
                f"Project contract '{row.values['ProjectContractID']}' must have at least one funding source."
            )

    def _siblings(self, values: Mapping[str, Value]) -> list[Row]:
        rows = self.database.tables["ProjectFundingSources"].matching("ProjectContractID", values["ProjectContractID"])
        return [row for row in rows if row.values["dataAreaId"] == values["dataAreaId"]]

    def _demote_others(self, primary: Row) -> None:
        for sibling in self._siblings(primary.values):
            if sibling.rec_id != primary.rec_id and sibling.values["IsPrimaryFundingSource"] == "Yes":
                self.database.update("ProjectFundingSources", sibling, {"IsPrimaryFundingSource": "No"})

    def _in_use(self, values: Mapping[str, Value]) -> bool:
        return any(
            row.values["dataAreaId"] == values["dataAreaId"]
            for collection in ("ProjectContractLines", "ProjectsV2")
            for row in self.database.tables[collection].matching("ProjectContractId", values["ProjectContractID"])
        )

    def _point_rule_at(self, source: Row) -> None:
        contract, source_id = source.values["ProjectContractID"], source.values["FundingSourceId"]
        rule = {
            "dataAreaId": source.values["dataAreaId"],
            "ProjectContractId": contract,
            "FundingSourceId": source_id,
            "IsDefault": "Yes",
        }
        table = self.database.tables["ProjectFundingRules"]
        existing = table.find(table.key_of(rule))
        if existing is None:
            self.database.insert("ProjectFundingRules", rule)
        elif existing.values["FundingSourceId"] != source_id:
            self.database.update("ProjectFundingRules", existing, {"FundingSourceId": source_id})


class ContractLines(Process):
    """Each line has a billing rule (time and material, or milestone for a fixed price) and links its project."""

    def problems(self, before: Row | None, draft: Mapping[str, Value]) -> Iterator[str]:
        """Refuse another billing method once the rule was used (an assumption)."""
        if before is None or before.values["BillingMethod"] == draft["BillingMethod"]:
            return
        rule = self._rule(before.values)
        if rule is not None and rule.values["IsUsed"] == "Yes":
            yield "Error: Field 'Billing method' cannot be changed because the billing rule is already used."

    def written(self, before: Row | None, after: Row) -> None:
        """Write the billing rule and link the project to the contract."""
        self._write_rule(after.values)
        if before is None or before.values["LineProjectId"] != after.values["LineProjectId"]:
            self._link_project(after.values)

    def delete_problems(self, row: Row) -> Iterator[str]:
        """Refuse to delete a line whose billing rule was used (an assumption)."""
        rule = self._rule(row.values)
        if rule is not None and rule.values["IsUsed"] == "Yes":
            yield "Error: Cannot delete a record in Project contract lines. The billing rule is already used."

    def _rule(self, line: Mapping[str, Value]) -> Row | None:
        table = self.database.tables["ProjectContractBillingRules"]
        return table.find(table.key_of(line))

    def _write_rule(self, line: Mapping[str, Value]) -> None:
        wanted: dict[str, Value] = {
            "BillingRuleType": "TimeMaterial" if line["BillingMethod"] == "TimeMaterial" else "Milestone",
            "ProjectId": line["LineProjectId"],
            **{flag: line[source] for flag, source in _BILLABLE.items()},
        }
        rule = self._rule(line)
        if rule is None:
            key = {name: line[name] for name in ("dataAreaId", "ProjectContractId", "LineSequenceNumber")}
            self.database.insert("ProjectContractBillingRules", {**key, **wanted, "IsUsed": "No"})
        elif any(rule.values[name] != value for name, value in wanted.items()):
            self.database.update("ProjectContractBillingRules", rule, wanted)

    def _link_project(self, line: Mapping[str, Value]) -> None:
        """Give the line's project its contract. One that has another contract keeps it (an assumption)."""
        project = self.parent("ProjectsV2", line, "LineProjectId")
        if project is not None and not project.values["ProjectContractId"]:
            self.database.update("ProjectsV2", project, {"ProjectContractId": line["ProjectContractId"]})
