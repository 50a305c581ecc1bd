"""Fiscal calendars (msdyn_fiscalcalendars), without their years and periods, which are maps of their own that projects do not need.

Rows: Microsoft's mapping reference for dual-write (mapping tables, 2021). It prints them as two-way; Project Operations
knows Finance as their only master, so they go one way. FiscalCalendars is another entity, of one row per day.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap
from shared.mapping.transforms import text

FISCAL_CALENDARS = TableMap(
    "fiscal_calendars",
    label="Fiscal calendar integration entity",
    version="",
    finance=FinanceEntity("FiscalCalendarsEntity", key=("CalendarId",), entity="FiscalCalendarEntity"),
    # The integration key is not published; ledgers resolve their lookup by this column.
    dataverse=DataverseTable("msdyn_fiscalcalendar", "msdyn_fiscalcalendars", key=("msdyn_calendar",)),
    # A ledger keeps its calendar for good: one that Finance lost is a person's to remove.
    writes={Side.DATAVERSE: ("create", "update")},
    rows=(
        #   Finance        way  Dataverse            transform  provenance
        Row("CalendarId",  ">", "msdyn_calendar",    text(),    "documented"),
        Row("Description", ">", "msdyn_description", text(),    "documented"),
    ),
)
