from __future__ import annotations

import httpx
import pytest

from shared.clients.retry_after import http_date, retry_after

NOW = "Mon, 14 Sep 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "27"}, 27.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": " 5 "}, 5.0),
        ({"Retry-After": "0.5"}, 0.5),
        ({"Retry-After": "Mon, 14 Sep 2026 08:00:40 GMT", "Date": NOW}, 40.0),
        ({"Retry-After": "Mon, 14 Sep 2026 07:00:00 GMT", "Date": NOW}, 0.0),
        ({"Retry-After": "Mon, 14 Sep 2026 08:00:40 GMT"}, 10.0),
        ({"Retry-After": "soon", "Date": NOW}, 10.0),
        ({"Retry-After": "-5"}, 10.0),
        ({"Retry-After": "²"}, 10.0),
        ({"Retry-After": "999999999999999999999999"}, 3600.0),
        ({"Retry-After": "Mon, 14 Sep 2099 08:00:40 GMT", "Date": NOW}, 3600.0),
        ({}, 10.0),
    ],
)
def test_a_pause_is_read_from_seconds_or_a_date_by_the_servers_clock(headers: dict[str, str], seconds: float) -> None:
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    assert retry_after(httpx.Headers(encoded), 10.0) == seconds


def test_a_date_is_read_as_utc() -> None:
    moment = http_date(NOW)
    assert moment is not None
    assert moment.isoformat() == "2026-09-14T08:00:00+00:00"
