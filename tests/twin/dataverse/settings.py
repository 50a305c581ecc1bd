"""What the documents leave open about the platform, and what differs between environments: switches of the twin."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """The switches in force; changed by assignment or by `POST /twin/settings`."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    accounts_from_vendors: bool = Field(
        default=True, description="the template workflow that makes an account of each vendor is activated"
    )
    active_products: bool = Field(
        default=True, description="system setting: create products in active state; otherwise they are drafts"
    )
    actual_guard: Literal["open", "dual_write_user", "closed"] = Field(
        default="dual_write_user",
        description="who may write the accounting columns of actuals: anybody, the app's user, nobody (unconfirmed)",
    )
    max_invoice_lines: int | None = Field(
        default=1000,
        ge=1,
        description="details that a proforma may be confirmed with; none where actuals are tracked asynchronously",
    )
    skip_all_negative_on_confirm: bool = Field(
        default=False,
        description="Skip Sync on every negative unbilled sale of a confirmation, not only on those billed by it",
    )
    enhanced_proforma_invoice: bool = Field(
        default=True, description="feature: the proforma shows number, date, status and tax of its customer invoice"
    )
    auto_confirm_trigger: Literal["header_update", "any_write"] = Field(
        default="header_update",
        description=(
            "what makes the job look at a vendor invoice: its header, written to be confirmed automatically when it has "
            "lines; or any write of header or line (the hostile answer; unconfirmed)"
        ),
    )
    jobs_at_once: bool = Field(
        default=False, description="system jobs run after the save that starts them, before anybody else can write"
    )
