"""What travels on a work queue: a hint that a row should be looked at, never the row.

Whoever handles it reads the row as it is now, so a message may come late, twice or out of order. Parsing is strict and
says what is wrong by the names of our own members only: a message that is not ours may hold anything.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from shared.errors import Rejected


class Hint(StrEnum):
    """What was said to have happened."""

    UPSERT = "upsert"
    DELETE = "delete"
    #: The row was not there at a first look; a second look, later, decides.
    ABSENT = "absent"
    #: A blocking write was about to be made: find out what really came of it.
    VERIFY = "verify"
    CATCH_UP = "catch_up"


def _in_utc(time: datetime) -> datetime:
    return time.astimezone(UTC)


#: A source row's key as text: a row id of Dataverse, or the integration key of Finance.
KeyText = Annotated[str, Field(min_length=1, max_length=1_024)]
#: Names a chain of events; goes through logs, error records and requests, from the first event on.
Correlation = Annotated[str, Field(min_length=1, max_length=128)]


class WorkMessage(BaseModel):
    """One key of one direction to look at, with the count of our own attempts."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    v: Literal[1] = 1
    direction: str = Field(pattern=r"^[a-z][a-z0-9_]*_to_(finance|dataverse)$", max_length=60)
    key: KeyText
    hint: Hint
    attempts: int = Field(default=0, ge=0)
    correlation: Correlation
    first_seen: Annotated[AwareDatetime, AfterValidator(_in_utc)]
    not_source: str | None = Field(default=None, max_length=1_024)
    #: Since when the row has waited for another one, if it was parked before.
    waiting_since: Annotated[AwareDatetime, AfterValidator(_in_utc)] | None = None

    def to_text(self) -> str:
        """JSON, without what is absent."""
        return self.model_dump_json(exclude_none=True)

    @classmethod
    def from_text(cls, text: str) -> WorkMessage:
        """The message in this text; Rejected, with the reasons but nothing of the content, if it is not one."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            # Not chained: the library's error quotes the content.
            raise Rejected("This queue message is not one of ours.", reason=_reasons(error)) from None


def _reasons(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    foreign = sum(each["type"] == "extra_forbidden" for each in found)
    reasons = [f"{_member(each['loc'])}: {each['msg']}" for each in found if each["type"] != "extra_forbidden"]
    if foreign:
        reasons.append(f"{foreign} unknown members")
    return "; ".join(reasons)


def _member(location: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in location) or "the whole"
