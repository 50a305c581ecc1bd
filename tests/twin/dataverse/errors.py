"""Every refusal of the Web API: status, hex code and text, in one place.

Sources: Microsoft Learn, "Compose HTTP requests and handle errors", "Web service error codes", "Perform conditional
operations using the Web API", "Service protection API limits". Codes are the unsigned hex of the signed error code. The
exact status of 0x80040237, of 0x80040217 for a bound lookup and of an expired delta token is unconfirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.twin.http import Response, json_response

_WEB_SERVER = "html"


class Refusal(Exception):
    """The request is answered with an error; a transaction under way is rolled back."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """Make the error envelope; what the web server itself refuses is HTML."""
        if self.code == _WEB_SERVER:
            page = f"<!DOCTYPE html><html><head><title>{self.message}</title></head><body>{self.message}</body></html>"
            return Response(self.status, {"Content-Type": "text/html; charset=utf-8"}, page.encode())
        return json_response(envelope(self.code, self.message), self.status, self.headers)


def envelope(code: str, message: str) -> dict[str, Any]:
    """Return the body of an error."""
    return {"error": {"code": code, "message": message}}


_GENERIC = {
    401: ("", "Unauthorized"),
    403: ("0x80040220", "Principal user is missing a privilege for this operation."),
    408: ("", "The request timed out."),
    429: ("0x80072322", "Number of requests exceeded the limit of 6000 over time window of 300 seconds."),
    500: ("0x80040216", "An unexpected error occurred."),
    503: ("0x8004A001", "The server is busy and the request was not completed. Try again later."),
}


def generic(status: int) -> dict[str, Any]:
    """Return the body of a fault that was ordered with a status only."""
    return envelope(*_GENERIC.get(status, ("", "The service could not answer the request.")))


def unauthorized() -> Refusal:
    return Refusal(401, "", "Unauthorized", {"WWW-Authenticate": "Bearer"})


def no_such_row(table: str, row_id: str) -> Refusal:
    return Refusal(404, "0x80040217", f"Entity '{table}' With Id = {row_id} Does Not Exist")


def no_such_key(table: str) -> Refusal:
    return Refusal(404, "0x80060891", f"A record with the specified key values does not exist in {table} entity")


def no_such_segment(segment: str) -> Refusal:
    return Refusal(404, "0x8006088a", f"Resource not found for the segment '{segment}'.")


def invalid_key(set_name: str) -> Refusal:
    return Refusal(400, "0x80060888", f"The key in the request URI is not valid for resource '{set_name}'.")


def version_mismatch() -> Refusal:
    return Refusal(
        412, "0x80060882", "The version of the existing record doesn't match the RowVersion property provided."
    )


def row_exists() -> Refusal:
    """`If-None-Match: *` on a row that is there. The documented sample carries an empty code."""
    return Refusal(412, "", "A record with matching key values already exists.")


def duplicate_id() -> Refusal:
    return Refusal(412, "0x80040237", "A record with matching key values already exists.")


def duplicate_key(key: str, columns: tuple[str, ...]) -> Refusal:
    return Refusal(
        412,
        "0x80060892",
        f"Entity Key {key} violated. A record with the same value for {', '.join(columns)} already exists. "
        "A duplicate record cannot be created. Select one or more unique values and try again.",
    )


def dangerous_path(character: str) -> Refusal:
    """A key value with a character that no encoding gets through; the shape of the answer is unconfirmed."""
    return Refusal(
        400, _WEB_SERVER, f"A potentially dangerous Request.Path value was detected from the client ({character})."
    )


def undeclared_property(table: str, name: str) -> Refusal:
    return Refusal(
        400,
        "0x80048D19",
        f"Error identified in Payload provided by the user for Entity :'{table}', ----> InnerException : "
        f"Microsoft.OData.ODataException: An undeclared property '{name}' which only has property annotations in the "
        "payload but no property value was found in the payload. In OData, only declared navigation properties and "
        "declared named streams can be represented as properties without values.",
    )


def invalid_property(table: str, name: str) -> Refusal:
    return Refusal(
        400,
        "0x80048D19",
        f"Error identified in Payload provided by the user for Entity :'{table}', ----> InnerException : "
        f"Microsoft.Crm.CrmException: Invalid property '{name}' was found in entity 'Microsoft.Dynamics.CRM.{table}'.",
    )


def bad_payload(message: str) -> Refusal:
    return Refusal(400, "0x80048D19", f"Error identified in Payload provided by the user: {message}")


def no_such_property(table: str, name: str) -> Refusal:
    return Refusal(
        400, "0x80060888", f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{table}'."
    )


def bad_query(message: str) -> Refusal:
    return Refusal(400, "0x80060888", message)


def invalid_argument(message: str) -> Refusal:
    return Refusal(400, "0x80040203", message)


def wrong_type(table: str, column: str, expected: str, value: Any) -> Refusal:
    return Refusal(
        400,
        "0x80044354",
        f"Incorrect type of attribute value {type(value).__name__}: '{column}' of '{table}' takes {expected}.",
    )


def too_long(table: str, column: str, limit: int) -> Refusal:
    return Refusal(
        400,
        "0x80044331",
        f"A validation error occurred. The length of the '{column}' attribute of the '{table}' entity exceeded the "
        f"maximum allowed length of '{limit}'.",
    )


def out_of_range(table: str, column: str, minimum: Any, maximum: Any) -> Refusal:
    return Refusal(
        400,
        "0x80044330",
        f"A validation error occurred. The value of '{column}' on record of type '{table}' is outside the valid range "
        f"of {minimum} to {maximum}.",
    )


def unknown_option(table: str, column: str, value: Any, accepted: tuple[int, ...]) -> Refusal:
    return Refusal(
        400,
        "0x8004431A",
        f"A validation error occurred. The value {value} of '{column}' on record of type '{table}' is outside the "
        f"valid range. Accepted Values: {','.join(map(str, accepted))}",
    )


def bad_status(table: str, state: Any, status: Any) -> Refusal:
    return Refusal(
        400, "0x80048408", f"{status} is not a valid status code for state code {state} on {table} with Id new."
    )


def restricted(table: str) -> Refusal:
    """A row that others point at and must not leave; the status table gives 405 for this code."""
    return Refusal(
        405,
        "0x80040227",
        f"The object you tried to delete is associated with another object and cannot be deleted: {table}.",
    )


def plugin(message: str) -> Refusal:
    """IsvAborted: a plug-in, or a synchronous webhook, refused."""
    return Refusal(400, "0x80040265", message)


def no_unit_group() -> Refusal:
    """A unit or product without its unit group."""
    return Refusal(400, "0x80043b0a", "The unit schedule id is missing.")


def lock_timeout() -> Refusal:
    return Refusal(500, "0x80044151", "SQL timeout expired.")


def delta_expired() -> Refusal:
    return Refusal(
        400,
        "0x80044352",
        "Version stamp associated with the client has expired. Please perform a full sync.",
    )


def method_not_allowed(method: str) -> Refusal:
    return Refusal(405, "", f"The requested resource does not support http method '{method}'.")


def not_played(what: str) -> Refusal:
    """The platform can do this and the twin cannot: loud, so that nobody takes it for a fault of the app."""
    return Refusal(501, "", f"The twin does not play {what}.")
