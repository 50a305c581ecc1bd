"""HTTP functions answer as those of the Functions host do."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import azure.functions as func
import httpx
import pytest

from tests.local.keys import Keys
from tests.local.running_host import KEY, hosted

GIVEN = {"x-functions-key": KEY}


def sample() -> func.FunctionApp:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)

    @app.route(route="echo/{company}/{id:int?}", methods=["POST"])
    async def echo(req: func.HttpRequest) -> func.HttpResponse:
        seen = f"{req.route_params} {dict(req.params)} {req.headers.get('X-Many')} {req.get_body().decode()}"
        return func.HttpResponse(seen, status_code=202, headers={"X-Seen": ",".join(req.headers)})

    @app.route(route="echo/known", methods=["POST"])
    def literal(req: func.HttpRequest) -> str:
        return f"literal {req.method}"

    @app.route(route="nothing", auth_level=func.AuthLevel.ANONYMOUS)
    async def nothing(req: func.HttpRequest, context: func.Context) -> None:
        assert context.function_name == "nothing"
        assert req.method in {"GET", "POST"}

    @app.route(route="broken", auth_level=func.AuthLevel.ANONYMOUS)
    async def broken(req: func.HttpRequest) -> str:
        raise RuntimeError(f"on purpose: {req.url}")

    @app.route(route="odd", auth_level=func.AuthLevel.ANONYMOUS)
    async def odd(req: func.HttpRequest) -> dict[str, str]:
        return {"method": req.method}

    @app.route(route="operators", auth_level=func.AuthLevel.ADMIN)
    async def operators(req: func.HttpRequest) -> str:
        return f"only they may {req.method}"

    return app


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    keys = Keys(master="master", host=(KEY,), functions={"echo": ("echo-key",)})
    async with hosted(sample(), keys=keys) as found:
        yield found


async def test_a_function_sees_parameters_lower_case_headers_and_repeated_values_joined(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post(
        "/api/ECHO/us%2Fmf/7?q=1&q=2",
        headers=[("x-functions-key", KEY), ("X-Many", "a"), ("X-Many", "b")],
        content=b"body",
    )
    assert answer.status_code == 202
    assert answer.text == "{'company': 'us/mf', 'id': '7'} {'q': '1,2'} a,b body"
    assert "x-many" in answer.headers["X-Seen"]
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


async def test_an_optional_parameter_may_be_left_out_and_a_constraint_is_kept(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/echo/usmf", headers=GIVEN)).text.startswith("{'company': 'usmf'}")
    assert (await client.post("/api/echo/usmf/seven", headers=GIVEN)).status_code == 404


async def test_a_literal_route_wins_over_a_parameter_and_runs_in_a_thread(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/echo/known", headers=GIVEN)
    assert (answer.status_code, answer.text) == (200, "literal POST")


@pytest.mark.parametrize(
    ("path", "given", "expected"),
    [
        ("/api/echo/usmf", "", 401),
        ("/api/echo/usmf", "wrong", 401),
        ("/api/echo/usmf", "ünlike", 401),
        ("/api/echo/usmf", "echo-key", 202),
        ("/api/echo/usmf", KEY, 202),
        ("/api/echo/usmf", "master", 202),
        ("/api/echo/known", "echo-key", 401),
        ("/api/operators", KEY, 401),
        ("/api/operators", "master", 200),
    ],
)
async def test_a_key_opens_what_its_level_says(client: httpx.AsyncClient, path: str, given: str, expected: int) -> None:
    assert (await client.post(path, params={"code": given})).status_code == expected


async def test_without_any_key_set_nothing_but_anonymous_functions_can_be_called() -> None:
    async with hosted(sample(), keys=Keys()) as client:
        assert (await client.post("/api/echo/usmf", params={"code": ""})).status_code == 401
        assert (await client.get("/api/nothing")).status_code == 204


async def test_no_return_value_is_204_and_an_exception_500_with_an_empty_body(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await client.get("/api/nothing")).status_code == 204
    for path in ("/api/broken", "/api/odd"):
        answer = await client.get(path)
        assert (answer.status_code, answer.content) == (500, b"")
    assert "on purpose" in caplog.text
    assert [record.levelno for record in caplog.records if "broken failed" in record.message] == [logging.ERROR]


async def test_a_wrong_path_or_method_is_404(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/echo/usmf", headers=GIVEN)).status_code == 404
    assert (await client.get("/elsewhere")).status_code == 404
    assert (await client.get("/nothing")).status_code == 404


async def test_the_host_says_that_it_runs(client: httpx.AsyncClient) -> None:
    assert (await client.get("/admin/host/status")).json()["state"] == "Running"
