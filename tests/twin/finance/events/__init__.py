"""What Finance tells others: data events (through Dataverse) and business events (directly)."""

from __future__ import annotations
