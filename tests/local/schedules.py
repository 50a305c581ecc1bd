"""When a timer is due: NCRONTAB of six fields (seconds first) or five, or a time span `hh:mm:ss`, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from annotated_types import Gt
from cronsim import CronSim, CronSimError
from pydantic import TypeAdapter, ValidationError

_SPAN: TypeAdapter[timedelta] = TypeAdapter(Annotated[timedelta, Gt(timedelta(0))])


class Schedule:
    """The occurrences of one timer. Raises ValueError for an expression that nobody can read."""

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._span: timedelta | None = None
        try:
            if len(expression.split()) > 1:
                self._cron(datetime(2000, 1, 1, tzinfo=UTC))
            else:
                self._span = _SPAN.validate_python(expression)
        except (CronSimError, ValidationError) as error:
            raise ValueError(f"'{expression}' is neither NCRONTAB of 6 fields nor hh:mm:ss") from error

    def after(self, moment: datetime) -> datetime:
        """The first occurrence later than `moment`."""
        return moment + self._span if self._span else next(self._cron(moment))

    def is_dense(self, moment: datetime) -> bool:
        """Whether it comes more than once a minute; the host does not watch such a timer for missed runs."""
        first = self.after(moment)
        return self.after(first) - first < timedelta(minutes=1)

    def _cron(self, moment: datetime) -> CronSim:
        found = CronSim(self._expression, moment)
        found.day_and = True  # NCRONTAB wants day and weekday both; cronsim follows Debian, where either will do
        return found
