"""What Finance does by itself when rows of the project entities are written: one `Process` per collection.

Rules follow the integration's documents; where these are silent the simplest assumption is taken and said. Processes
are numbered F1, F2, … throughout the twin. What people start (the import of actuals, the posting of journals) is in
this package too, and reached through `tests.twin.finance.runs`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from tests.twin.finance.books import Books
from tests.twin.finance.processes.categories import ProjectCategories, TransactionCategories
from tests.twin.finance.processes.contracts import ContractLines, Contracts, FundingSources
from tests.twin.finance.processes.expense_categories import ExpenseCategories
from tests.twin.finance.processes.expense_reports import ExpenseLines, ExpenseReports
from tests.twin.finance.processes.forecasts import ExpenseEstimates, HourEstimates, MaterialEstimates
from tests.twin.finance.processes.journals import JournalLines
from tests.twin.finance.processes.milestones import Milestones
from tests.twin.finance.processes.process import Process
from tests.twin.finance.processes.projects import Projects, Tasks
from tests.twin.finance.processes.proposals import Proposals
from tests.twin.finance.processes.purchase_orders import LockedOrders, LockedReceipts
from tests.twin.finance.processes.roles import LegalEntities, SharedRoles
from tests.twin.finance.processes.staging import Actuals, Relationships
from tests.twin.finance.processes.subcontracts import SubcontractLines, Subcontracts
from tests.twin.finance.processes.vendor_invoices import VendorInvoices
from tests.twin.finance.processes.workers import Workers

__all__ = ["Process", "processes"]

_PROCESSES: Mapping[str, type[Process]] = {
    "LegalEntities": LegalEntities,
    "Workers": Workers,
    "ResourceCategoriesShared": SharedRoles,
    "ProjectTransactionCategories": TransactionCategories,
    "ProjectCategories": ProjectCategories,
    "ProjectContractHeaders": Contracts,
    "ProjectFundingSources": FundingSources,
    "ProjectContractLines": ContractLines,
    "ProjectContractLineMilestones": Milestones,
    "ProjectsV2": Projects,
    "ProjectTasks": Tasks,
    "ProjEstimateHoursImport": HourEstimates,
    "ProjEstimateExpensesImports": ExpenseEstimates,
    "ProjForecastSalesImport": MaterialEstimates,
    "ProjActualsImports": Actuals,
    "ProjectTransactionRelationships": Relationships,
    "ProjAdvancedJournalLines": JournalLines,
    "ProjectInvoiceProposalsV2": Proposals,
    "SubContractPurchaseOrderHeaders": Subcontracts,
    "ProjSubContractPurchaseOrderLines": SubcontractLines,
    "PurchaseOrders": LockedOrders,
    "PurchaseOrderLines": LockedOrders,
    "SubcontractProductReceipts": LockedReceipts,
    "SubcontractProductReceiptLines": LockedReceipts,
    "ExpenseCategories": ExpenseCategories,
    "ExpenseReports": ExpenseReports,
    "ExpenseReportLines": ExpenseLines,
    "VendInvoiceExportsV2": VendorInvoices,
}


def processes(books: Books) -> Mapping[str, Process]:
    """Return the process of each collection; one without rules of its own has one that does nothing."""
    plain = Process(books)
    return defaultdict(lambda: plain, {name: kind(books) for name, kind in _PROCESSES.items()})
