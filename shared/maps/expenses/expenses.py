"""Project expenses (msdyn_expenses): the project lines of a posted expense report. Dataverse then approves them by itself.

Microsoft has not published the map: pairs are those of equal names, or guesses. It has not published the column for
Finance's own number either, so no integration key: the id that we give a new row is made of Finance's key, and a
repeated create finds the first one. Rows that dual-write brought before are not found again.

The cost actual that Dataverse makes of an expense must tell Finance which expense it is of, or its offset account is
not the expense integration account. The number travels by the reference that actuals have for it.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import company, date_only, decimal, money, text
from shared.maps.choices import BILLING_TYPES

EXPENSES = TableMap(
    "expenses",
    label="Project Operations integration project expenses export entity",
    version="1.0.0.5",
    finance=FinanceEntity(
        "ProjExpensesExport", key=("ExpTransNumber", "ReferenceDataAreaId"), entity="ProjExpenseExportEntity"
    ),
    dataverse=DataverseTable(
        "msdyn_expense",
        "msdyn_expenses",
        key=(),
        lookups={
            "msdyn_owningcompany": lookup("cdm_company"),
            "msdyn_project": lookup("msdyn_project"),
            "msdyn_transactioncategory": lookup("msdyn_transactioncategory"),
            "transactioncurrencyid": lookup("transactioncurrency"),
        },
    ),
    # Finance creates them on posting. An expense that Dataverse has approved has actuals, which nothing may take away.
    writes={Side.DATAVERSE: ("create", "update")},
    # Without a lookup by its unpublished key: the category of the expense.
    after=("expense_categories", "tasks"),
    rows=(
        #   Finance                  way  Dataverse                                                    transform      provenance
        Row("ProjId",                ">", "msdyn_project.msdyn_projectnumber",                         text(),        "schema"),
        Row("Amount",                ">", "msdyn_amount",                                              money(),       "schema"),
        Row("TaxAmount",             ">", "msdyn_salestaxamount",                                      money(),       "schema"),
        Row("Quantity",              ">", "msdyn_quantity",                                            decimal(5),    "schema"),
        Row("TransDate",             ">", "msdyn_transactiondate",                                     date_only(),   "schema"),
        Row("ExchangeCode",          ">", "transactioncurrencyid.isocurrencycode",                     text(),        "schema"),
        Row("AdditionalInformation", ">", "msdyn_externaldescription",                                 text(),        "inferred"),
        # The price of one unit or the net amount: not certain.
        Row("NetAmount",             ">", "msdyn_price",                                               money(),       "inferred"),
        # The column on the expense is a guess: the category may be reached through the expense category instead.
        Row("TransactionCategoryId", ">", "msdyn_transactioncategory.msdyn_transactioncategorynumber", text(),        "inferred"),
        # That the expense has this column is a guess.
        Row("BillingType",           ">", "msdyn_billingtype",                                         BILLING_TYPES, "inferred"),
        Row("ReferenceDataAreaId",   ">", "msdyn_owningcompany.cdm_companycode",                       company(),     "inferred"),
        # The project's company. Whether Finance fills it for a project of the expense's own company is unconfirmed.
        Row("InterCompanyLE",        ">", "msdyn_project.msdyn_owningcompany.cdm_companycode",         company(),     "inferred", otherwise="ReferenceDataAreaId"),
        # The name of the column is a guess: actuals have one of this name.
        Row("ExpTransNumber",        ">", "msdyn_externalreferenceid",                                 text(),        "inferred"),
        # The name of the column is a guess. Dataverse itself resolves msdyn_task from the number (Microsoft's error text
        # "Could not resolve project task for export expense").
        Row("ProjActivityNumber",    ">", "msdyn_activitynumber",                                      text(),        "inferred"),
        # Not published, so not mapped: CostType (perhaps msdyn_expensecategory), ProjTransId, ProjCostTransExists
        # (perhaps a filter).
    ),
)
