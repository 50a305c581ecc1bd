"""What an accountant does with the actuals that arrive in Finance, and where both sides show what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from tests.scenarios.consulting import CATEGORY, COST, INTER_ORG, RESOURCING_COST, UNBILLED, Consulting, told
from tests.scenarios.enterprise import Enterprise, Row

JOURNAL_LINES = "ProjAdvancedJournalLines"


async def sold_in_pounds(office: Enterprise) -> Consulting:
    """Sell PRJ-1 under a contract in GBP with the fixed rate 1.25 and a sales tax of 20 %, an hour of a developer at 250."""
    firm = await Consulting(office).begin()
    await firm.sold(currency="GBP", developer=250)
    tax = {"group": "TX", "item_group": "FULL", "percent": 20}
    await office.set_up("uspm", fixed_rates={"ORD-1": {"GBP": 1.25}}, taxes=[tax])
    contract = {"dataAreaId": "uspm", "ProjectContractId": "ORD-1"}
    await office.change("ProjectContractHeaders", contract, SalesTaxGroupCode="TX")
    category = {"dataAreaId": "uspm", "CategoryId": f"{CATEGORY}-1"}
    await office.change("ProjectCategories", category, ItemSalesTaxGroup="FULL")
    return firm


async def imported(office: Enterprise, company: str = "uspm") -> Row:
    """Import what a company has in staging, all of it; give what the import tells."""
    done: Row = await office.run("import-from-staging", company=company)
    assert done["errors"] == []
    return done


async def posted(office: Enterprise, company: str = "uspm") -> None:
    """Import what a company has in staging, post it all, and let what comes of it arrive."""
    for journal in (await imported(office, company))["journals"]:
        done = await office.run("post-journal", company=company, journal=journal)
        assert done["errors"] == []
    await office.travel()


async def journal_line(office: Enterprise, kind: str) -> Row:
    """The one journal line of a type of actual."""
    (line,) = [row for row in await office.kept(JOURNAL_LINES) if row["ActualType"] == kind]
    return line


async def related(office: Enterprise) -> list[tuple[str, ...]]:
    """The relationship rows of actuals in Finance; journal lines have some too."""
    rows = await office.behind("ProjectTransactionRelationships")
    of_actuals = [row for row in rows if (row["TRANSACTION1TYPE"], row["TRANSACTION2TYPE"]) == ("msdyn_actual",) * 2]
    return told(of_actuals, "TRANSACTION1ID", "TRANSACTION1ROLE", "TRANSACTION2ID", "TRANSACTION2ROLE")


async def connected(office: Enterprise) -> list[tuple[str, ...]]:
    """The connections of actuals in Dataverse, as `related` tells them of Finance; entries and their lines have some too."""
    rows = await office.held("msdyn_transactionconnections")
    types = ("msdyn_transaction1type", "msdyn_transaction2type")
    of_actuals = [row for row in rows if [row[each] for each in types] == ["msdyn_actual"] * 2]
    ends = ("transaction1", "transaction1role", "transaction2", "transaction2role")
    return told(of_actuals, *(f"msdyn_{end}" for end in ends))


def lending_connections(ids: Mapping[int, str]) -> list[tuple[str, ...]]:
    """The connections between the actuals of work for another company, by the types of these, as `connected` tells them."""
    return sorted(
        [
            (ids[UNBILLED], "Unbilled Sales", ids[COST], "Cost"),
            (ids[INTER_ORG], "Inter-Organizational Sales", ids[RESOURCING_COST], "Resourcing Unit Cost"),
            (ids[RESOURCING_COST], "Resourcing Unit Cost", ids[COST], "Cost"),
        ],
        key=str,
    )


async def posted_vouchers(office: Enterprise) -> list[tuple[Any, ...]]:
    """What each posted line of the integration journal was posted under: import id of its actual, voucher."""
    lines = [row for row in await office.kept(JOURNAL_LINES) if row["Status"] == "Posted"]
    return told(lines, "ActualsImportId", "Voucher")


async def written_back(office: Enterprise) -> list[tuple[Any, ...]]:
    """What Dataverse holds of vouchers: import id of each actual that has one, voucher."""
    actuals = [row for row in await office.held("msdyn_actuals") if row["msdyn_vouchernumber"]]
    return told(actuals, "msdyn_actualimportid", "msdyn_vouchernumber")


async def actual(office: Enterprise, kind: int) -> Row:
    """The one actual of a type."""
    return await office.the("msdyn_actuals", f"msdyn_transactiontypecode eq {kind}")


async def accounted(office: Enterprise) -> list[tuple[Any, ...]]:
    """What Dataverse holds of accounting: type, amount, rate, voucher and tax of each actual.

    No tax is no value there: Finance does not tell nothing from zero, so a zero is not written over nothing.
    """
    columns = ("accountingamount", "accountingexchangerate", "vouchernumber", "accountingsalestax")
    actuals = await office.held("msdyn_actuals")
    return told(actuals, "msdyn_transactiontypecode", *(f"msdyn_{name}" for name in columns))


async def entries(office: Enterprise, **where: str) -> list[tuple[Any, ...]]:
    """Account, debit and credit of the ledger entries that have these values."""
    return told(await office.kept("LedgerVoucherEntries", **where), "Account", "Debit", "Credit")


async def balances(office: Enterprise) -> dict[str, float]:
    """What the ledger of USPM comes to, accounts without a balance left out."""
    sums: dict[str, float] = defaultdict(float)
    for row in await office.kept("LedgerVoucherEntries", dataAreaId="uspm"):
        sums[row["Account"]] += row["Debit"] - row["Credit"]
    return {account: amount for account, amount in sums.items() if amount}


async def staged(office: Enterprise, *columns: str) -> list[tuple[Any, ...]]:
    """Type, amount and more of the staging rows."""
    return told(await office.kept("ProjActualsImports"), "TransactionType", "Amount", *columns)
