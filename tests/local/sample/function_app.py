"""A tiny app for tests of the local host's process: it answers, and takes its time over messages."""

from __future__ import annotations

import asyncio
import logging
import os

import azure.functions as func

log = logging.getLogger("sample")

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)


@app.route(route="hello/{name}", methods=["GET"])
async def hello(req: func.HttpRequest) -> str:
    """Greet whoever the path names."""
    return f"Hello, {req.route_params['name']}."


@app.queue_trigger(arg_name="message", queue_name="%SAMPLE_QUEUE%", connection="AzureWebJobsStorage")
async def slow(message: func.QueueMessage) -> None:
    """Say that a message has come, take a moment, and say that it is done."""
    text = message.get_body().decode()
    log.info("began %s, coming %s", text, message.dequeue_count)
    await asyncio.sleep(float(os.environ["SAMPLE_SECONDS"]))
    log.info("ended %s", text)
