"""What a run is: the body of a request is read, something is done in the books, and an answer is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, field_validator

from tests.twin.finance.books import Books
from tests.twin.finance.writing import Writer

Answer = dict[str, Any]
#: Raises Refusal, and ValueError for a body that is not understood.
Run = Callable[[bytes, Books, Writer], Answer]


class Asked(BaseModel):
    """What every run is asked for: to be of one company. Companies are kept in small letters."""

    model_config = ConfigDict(extra="forbid")
    company: str

    @field_validator("company")
    @classmethod
    def _lower(cls, company: str) -> str:
        return company.lower()


_Asked = TypeVar("_Asked", bound=Asked)


def run_of(model: type[_Asked], act: Callable[[_Asked, Books, Writer], Answer]) -> Run:
    """Return the run that reads its body as a model, and does this with it."""
    return lambda body, books, writer: act(model.model_validate_json(body), books, writer)
