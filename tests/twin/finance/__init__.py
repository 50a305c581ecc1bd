"""A deterministic stand-in for Dynamics 365 Finance, meant to be harder to pass than the platform.

`FinanceTwin` answers requests in process; `python -m tests.twin.finance` puts it behind a port.
"""

from __future__ import annotations

from tests.twin.finance.twin import FinanceTwin

__all__ = ["FinanceTwin"]
