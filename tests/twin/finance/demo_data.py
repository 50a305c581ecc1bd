"""The master data that a demo begins with: what an accountant has set up in Finance before anybody integrates it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.twin.finance.entities import ENTITIES
from tests.twin.finance.writing import Writer

_COMPANIES = {
    "usmf": ("Contoso Entertainment System USA", "USD"),
    "uspm": ("Contoso Consulting USA", "USD"),
    "gbpm": ("Contoso Consulting UK", "GBP"),
}
_CURRENCIES = {"USD": ("US Dollar", "$"), "EUR": ("Euro", "€"), "GBP": ("Pound Sterling", "£"), "999": ("Unknown", "")}
_RATES = {"EUR": "1.082735", "GBP": "1.27"}  # to USD, since New Year
_WORKERS = {"000001": ("Ana", "Bowman"), "000002": ("Jodi", "Christiansen")}
_UNITS = {"ea": ("Each", "Quantity", 0), "hr": ("Hour", "Time", 2)}
_GROUPS = {"10": "Wholesale customers", "20": "Major customers", "30": "Retail customers"}
#: Name → days. Both spellings of the terms are in use, as in environments that have grown.
_TERMS = {"Net10": 10, "Net30": 30, "Net45": 45, "N60": 60, "Net 30": 30, "Net 45": 45, "Net 60": 60}
_CUSTOMERS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "C-1001",
        "Harbour Authority",
        "10",
        {"PaymentTerms": "Net30", "CreditLimit": 250000, "DeliveryAddressCity": "Tacoma"},
    ),
    ("C-1002", "Northwind Rail", "20", {"PaymentTerms": "Net45", "PrimaryContactEmail": "ap@northwind.example"}),
    ("C-1003", "Fabrikam Châteaux & Cie", "30", {"SalesMemo": "Invoices in French.", "LanguageId": "fr"}),
    ("C-1004", "O'Neill/Partners", "10", {"PaymentTerms": "N60", "PrimaryContactPhone": "+44 20 7946 0000"}),
    ("C-1005", "Adatum Energy", "20", {"OnHoldStatus": "Invoice", "OrganizationNumberOfEmployees": 420}),
)


def seed_demo(writer: Writer) -> None:
    """Write the demo's master data through Finance's own business logic."""
    for code, (name, symbol) in _CURRENCIES.items():
        _create(writer, "Currencies", CurrencyCode=code, Name=name, Symbol=symbol)
    for unit, (description, kind, digits) in _UNITS.items():
        _create(
            writer,
            "UnitsOfMeasure",
            UnitSymbol=unit,
            UnitDescription=description,
            UnitClass=kind,
            DecimalPrecision=digits,
        )
    _seed_ledger_setup(writer)
    for number, (first, last) in _WORKERS.items():
        _create(writer, "Workers", PersonnelNumber=number, FirstName=first, LastName=last)
    for company, (name, currency) in _COMPANIES.items():
        _create(writer, "LegalEntities", LegalEntityId=company, Name=name)
        _create(writer, "Ledgers", LegalEntityId=company, Name=company, AccountingCurrency=currency)
        _seed_company(writer, company, currency)


def _seed_ledger_setup(writer: Writer) -> None:
    _create(writer, "ExchangeRateTypes", Name="Default", Description="Default exchange rates")
    for currency, rate in _RATES.items():
        pair = {"FromCurrencyCode": currency, "ToCurrencyCode": "USD", "ExchangeRateTypeName": "Default"}
        _create(writer, "ExchangeRateCurrencyPairs", **pair)
        days = {"ValidFrom": "2026-01-01T12:00:00Z", "ValidTo": "2154-12-31T12:00:00Z"}
        _create(writer, "ExchangeRatesCDSEntity", **pair, **days, Rate=Decimal(rate))
    _create(writer, "FiscalCalendarsEntity", CalendarId="Fiscal", Description="Fiscal calendar")
    _create(writer, "ChartOfAccounts", ChartOfAccounts="Shared", MainAccountMask="######")


def _seed_company(writer: Writer, company: str, currency: str) -> None:
    for terms, days in _TERMS.items():
        _create(writer, "PaymentTerms", dataAreaId=company, Name=terms, Description=f"{days} days", NumberOfDays=days)
    for group, description in _GROUPS.items():
        _create(writer, "CustomerGroups", dataAreaId=company, CustomerGroupId=group, Description=description)
    _create(writer, "VendorGroups", dataAreaId=company, VendorGroupId="60", Description="Service vendors")
    _create(
        writer,
        "VendorsV2",
        dataAreaId=company,
        VendorAccountNumber="V-1001",
        VendorOrganizationName="Tailspin Rigging",
        VendorGroupId="60",
        CurrencyCode=currency,
        DefaultPaymentTermsName="Net30",
    )
    _create(
        writer,
        "CDSReleasedDistinctProducts",
        dataAreaId=company,
        ProductNumber="S0001",
        ProductName="Crane inspection",
        ProductType="Service",
        FieldServiceProductType="NotAvailable",
        CurrencyCode=currency,
        SalesUnitSymbol="hr",
        SalesPrice=Decimal(185),
    )
    for account, name, group, columns in _CUSTOMERS:
        _create(
            writer,
            "CustomersV3",
            dataAreaId=company,
            CustomerAccount=account,
            OrganizationName=name,
            CustomerGroupId=group,
            SalesCurrencyCode=currency,
            **columns,
        )


def _create(writer: Writer, collection: str, **columns: Any) -> None:
    writer.create(ENTITIES[collection], columns)
