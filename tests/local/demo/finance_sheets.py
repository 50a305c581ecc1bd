"""What Finance holds in USPM of a project, read through its Web API; its forms' own tables are collections of the twin."""

from __future__ import annotations

from collections.abc import Iterable

from tests.local.demo.sheets import Sheet, listed, money, short
from tests.scenarios.accounting import JOURNAL_LINES
from tests.scenarios.enterprise import Enterprise, Row

COMPANY = "uspm"


async def staging(office: Enterprise, project: str) -> Sheet:
    """The rows that wait for the import, or went through it."""
    found = await office.kept("ProjActualsImports", dataAreaId=COMPANY, ProjectId=project)
    states = {row["ActualsImportId"]: row["IsProcessed"] for row in await office.kept("ProjectActualsStates")}
    return Sheet(
        "staging",
        ("type", "#qty", "#amount", "imported"),
        listed(
            (
                row["TransactionType"],
                row["Quantity"],
                money(row["Amount"], row["TransactionCurrencyId"]),
                states[row["ActualsImportId"]].lower(),
            )
            for row in found
        ),
    )


async def journal(office: Enterprise, project: str) -> Sheet:
    """The lines of the integration journal."""
    found = await office.kept(JOURNAL_LINES, dataAreaId=COMPANY, ProjId=project)
    return Sheet(
        "integration journal",
        ("type", "#qty", "#amount", "status"),
        listed((row["ActualType"], row["Quantity"], _extended(row), row["Status"]) for row in found),
    )


def _extended(row: Row) -> str:
    if row["CostCurrency"]:
        return money(row["ExtendedCost"], row["CostCurrency"])
    return money(row["ExtendedPrice"], row["PriceCurrency"])


async def vouchers(office: Enterprise, numbers: Iterable[str], title: str = "vouchers") -> Sheet:
    """What vouchers wrote into the ledger, account by account."""
    lines = []
    for number in sorted(set(numbers)):
        entries = await office.kept("LedgerVoucherEntries", dataAreaId=COMPANY, Voucher=number)
        sums: dict[str, float] = {}
        for row in sorted(entries, key=lambda row: row["LineNumber"]):
            sums[row["Account"]] = sums.get(row["Account"], 0) + row["Debit"] - row["Credit"]
        for first, (account, amount) in enumerate(sums.items()):
            debit, credit = (amount, "") if amount > 0 else ("", -amount)
            lines.append(("" if first else short(number), account, debit, credit))
    return Sheet(title, ("voucher", "account", "#debit", "#credit"), lines)


async def posted(office: Enterprise, project: str) -> Sheet:
    """The vouchers of all that was posted on a project."""
    found = await office.kept("ProjectPostedTransactions", dataAreaId=COMPANY, ProjId=project)
    return await vouchers(office, [row["VoucherJournal"] for row in found])


async def forecasts(office: Enterprise, project: str) -> Sheet:
    """The hour forecasts of a project: one for each assignment."""
    found = await office.kept("ProjectHourForecasts", dataAreaId=COMPANY, ProjectId=project)
    return Sheet(
        "hour forecasts",
        ("forecast", "role", "#hours", "#cost/h", "#sales/h"),
        listed(
            (short(row["TransactionId"]), row["RoleId"], row["Quantity"], row["CostPrice"], row["SalesPrice"])
            for row in found
        ),
    )
