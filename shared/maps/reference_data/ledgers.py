"""Ledgers (msdyn_ledgers): one per company. Dataverse checks contracts against the accounting currency that they bring.

Rows: Microsoft's mapping reference for dual-write (mapping tables, 2021). Account structures, financial dimensions and main
accounts of a ledger stay in Finance.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import company, text, yes_no

LEDGERS = TableMap(
    "ledgers",
    label="Ledger",
    version="",
    finance=FinanceEntity("Ledgers", key=("LegalEntityId",), entity="LedgerEntity"),
    dataverse=DataverseTable(
        "msdyn_ledger",
        "msdyn_ledgers",
        # Not published: a company has one ledger.
        key=("msdyn_company.cdm_companycode",),
        lookups={
            "msdyn_company": lookup("cdm_company"),
            "msdyn_accountingcurrency": lookup("transactioncurrency"),
            "msdyn_reportingcurrency": lookup("transactioncurrency"),
            "msdyn_budgetexchangeratetype": lookup("msdyn_exchangeratetype"),
            "msdyn_chartofaccounts": lookup("msdyn_chartofaccounts"),
            "msdyn_exchangeratetype": lookup("msdyn_exchangeratetype"),
            "msdyn_fiscalcalendar": lookup("msdyn_fiscalcalendar"),
            "msdyn_reportingcurrencyexchangeratetype": lookup("msdyn_exchangeratetype"),
        },
    ),
    # Without its ledger no contract of a company can be saved: removing one is a person's to decide.
    writes={Side.DATAVERSE: ("create", "update")},
    rows=(
        #   Finance                              way  Dataverse                                             transform  provenance
        Row("LegalEntityId",                     ">", "msdyn_company.cdm_companycode",                      company(), "documented"),
        Row("Description",                       ">", "msdyn_description",                                  text(),    "documented"),
        Row("AccountingCurrency",                ">", "msdyn_accountingcurrency.isocurrencycode",           text(),    "documented"),
        Row("IsBudgetControlEnabled",            ">", "msdyn_isbudgetcontrolenabled",                       yes_no(),  "documented"),
        Row("Name",                              ">", "msdyn_name",                                         text(),    "documented"),
        Row("ReportingCurrency",                 ">", "msdyn_reportingcurrency.isocurrencycode",            text(),    "documented"),
        Row("BudgetExchangeRateType",            ">", "msdyn_budgetexchangeratetype.msdyn_name",            text(),    "documented"),
        Row("ChartOfAccounts",                   ">", "msdyn_chartofaccounts.msdyn_name",                   text(),    "documented"),
        Row("ExchangeRateType",                  ">", "msdyn_exchangeratetype.msdyn_name",                  text(),    "documented"),
        Row("FiscalCalendar",                    ">", "msdyn_fiscalcalendar.msdyn_calendar",                text(),    "documented"),
        Row("ReportingCurrencyExchangeRateType", ">", "msdyn_reportingcurrencyexchangeratetype.msdyn_name", text(),    "documented"),
    ),
)
