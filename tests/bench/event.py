"""The body of a webhook, as Dataverse writes it for an update of a project with images of all mapped columns.

Taken once from a twin in this process, then told of other rows by putting their id in the place of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.mapping.model import Side
from shared.maps.catalogue import catalogue
from tests.bench.rows import FULL
from tests.twin.dataverse.api import Api
from tests.twin.dataverse.registration import register_endpoint, register_step
from tests.twin.dataverse.twin import DataverseTwin
from tests.twin.events import Post


@dataclass(frozen=True, slots=True)
class Event:
    """One body, and the id in it of the row that it speaks of."""

    body: bytes
    row_id: str

    def of(self, row_id: str) -> bytes:
        """Give the same event of another row."""
        return self.body.replace(self.row_id.encode(), row_id.encode())


async def project_updated() -> Event:
    """Change a project in a twin, and give the event of it."""
    posts: list[Post] = []

    async def keep(post: Post) -> int:
        posts.append(post)
        return 202

    twin = DataverseTwin(seed=1, send=keep)
    api = Api(twin)
    columns = catalogue().direction(f"projects_to_{Side.FINANCE}").shape.columns
    endpoint = await register_endpoint(api, "bench", "http://127.0.0.1:1/api/webhooks/projects-to-finance", "bench")
    await register_step(api, endpoint, "msdyn_project", "Update", attributes=columns, images=columns)
    row_id = await api.create("msdyn_projects", _plain())
    answer = await api.patch(f"msdyn_projects({row_id})", {"msdyn_description": "New drives for cranes 3 to 7"})
    if answer.status != 204:
        raise RuntimeError(answer.body.decode())
    await twin.events.flush()
    (post,) = posts
    return Event(post.body, row_id)


def _plain() -> dict[str, Any]:
    return {
        name: value
        for name, value in FULL["projects"].items()
        if value is not None and not isinstance(value, dict) and name != "msdyn_projectid"
    }
