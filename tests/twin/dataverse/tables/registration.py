"""The tables through which webhooks are registered, and the system jobs that tell of failed deliveries.

Source: Microsoft Learn, "Register a web hook" and the table reference of serviceendpoint and sdkmessageprocessingstep.
"""

from __future__ import annotations

from tests.twin.dataverse.schema import Column, choice, lookup, memo, state, table, text, when, whole, yes_no

WEBHOOK = 8  # serviceendpoint.contract
WEBHOOK_KEY, HTTP_HEADER, HTTP_QUERY = 4, 5, 6  # serviceendpoint.authtype
SYNC, ASYNC = 0, 1  # sdkmessageprocessingstep.mode
POST_OPERATION = 40  # sdkmessageprocessingstep.stage
PRE_IMAGE, POST_IMAGE, BOTH_IMAGES = 0, 1, 2  # sdkmessageprocessingstepimage.imagetype
JOB_WAITING, JOB_SUCCEEDED, JOB_FAILED = 0, 30, 31  # asyncoperation.statuscode

_CONTRACTS = {1: "OneWay", 2: "Queue", 3: "Rest", 4: "TwoWay", 5: "Topic", 6: "Queue (Persistent)", 7: "Event Hub", WEBHOOK: "Webhook", 9: "Event Grid"}  # fmt: skip  # noqa: E501 - one row per choice reads best
_AUTH_TYPES = {
    0: "Not Specified",
    1: "ACS",
    2: "SAS Key",
    3: "SAS Token",
    WEBHOOK_KEY: "Webhook Key",
    HTTP_HEADER: "HttpHeader",
    HTTP_QUERY: "HttpQueryString",
    7: "Connection String",
    8: "Access Key",
    9: "Managed Identity",
}
_ENABLED = ({0: "Enabled", 1: "Disabled"}, {1: (0, "Enabled"), 2: (1, "Disabled")})
_JOB_STATES = {3: "Completed", 0: "Ready", 1: "Suspended", 2: "Locked"}
_JOB_STATUSES = {JOB_SUCCEEDED: (3, "Succeeded"), JOB_FAILED: (3, "Failed"), JOB_WAITING: (0, "Waiting For Resources")}


REGISTRATION = (
    table("sdkmessage", text("name", 256), primary_name="name", owned=False, change_tracking=False),
    table(
        "sdkmessagefilter",
        lookup("sdkmessageid", "sdkmessage", on_delete="cascade"),
        text("primaryobjecttypecode", 64),
        text("name", 256),
        primary_name="name",
        owned=False,
        change_tracking=False,
    ),
    table(
        "serviceendpoint",
        text("name", 256),
        choice("contract", _CONTRACTS),
        choice("authtype", _AUTH_TYPES),
        text("url", 2048),
        text("authvalue", 2048, write_only=True),
        memo("description"),
        primary_name="name",
        keys=[("name",)],
        owned=False,
        change_tracking=False,
    ),
    table(
        "sdkmessageprocessingstep",
        text("name", 256),
        lookup("sdkmessageid", "sdkmessage", on_delete="restrict"),
        lookup("sdkmessagefilterid", "sdkmessagefilter"),
        lookup("eventhandler", "serviceendpoint", polymorphic=True, on_delete="restrict"),
        choice("mode", {SYNC: "Synchronous", ASYNC: "Asynchronous"}, SYNC),
        choice("stage", {10: "Pre-validation", 20: "Pre-operation", POST_OPERATION: "Post-operation"}, POST_OPERATION),
        whole("rank", 0, default=1),
        memo("filteringattributes", 100_000),
        yes_no("asyncautodelete"),
        choice("supporteddeployment", {0: "Server Only", 1: "Client Only", 2: "Both"}, 0),
        memo("description"),
        *state(*_ENABLED),
        primary_name="name",
        owned=False,
        change_tracking=False,
    ),
    table(
        "sdkmessageprocessingstepimage",
        text("name", 256),
        lookup("sdkmessageprocessingstepid", "sdkmessageprocessingstep", on_delete="cascade"),
        choice("imagetype", {PRE_IMAGE: "PreImage", POST_IMAGE: "PostImage", BOTH_IMAGES: "Both"}, PRE_IMAGE),
        text("entityalias", 256),
        memo("attributes", 100_000),
        text("messagepropertyname", 256),
        primary_name="name",
        owned=False,
        change_tracking=False,
    ),
    table(
        "asyncoperation",
        text("name", 256),
        memo("message", 100_000),
        memo("friendlymessage", 100_000),
        whole("errorcode"),
        when("completedon"),
        lookup("regardingobjectid", "msdyn_expense", "msdyn_materialusagelog"),
        lookup("owningextensionid", "sdkmessageprocessingstep"),
        Column("correlationid", "guid"),
        *state(_JOB_STATES, _JOB_STATUSES),
        primary_name="name",
        change_tracking=False,
    ),
)
