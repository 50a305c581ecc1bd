"""Sales tax of what is billed: where its two groups come from, and what they come to."""

from __future__ import annotations

from decimal import Decimal

from tests.twin.finance.books import Books
from tests.twin.finance.processes.money import rounded
from tests.twin.finance.schema import Value


def sales_tax_group(books: Books, company: Value, project: Value, contract: Value) -> Value:
    """Return the billing sales tax group by the company's method; Search takes the first that is filled in."""
    method = books.setup(company).sales_tax_group_method
    held: dict[str, Value] = {
        "Project": _value(books, "ProjectsV2", company, project, "SalesTaxGroupId"),
        "Contract": _value(books, "ProjectContractHeaders", company, contract, "SalesTaxGroupCode"),
        "Customer": _customers_group(books, company, contract),
    }
    if method != "Search":
        return held[method]
    return next((group for group in held.values() if group), "")


def item_sales_tax_group(books: Books, company: Value, kind: str, product: Value, of_category: Value) -> Value:
    """Return the billing item sales tax group: the category's, of material the released product's if the method says so.

    Source: Microsoft, "Manage project invoice proposals". That a write-in has the group of the company's write-in
    product, and that no other group is looked for where a product has none, is assumed.
    """
    setup = books.setup(company)
    if kind != "Item" or setup.item_sales_tax_group_method == "Category":
        return of_category
    if not product:
        return _value(books, "ReleasedProductsV2", company, setup.write_in_product, "SalesSalesTaxItemGroupCode")
    released = books.of_company("ReleasedProductsV2", company, "ProductNumber", product)
    return next((row.values["SalesSalesTaxItemGroupCode"] for row in released), "")


def sales_tax(books: Books, company: Value, group: Value, item_group: Value, amount: Decimal) -> Decimal:
    """Return the tax on an amount, in the amount's currency: nothing where the groups have no code in common."""
    percent = sum(
        tax.percent for tax in books.setup(company).taxes if (tax.group, tax.item_group) == (group, item_group)
    )
    return rounded(amount * percent / 100)


def non_deductible_tax(books: Books, company: Value, group: Value, item_group: Value, amount: Decimal) -> Decimal:
    """Return how much of the tax on an amount nobody gives back: it is part of what was bought."""
    share = sum(
        tax.percent * tax.non_deductible / 100
        for tax in books.setup(company).taxes
        if (tax.group, tax.item_group) == (group, item_group)
    )
    return rounded(amount * share / 100)


def _customers_group(books: Books, company: Value, contract: Value) -> Value:
    customer = _value(books, "ProjectContractHeaders", company, contract, "CustomerAccountNumber")
    return _value(books, "CustomersV3", company, customer, "SalesTaxGroup")


def _value(books: Books, collection: str, company: Value, key: Value, column: str) -> Value:
    row = books.find(collection, company, key)
    return "" if row is None else row.values[column]
