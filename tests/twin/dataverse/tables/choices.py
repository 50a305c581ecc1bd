"""Choices that several tables of projects share: option number → label, and names for the options that processes use.

Numbers are those of Microsoft's table reference of msdyn_actual, msdyn_contractlinescheduleofvalue and salesorderdetail.
"""

from __future__ import annotations

COST, PROJECT_CONTRACT_TYPE, UNBILLED_SALES, BILLED_SALES = 192350000, 192350004, 192350005, 192350006
RESOURCING_UNIT_COST, INTER_ORGANIZATIONAL_SALES = 192350007, 192350008
TRANSACTION_TYPES = {
    COST: "Cost",
    PROJECT_CONTRACT_TYPE: "Project Contract",
    UNBILLED_SALES: "Unbilled Sales",
    BILLED_SALES: "Billed Sales",
    RESOURCING_UNIT_COST: "Resourcing Unit Cost",
    INTER_ORGANIZATIONAL_SALES: "Inter-Organizational Sales",
}

TIME, EXPENSE, MATERIAL, MILESTONE, FEE = 192350000, 192350001, 192350002, 192350003, 192350004
RETAINER = 192350005  # a guess: Microsoft's articles name the class, no table reference has it
TRANSACTION_CLASSES = {
    TIME: "Time",
    EXPENSE: "Expense",
    MATERIAL: "Material",
    MILESTONE: "Milestone",
    FEE: "Fee",
    690970002: "Tax",
    690970000: "Commission",
    690970001: "Additional",
}
#: Only what is billed or journalled can be a retainer.
BILLED_CLASSES = {**TRANSACTION_CLASSES, RETAINER: "Retainer"}

NON_CHARGEABLE, CHARGEABLE, NOT_AVAILABLE = 192350000, 192350001, 192350003
BILLING_TYPES = {
    NON_CHARGEABLE: "Non Chargeable",
    CHARGEABLE: "Chargeable",
    192350002: "Complimentary",
    NOT_AVAILABLE: "Not Available",
}

UNBILLED_SALES_CREATED, CUSTOMER_INVOICE_CREATED, CUSTOMER_INVOICE_POSTED = 192350000, 192350001, 192350002
BILLING_CANCELED, READY_TO_INVOICE = 192350003, 192350004
BILLING_STATUSES = {
    UNBILLED_SALES_CREATED: "Unbilled Sales Created",
    CUSTOMER_INVOICE_CREATED: "Customer Invoice Created",
    CUSTOMER_INVOICE_POSTED: "Customer Invoice Posted",
    BILLING_CANCELED: "Canceled",
    READY_TO_INVOICE: "Ready to Invoice",
}

IN_PROCESS, ADJUSTED, UNADJUSTABLE = 192350000, 192350001, 192350002
ADJUSTMENT_STATUSES = {IN_PROCESS: "In Process", ADJUSTED: "Adjusted", UNADJUSTABLE: "Unadjustable"}

NOT_READY_FOR_INVOICING, READY_FOR_INVOICING = 192350000, 192350001
INVOICE_CREATED, INVOICE_POSTED = 192350002, 192350003
INVOICE_STATUSES = {
    NOT_READY_FOR_INVOICING: "Not Ready for invoicing",
    READY_FOR_INVOICING: "Ready for invoicing",
    INVOICE_CREATED: "Customer invoice created",
    INVOICE_POSTED: "Customer invoice posted",
}

TIME_AND_MATERIAL, FIXED_PRICE = 192350000, 192350001
BILLING_METHODS = {TIME_AND_MATERIAL: "Time and Material", FIXED_PRICE: "Fixed Price"}

CONTRACT_CONFIRMED, CONTRACT_COMPLETED = 192350003, 192350004  # salesorder.msdyn_psastatusreason
PROJECT_CONTRACT = 192350001  # msdyn_ordertype: work based
ORDER_TYPES = {192350000: "Item based", PROJECT_CONTRACT: "Work based"}
