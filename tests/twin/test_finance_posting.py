"""Posting of actuals in Finance: subledger, ledger, what goes back, and journals that fail."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.twin.bookkeeper import GBP, Bookkeeper, guid, sides
from tests.twin.events import Post


@pytest.fixture
async def finance() -> Bookkeeper:
    bookkeeper = Bookkeeper()
    await bookkeeper.contract()
    return bookkeeper


async def test_posting_writes_subledger_ledger_and_the_result_columns(finance: Bookkeeper) -> None:
    await finance.set_up(exchange_rates=[GBP])
    await finance.actual("cost", ResourceId=guid("molly"), BookableResourceName="Molly Clark")
    await finance.sale("sale", TransactionCurrencyId="GBP", UnitPrice=33.333, Amount=133.33)
    await finance.post_all()
    cost, sale = await finance.staged("cost"), await finance.staged("sale")
    assert _results(cost) == (480, 1, "USPM-V-0000001", 0)
    assert _results(sale) == (Decimal("166.66"), Decimal("1.25"), "USPM-V-0000002", 0)
    assert await finance.entries("USPM-V-0000001") == [("COST", 480, 0), ("PAYROLL-ALLOC", 0, 480)]
    amount = Decimal("166.66")
    assert await finance.entries("USPM-V-0000002") == [("WIP-SALES", amount, 0), ("ACCRUED-REV", 0, amount)]
    transactions = {row["Part"]: row for row in await finance.rows("ProjectPostedTransactions")}
    assert (transactions["Cost"]["Amount"], transactions["Cost"]["FundingSource"]) == (480, "")
    assert (transactions["Sale"]["AccountingAmount"], transactions["Sale"]["FundingSource"]) == (amount, "F1")
    assert transactions["Sale"]["TransStatus"] == "Posted"
    [journal] = await finance.rows("ProjAdvancedJournals")
    assert (journal["Status"], journal["PostedDateTime"]) == ("Posted", "2026-09-14T08:00:00Z")
    assert (await finance.line("cost"))["Status"] == "Posted"
    [resource] = await finance.rows("ProjectOperationsResources")
    assert (resource["ResourceId"], resource["Name"]) == (guid("molly"), "Molly Clark")


async def test_what_posting_writes_is_told_as_an_update_of_the_row_with_a_new_version() -> None:
    posts: list[Post] = []

    async def take(post: Post) -> int:
        posts.append(post)
        return 200

    finance = Bookkeeper(send=take)
    await finance.contract()
    await finance.actual("a")
    [journal] = (await finance.run("import-from-staging"))["journals"]
    await finance.control("endpoints", {"name": "app", "url": "https://app.example/events"})
    await finance.control("activations", {"entity": "ProjActualsImports", "endpoint": "app"})
    posts.clear()
    before = await finance.staged("a")
    await finance.run("post-journal", journal=journal)
    await finance.twin.deliveries.flush()
    assert len(posts) == 1
    assert b"OnExternalUpdated" in posts[0].body
    assert b"mserp_vouchernumber" in posts[0].body
    assert (await finance.staged("a"))["@odata.etag"] != before["@odata.etag"]


async def test_a_journal_is_posted_once(finance: Bookkeeper) -> None:
    await finance.actual("a")
    await finance.post_all()
    assert "has nothing to post" in await finance.refused("post-journal", journal="USPM-J-0000001")
    assert await finance.balances("uspm") == {"COST": 480, "PAYROLL-ALLOC": -480}


async def test_failing_lines_move_to_a_journal_of_their_own_and_wait_there(finance: Bookkeeper) -> None:
    await finance.actual("good")
    await finance.actual("bad", kind="Item")
    await finance.set_up(accounts=_accounts(without="COST-ITEM"))
    [posted] = await finance.post_all()
    assert posted["moved_to"] == "USPM-J-0000002"
    assert posted["errors"][0].endswith("due to (Account number for transaction type COST-ITEM does not exist.).")
    journals = {row["ProjAdvancedJournalId"]: row for row in await finance.rows("ProjAdvancedJournals")}
    assert (journals["USPM-J-0000001"]["Status"], journals["USPM-J-0000002"]["Status"]) == ("Posted", "Error")
    assert journals["USPM-J-0000002"]["OriginalProjAdancedJournalId"] == "USPM-J-0000001"
    bad = await finance.line("bad")
    assert (bad["ProjAdvancedJournal"], bad["Status"]) == ("USPM-J-0000002", "Error")
    await finance.set_up(accounts=_accounts())
    assert "status Error has nothing to post" in await finance.refused("post-journal", journal="USPM-J-0000002")
    await finance.run("update-to-draft", journal="USPM-J-0000002")
    assert (await finance.run("post-journal", journal="USPM-J-0000002"))["errors"] == []
    assert await finance.balances("uspm") == {"COST": 960, "PAYROLL-ALLOC": -480, "COST-ITEM": -480}


@pytest.mark.parametrize("lines", [1, 2])
async def test_a_journal_whose_lines_may_not_move_stays_in_error(finance: Bookkeeper, lines: int) -> None:
    await finance.control("settings", {"transfer_failing_lines": False})
    await finance.set_up(accounts=_accounts(without="COST-ITEM"))
    for name, kind in (("bad", "Item"), ("good", "Hour"))[:lines]:
        await finance.actual(name, kind=kind)
    [posted] = await finance.post_all()
    assert (posted["vouchers"], posted["moved_to"]) == ([], "")
    [journal] = await finance.rows("ProjAdvancedJournals")
    assert journal["Status"] == "Error"
    assert (await finance.line("bad"))["Status"] == "Error"
    assert await finance.balances("uspm") == {}


async def test_a_ghost_of_an_actual_makes_its_line_invalid_for_good(finance: Bookkeeper) -> None:
    await finance.actual("ghost")
    await finance.control("set-based", {"collection": "ProjectActualsStates", "set": {"IsGhost": "Yes"}})
    [posted] = await finance.post_all()
    assert "Unable to look up msdyn_actuals with values" in posted["errors"][0]
    await finance.run("update-to-draft", journal="USPM-J-0000001")
    assert (await finance.line("ghost"))["Status"] == "InvalidActuals"
    assert "has nothing to post" in await finance.refused("post-journal", journal="USPM-J-0000001")


@pytest.mark.parametrize(
    ("profile", "balances"),
    [
        ({}, {"COST": 480, "PAYROLL-ALLOC": -480, "WIP-SALES": 1000, "ACCRUED-REV": -1000}),
        ({"accrues": ["Cost"]}, {"COST": 480, "PAYROLL-ALLOC": -480}),
        ({"cost": "Balance"}, {"WIP-COST": 480, "PAYROLL-ALLOC": -480}),
        ({"cost": "NoLedger"}, {}),
        ({"cost": "Balance", "cost_by_type": {"Hour": "NeverLedger"}}, {}),
    ],
)
async def test_the_profile_decides_what_reaches_the_ledger(
    finance: Bookkeeper, profile: dict[str, Any], balances: dict[str, int]
) -> None:
    await finance.set_up(profile_rules=[{"level": "contract", "of": "K1", "profile": {"name": "X", **profile}}])
    await finance.actual("cost")
    await finance.sale("sale")
    await finance.post_all()
    assert await finance.balances("uspm") == balances
    assert len(await finance.rows("ProjectPostedTransactions")) == 2
    assert (await finance.staged("sale"))["AccountingAmount"] == 1000


async def test_a_reversed_sale_takes_back_its_accrual_though_the_profile_accrues_no_more(finance: Bookkeeper) -> None:
    await finance.sale("sold", Quantity=4)
    await finance.post_all()
    assert await finance.balances("uspm") == {"WIP-SALES": 1000, "ACCRUED-REV": -1000}
    profile = {"level": "contract", "of": "K1", "profile": {"name": "X", "accrues": []}}
    await finance.set_up(profile_rules=[profile])
    await finance.sale("back", Quantity=-4, AdjustmentStatus=192350002)
    await finance.connect("back", "sold", roles="Reversing/Original")
    await finance.sale("new", Quantity=4)
    await finance.post_all()
    assert await finance.balances("uspm") == {}


async def test_the_most_specific_profile_rule_counts(finance: Bookkeeper) -> None:
    rules = [("all", ""), ("contract", "K1"), ("group", "TM"), ("project", "P1")]
    costs = ["ProfitAndLoss", "NoLedger", "NoLedger", "Balance"]
    profiles = [
        {"level": level, "of": of, "profile": {"name": level, "cost": cost}}
        for (level, of), cost in zip(rules, costs, strict=True)
    ]
    await finance.set_up(profile_rules=profiles)
    await finance.actual("cost")
    await finance.post_all()
    assert await finance.balances("uspm") == {"WIP-COST": 480, "PAYROLL-ALLOC": -480}


async def test_an_internal_project_is_profit_and_loss_whatever_the_profile(finance: Bookkeeper) -> None:
    await finance.set_up(profile_rules=[{"level": "all", "profile": {"name": "X", "cost": "NoLedger"}}])
    await finance.create("ProjectsV2", dataAreaId="uspm", ProjectId="P2")
    await finance.actual("cost", ProjectId="P2", ContractId="", ContractLine=0)
    await finance.post_all()
    assert await finance.balances("uspm") == {"COST": 480, "PAYROLL-ALLOC": -480}


@pytest.mark.parametrize(("receipts", "balances"), [(False, {"COST": 480, "PAYROLL-ALLOC": -480}), (True, {})])
async def test_a_subcontracted_cost_waits_for_its_invoice_where_receipts_are_posted(
    finance: Bookkeeper, receipts: bool, balances: dict[str, int]
) -> None:
    await finance.set_up(post_product_receipt_in_ledger=receipts)
    await finance.actual("cost", SubcontractLine="SL-1")
    await finance.post_all()
    assert await finance.balances("uspm") == balances
    assert (await finance.staged("cost"))["AccountingAmount"] == 480


@pytest.mark.parametrize("billing_type", ["NonChargeable", "Complimentary"])
async def test_sales_that_are_not_charged_are_recorded_but_not_accrued(finance: Bookkeeper, billing_type: str) -> None:
    await finance.sale("sale", BillingType=billing_type)
    await finance.post_all()
    assert await finance.balances("uspm") == {}
    assert len(await finance.rows("ProjectPostedTransactions")) == 1


async def test_a_reversal_is_the_mirror_of_its_original(finance: Bookkeeper) -> None:
    for name, sign in (("one", 1), ("back", -1)):
        await finance.actual(f"cost {name}", Quantity=4 * sign)
        await finance.sale(f"sale {name}", Quantity=4 * sign)
    await finance.post_all()
    reversal = (await finance.line("sale back"))["Voucher"]
    assert await finance.entries(reversal) == [("WIP-SALES", 0, 1000), ("ACCRUED-REV", 1000, 0)]
    assert await finance.balances("uspm") == {}
    assert sum(row["Qty"] for row in await finance.rows("ProjectPostedTransactions")) == 0


async def test_a_posted_sale_uses_the_billing_rule_and_closes_the_deleted_task(finance: Bookkeeper) -> None:
    await finance.create("ProjectTasks", dataAreaId="uspm", ProjectId="P1", TaskId="A1")
    await finance.sale("sale", TaskNumber="A1")
    await finance.post_all()
    line = "ProjectContractLines(dataAreaId='uspm',ProjectContractId='K1',LineSequenceNumber=1)"
    _, text = await finance.refusal("PATCH", line, sent={"BillingMethod": "FixedPrice"})
    assert "the billing rule is already used" in text
    await finance.ask("DELETE", "ProjectTasks(dataAreaId='uspm',ProjectId='P1',TaskId='A1')")
    [activity] = await finance.rows("Activities")
    assert activity["IsClosed"] == "Yes"


async def test_time_and_material_from_approval_to_posting() -> None:
    """Microsoft's example of 4 hours at 120 USD and 250 GBP, fixed rate 1.25, with a tax of 20 % of ours."""
    finance = Bookkeeper()
    await finance.contract("GBP")
    await finance.category("TCN-1", 1, ItemSalesTaxGroup="SERV")
    await finance.change("ProjectsV2(dataAreaId='uspm',ProjectId='P1')", SalesTaxGroupId="UK")
    await finance.set_up(
        fixed_rates={"K1": {"GBP": "1.25"}}, taxes=[{"group": "UK", "item_group": "SERV", "percent": 20}]
    )
    await finance.actual("A1", TransactionCategoryId="TCN-1")
    await finance.sale("A2", TransactionCategoryId="TCN-1", TransactionCurrencyId="GBP")
    await finance.connect("A2", "A1", roles="Unbilled Sales/Cost")
    assert (await finance.state("A1"))["IsProcessed"] == (await finance.state("A2"))["IsProcessed"] == "No"

    imported = await finance.run("import-from-staging")
    [journal] = await finance.rows("ProjAdvancedJournals")
    assert (journal["PeriodStartDate"][:10], journal["Status"]) == ("2026-08-27", "Draft")
    cost, sale = await finance.line("A1"), await finance.line("A2")
    assert (cost["TransType"], cost["Quantity"], cost["OffsetLedgerDimension"]) == ("Hour", 4, "PAYROLL-ALLOC")
    assert sides(cost) == (120, 480, "USD", 100, 0, 0, "", 0)
    assert sides(sale) == (0, 0, "", 0, 250, 1000, "GBP", 125)
    assert sale["CalculatedTaxAmount"] == 200

    await finance.run("post-journal", journal=imported["journals"][0])
    assert _results(await finance.staged("A1")) == (480, 1, cost["Voucher"], 0)
    assert _results(await finance.staged("A2")) == (1250, Decimal("1.25"), sale["Voucher"], 200)
    assert await finance.entries(cost["Voucher"]) == [("COST", 480, 0), ("PAYROLL-ALLOC", 0, 480)]
    assert await finance.entries(sale["Voucher"]) == [("WIP-SALES", 1250, 0), ("ACCRUED-REV", 0, 1250)]
    transactions = await finance.rows("ProjectPostedTransactions")
    assert [(row["Part"], row["Amount"], row["TransStatus"]) for row in transactions] == [
        ("Cost", 480, "Posted"),
        ("Sale", 1000, "Posted"),
    ]
    assert [row["RelatedVoucher"] for row in transactions] == [sale["Voucher"], cost["Voucher"]]


def _results(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("AccountingAmount", "ExchangeRate", "VoucherNumber", "SalesTaxAmount"))


def _accounts(*, without: str = "") -> dict[str, str]:
    names = ("COST", "PAYROLL-ALLOC", "COST-ITEM", "WIP-SALES", "ACCRUED-REV")
    return {name: name for name in names if name != without}
