"""The Dataverse twin: a deterministic stand-in for one environment's Web API and webhooks."""

from __future__ import annotations

from tests.twin.dataverse.twin import DataverseTwin

__all__ = ["DataverseTwin"]
