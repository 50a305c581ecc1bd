"""What the documents leave open about the platform, and what differs between environments: switches of the twin."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """The switches in force; changed by assignment or by `POST /twin/settings`."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    default_company: str = Field(default="dat", description="the company of the user behind the client id")
    if_match: Literal[412, 409, "ignored"] = Field(default=412, description="answer to a stale ETag (unconfirmed)")
    write_error_status: Literal[400, 500] = Field(
        default=400, description="of AxODataWriteException; 500 in older versions"
    )
    null_writes: Literal["ignored", "clear"] = Field(default="ignored", description="effect of null (unconfirmed)")
    user_hours: int = Field(default=-8, ge=-12, le=11, description="the user's time zone: decides the day of a date")
    page_size: int = Field(default=10_000, ge=1, le=10_000, description="server-driven paging")
    honours_maxpagesize: bool = Field(default=False, description="Prefer: odata.maxpagesize (unconfirmed)")
    event_target: Literal["full", "changed"] = Field(
        default="full", description="Target of update events (unconfirmed)"
    )
    on_account_categories: bool = Field(
        default=True, description="feature: project categories for on-account (10.0.41)"
    )
    investment_projects: bool = Field(default=False, description="feature: investment projects (10.0.47)")
    transfer_failing_lines: bool = Field(default=True, description="feature: failing journal lines get a new journal")
    subcontract_actuals: bool = Field(
        default=True, description="feature: subcontract actuals processing; off: no receipts, costs post like any other"
    )
    project_purchase_orders: bool = Field(
        default=True, description="feature: project purchase orders; off: no orders of subcontracts"
    )
    subcontract_purchase_orders: bool = Field(
        default=True, description="feature: subcontract purchase orders; off: no orders of subcontracts"
    )
    confirmed_order_lines: Literal["refused", "updated"] = Field(
        default="refused",
        description="a subcontract line written after its order is confirmed: refused, or confirmed again (unconfirmed)",
    )
    match_actuals: bool = Field(
        default=True, description="a subcontract's invoice can be matched with actuals (10.0.48)"
    )
    actuals_prevalidation: bool = Field(default=False, description="feature: project actuals prevalidation (10.0.43)")
    credits_accrue_again: bool = Field(
        default=False,
        description="a credit takes back its accrual's reversal too, beside the sale in its place that accrues of its own",
    )
    bearer: str = Field(default="", description="the token to be sent; empty asks for none")
    package_queue_seconds: float = Field(default=5.0, ge=0, description="an import waits in the batch queue")
    package_row_seconds: float = Field(default=0.5, ge=0, description="an import takes for a row")
    package_hidden_seconds: float = Field(default=2.0, ge=0, description="a new job is not found (seen)")
    package_file_questions: int = Field(default=1, ge=0, description="a target error file is asked for in vain")
    package_hours: int = Field(default=0, ge=-12, le=14, description="the data project's time zone: UTC if set rightly")
    blob_seconds: float = Field(default=3600.0, gt=0, description="a signature is good for (unconfirmed)")
    first_call_delay: float = Field(default=0.0, ge=0, description="seconds that the first call waits (metadata cache)")

    @property
    def user_offset(self) -> timedelta:
        """The user's distance from UTC."""
        return timedelta(hours=self.user_hours)

    @property
    def package_offset(self) -> timedelta:
        """The data project's distance from UTC."""
        return timedelta(hours=self.package_hours)
