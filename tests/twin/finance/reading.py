"""GET: one row by key, or pages of a collection with the query options that Finance knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from tests.twin.finance.address import Address
from tests.twin.finance.filters import compiled_filter
from tests.twin.finance.refusals import NotFound, Refusal
from tests.twin.finance.rows import Row, Table, folded
from tests.twin.finance.schema import Entity, Value
from tests.twin.finance.settings import Settings
from tests.twin.finance.values import NAMESPACE
from tests.twin.http import Query, Request

_KNOWN = frozenset({"$filter", "$select", "$orderby", "$top", "$skip", "$count", "cross-company"})
_PAGE_SIZE = re.compile(r"odata\.maxpagesize\s*=\s*(\d+)")


def crosses_companies(request: Request) -> bool:
    """Tell whether the request looks beyond the user's default company."""
    return (request.option("cross-company") or "").lower() == "true"


def sees(request: Request, settings: Settings, address: Address) -> bool:
    """Tell whether a key address is within the companies that the request looks at."""
    inside = not address.entity.per_company or address.company == settings.default_company.lower()
    return inside or crosses_companies(request)


def context(entity: Entity, origin: str) -> str:
    """Return the context URL of a collection."""
    return f"{origin}/data/$metadata#{entity.collection}"


class Reader:
    """Answers GET as the bytes of the body."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def one(self, request: Request, address: Address, table: Table) -> bytes:
        """Return one row; raises NotFound if it is not there or in a company that the request does not look at."""
        assert address.key is not None
        row = table.find(address.key) if sees(request, self._settings, address) else None
        if row is None:
            raise NotFound(request.path)
        columns = _selected(request.option("$select"), table.entity)
        return f'{{"@odata.context":"{context(table.entity, request.origin)}/$entity",{_inner(row, columns)}}}'.encode()

    def page(self, request: Request, table: Table) -> bytes:
        """Return a page of the collection."""
        _refuse_unknown(request.query)
        asked = _Asked.of(request, table.entity)
        rows = _ordered(self._filtered(request, table, asked.filter), asked.order)
        wanted = rows[asked.skip :] if asked.top is None else rows[asked.skip : asked.skip + asked.top]
        page = wanted[: self._page_size(request)]
        parts = [f'"@odata.context":"{context(table.entity, request.origin)}"']
        if asked.count:
            parts.append(f'"@odata.count":{len(rows)}')
        parts.append(f'"value":[{",".join(f"{{{_inner(row, asked.columns)}}}" for row in page)}]')
        if len(page) < len(wanted):
            parts.append(f'"@odata.nextLink":"{_next_link(request, asked, len(page))}"')
        return f"{{{','.join(parts)}}}".encode()

    def _filtered(self, request: Request, table: Table, text: str) -> list[Row]:
        equal: dict[str, Value] = {}
        keeps = None
        if text:
            compiled = compiled_filter(text, table.entity)
            keeps = compiled.keeps
            equal = {path[0]: value for path, value in compiled.equal.items()}
        if table.entity.per_company and not crosses_companies(request):
            company = self._settings.default_company.lower()
            if equal.setdefault("dataAreaId", company) != company:
                return []
        rows = _candidates(table, equal)
        return [row for row in rows if keeps is None or keeps(row.values)]

    def _page_size(self, request: Request) -> int:
        preferred = _PAGE_SIZE.search(request.headers.get("prefer", ""))
        if self._settings.honours_maxpagesize and preferred:
            return min(int(preferred[1]), self._settings.page_size)
        return self._settings.page_size


@dataclass(frozen=True, slots=True)
class _Asked:
    filter: str
    columns: Sequence[str]
    order: Sequence[tuple[str, bool]]  # column, descending
    skip: int
    top: int | None
    count: bool

    @classmethod
    def of(cls, request: Request, entity: Entity) -> _Asked:
        top = request.option("$top")
        return cls(
            request.option("$filter") or "",
            _selected(request.option("$select"), entity),
            _order(request.option("$orderby") or "", entity),
            _number("$skip", request.option("$skip") or "0"),
            None if top is None else _number("$top", top),
            request.option("$count") == "true",
        )


def _candidates(table: Table, equal: dict[str, Value]) -> Iterable[Row]:
    """Return the rows worth filtering: by key, else by the most selective index, else all."""
    if all(name in equal for name in table.entity.key):
        row = table.find(tuple(folded(equal[name]) for name in table.entity.key))
        return [] if row is None else [row]
    indexed = [name for name in equal if name in table.entity.indexed]
    if not indexed:
        return table
    best = min(indexed, key=lambda name: table.count_matching(name, equal[name]))
    rows = table.matching(best, equal[best])
    company = equal.get("dataAreaId")
    return rows if company is None else [row for row in rows if row.values["dataAreaId"] == company]


def _inner(row: Row, columns: Sequence[str]) -> str:
    wire = row.wire
    quoted = row.etag.replace('"', '\\"')
    return f'"@odata.etag":"{quoted}",{",".join([wire[name] for name in columns])}'


def _selected(text: str | None, entity: Entity) -> Sequence[str]:
    if not text:
        return tuple(entity.columns)
    names = [name.strip() for name in text.split(",")]
    _refuse_foreign(names, entity)
    return names


def _order(text: str, entity: Entity) -> Sequence[tuple[str, bool]]:
    terms = [term.split() for term in text.split(",") if term.strip()]
    if any(len(term) > 2 or term[1:] not in ([], ["asc"], ["desc"]) for term in terms):
        raise Refusal(400, f"Syntax error in $orderby: '{text}'.")
    _refuse_foreign([term[0] for term in terms], entity)
    return [(term[0], term[1:] == ["desc"]) for term in terms]


def _ordered(rows: list[Row], order: Sequence[tuple[str, bool]]) -> list[Row]:
    for name, descending in reversed(order):
        rows.sort(key=lambda row: folded(row.values[name]), reverse=descending)
    return rows


def _refuse_foreign(names: Iterable[str], entity: Entity) -> None:
    for name in names:
        if name not in entity.columns:
            raise Refusal(400, f"Could not find a property named '{name}' on type '{NAMESPACE}.{entity.public}'.")


def _refuse_unknown(query: Query) -> None:
    for name, _ in query:
        if name.startswith("$") and name not in _KNOWN:
            raise Refusal(400, f"The query parameter '{name}' is not supported.")


def _number(name: str, text: str) -> int:
    if not text.isdecimal():
        raise Refusal(400, f"The value '{text}' of {name} is not a number.")
    return int(text)


def _next_link(request: Request, asked: _Asked, sent: int) -> str:
    """Return the next page's address: by offset, so rows can be skipped under concurrent deletes (form unconfirmed)."""
    query = [(name, value) for name, value in request.query if name not in ("$skip", "$top")]
    if asked.top is not None:
        query.append(("$top", str(asked.top - sent)))
    query.append(("$skip", str(asked.skip + sent)))
    encoded = "&".join(f"{name}={quote(value, safe='$,:()')}" for name, value in query)
    return f"{request.origin}{request.path}?{encoded}"
