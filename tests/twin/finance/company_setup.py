"""What an accountant sets up in a company before anything can be recorded: parameters, periods, rates, taxes, profiles.

Not data entities here: forms that people fill in, reached by `POST /twin/setup`. Defaults are those of a company that
is ready to go; where a document leaves a name or a default open, it is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

BillingType = Literal["NotSpecified", "Chargeable", "NonChargeable", "Complimentary", "NotAvailable"]
Method = Literal["ProfitAndLoss", "Balance", "NoLedger", "NeverLedger"]
TransactionKind = Literal["Hour", "Cost", "Item", "Revenue", "OnAccount"]

_LINE_PROPERTIES: Mapping[BillingType, str] = {
    "NotSpecified": "NONE",
    "Chargeable": "CHARGE",
    "NonChargeable": "NOCHARGE",
    "Complimentary": "COMPL",
    "NotAvailable": "NA",
}
_DEFAULT_CATEGORIES: Mapping[TransactionKind, str] = {
    "Hour": "HOUR",
    "Cost": "EXPENSE",
    "Item": "ITEM",
    "Revenue": "FEE",
    "OnAccount": "ONACC",
}

#: The ledger account types of the project posting setup, and the two integration accounts.
ACCOUNTS = (
    "COST",
    "PAYROLL-ALLOC",
    "WIP-COST",
    "WIP-SALES",
    "ACCRUED-REV",
    "REVENUE",
    "REV-ONACC",
    "WIP-INV-ONACC",
    "COST-ITEM",
    "EXP-OFFSET",
    "EXP-INTEG",
    "PROC-INTEG",
    "AR",
    "AP",
    "TAX-PAY",
    "IC-REV",
    "IC-COST",
    "RCPT-EXP",
    "RCPT-ACCR",
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True)


class Period(_Part):
    """A fiscal period that is open."""

    start: date
    end: date


class ExchangeRate(_Part):
    """One unit of a currency in another, from a day on until the next rate."""

    from_currency: str
    to_currency: str
    rate: Decimal = Field(gt=0)
    valid_from: date = date(1900, 1, 1)


class Tax(_Part):
    """What a sales tax group and an item sales tax group have in common."""

    group: str
    item_group: str
    percent: Decimal
    non_deductible: Decimal = Field(
        default=Decimal(0), ge=0, le=100, description="percent of the tax that nobody gives back, of what is bought"
    )


class Profile(_Part):
    """A project cost and revenue profile: how cost is posted, whether revenue is accrued, each for some types."""

    name: str
    cost: Method = "ProfitAndLoss"
    cost_by_type: dict[TransactionKind, Method] = Field(default_factory=dict)
    accrues: frozenset[TransactionKind] = frozenset({"Hour", "Cost", "Item", "Revenue"})
    on_account: Literal["ProfitAndLoss", "Balance", "NoWip"] = "NoWip"

    def cost_method(self, kind: str) -> Method:
        """Return how the cost of a transaction type is posted."""
        return next((method for each, method in self.cost_by_type.items() if each == kind), self.cost)


class ProfileRule(_Part):
    """Which projects a profile is for; `of` names the project, project group or contract."""

    level: Literal["project", "group", "contract", "all"]
    of: str = ""
    profile: Profile


class IntercompanyRelation(_Part):
    """What the lending company has set up for a borrowing one."""

    customer_account: str = ""
    vendor_account: str = ""
    accrues_revenue: bool = True
    timesheet_category: str = "HOUR"
    expense_category: str = "EXPENSE"
    sales_tax_group: str = ""
    dimensions: str = ""


class SubcontractCategory(_Part):
    """A project subcontract category: which categories a line of a role or transaction category is ordered under.

    `of` names the role of an hour, the transaction category of an expense; empty stands for all others.
    """

    transaction_type: Literal["Hour", "Expense"]
    of: str = ""
    procurement_category: str
    project_category: str


class CompanySetup(_Part):
    """One company's setup."""

    opted_in: bool = Field(default=True, description="takes part in the integration")
    line_properties: Mapping[BillingType, str] = Field(
        default=_LINE_PROPERTIES,
        description="billing type → line property; a missing one refuses actuals",
    )
    default_categories: Mapping[TransactionKind, str] = Field(
        default=_DEFAULT_CATEGORIES,
        description="project category of rows that name none",
    )
    period_unit: Literal["Days", "Months", "Years", "All"] = Field(default="Days", description="of a journal")
    lines_per_header: int = Field(default=200, ge=1)
    auto_open_period: bool = Field(default=False, description="move a date of a closed period to the next open one")
    open_periods: list[Period] = Field(
        default_factory=lambda: [Period(start=date(2000, 1, 1), end=date(2099, 12, 31))],
    )
    exchange_rates: list[ExchangeRate] = Field(default_factory=list)
    fixed_rates: dict[str, dict[str, Decimal]] = Field(
        default_factory=dict, description="contract → currency → rate agreed, for sales"
    )
    sales_tax_group_method: Literal["Project", "Contract", "Customer", "Search"] = "Search"
    # Which of the two the platform begins with is not documented.
    item_sales_tax_group_method: Literal["Item", "Category"] = Field(
        default="Category", description="where the item sales tax group of material comes from"
    )
    milestone_item_sales_tax_group: str = ""
    taxes: list[Tax] = Field(default_factory=list)
    profile_rules: list[ProfileRule] = Field(
        default_factory=lambda: [ProfileRule(level="all", profile=Profile(name="TM"))],
    )
    accounts: dict[str, str] = Field(default_factory=lambda: dict(zip(ACCOUNTS, ACCOUNTS, strict=True)))
    invalid_dimensions: frozenset[str] = Field(
        default=frozenset(), description="dimensions that the account structure does not allow"
    )
    proposal_numbers_by_user: bool = Field(
        default=True,
        description="the number sequence of invoice proposals lets users change to lower and higher numbers",
    )
    forecast_model: str = "F-CURRENT"
    write_in_product: str = "WRITE-IN"
    procurement_categories: dict[str, str] = Field(
        default_factory=dict, description="procurement category → project category; others are material"
    )
    manual_verification: bool = Field(
        default=False, description="a project manager verifies vendor invoices in Dataverse"
    )
    block_payment: bool = Field(default=False, description="and until then the vendor is not paid")
    post_product_receipt_in_ledger: bool = False
    subcontract_categories: list[SubcontractCategory] = Field(default_factory=list)
    procurement_tax_groups: dict[str, str] = Field(
        default_factory=dict, description="procurement category → item sales tax group"
    )
    product_receipt_sequence: str = Field(default="PR", description="number sequence of subcontracts' product receipts")
    accrued_receipts: frozenset[str] = Field(
        default=frozenset(), description="procurement categories whose product receipts the purchasing policy accrues"
    )
    intercompany: dict[str, IntercompanyRelation] = Field(default_factory=dict, description="by borrowing company")
    beginning_balance_cutoff: date | None = Field(
        default=None, description="as-of date: rows up to it are beginning balances; none switches these off"
    )

    def subcontract_category(self, transaction_type: str, of: object) -> SubcontractCategory | None:
        """Return the subcontract category of a role or transaction category, else the one that stands for all others."""
        fitting = [each for each in self.subcontract_categories if each.transaction_type == transaction_type]
        named = (each for each in fitting if each.of and each.of == of)
        return next(named, None) or next((each for each in fitting if not each.of), None)

    def line_property(self, billing_type: object) -> str:
        """Return the line property of a billing type; empty if none is set up."""
        return next((held for each, held in self.line_properties.items() if each == billing_type), "")

    def default_category(self, kind: str) -> str:
        """Return the project category of rows of a type that name none; empty if none is set up."""
        return next((held for each, held in self.default_categories.items() if each == kind), "")

    def is_open(self, day: date) -> bool:
        """Tell whether a day lies in an open period."""
        return any(period.start <= day <= period.end for period in self.open_periods)

    def next_open(self, day: date) -> date | None:
        """Return the day itself if its period is open, else the first day of the next open one."""
        if self.is_open(day):
            return day
        return min((period.start for period in self.open_periods if period.start > day), default=None)


class Companies:
    """The setup of every company; one that nobody has touched has the defaults."""

    def __init__(self) -> None:
        self._setups: dict[str, CompanySetup] = {}

    def of(self, company: object) -> CompanySetup:
        """Return a company's setup."""
        return self._setups.setdefault(str(company).lower(), CompanySetup())

    def change(self, company: str, changes: Mapping[str, object]) -> CompanySetup:
        """Fill in forms: the settings named are replaced. Raises ValueError."""
        held = self.of(company)
        wanted = CompanySetup.model_validate(held.model_dump() | dict(changes))
        self._setups[company.lower()] = wanted
        return wanted
