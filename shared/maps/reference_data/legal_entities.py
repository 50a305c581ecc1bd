"""Legal entities (cdm_companies): every company-specific row waits for its company.

Rows: Microsoft's mapping reference for dual-write (mapping tables, 2021); older versions print both as two-way, but
Finance masters them.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap
from shared.mapping.transforms import company, text

LEGAL_ENTITIES = TableMap(
    "legal_entities",
    label="Legal entities",
    version="",
    finance=FinanceEntity("LegalEntities", key=("LegalEntityId",), entity="OMLegalEntity"),
    dataverse=DataverseTable("cdm_company", "cdm_companies", key=("cdm_companycode",)),
    # All that belongs to a company hangs on it: neither system lets go of one that is in use.
    writes={Side.DATAVERSE: ("create", "update")},
    rows=(
        #   Finance          way  Dataverse          transform  provenance
        Row("LegalEntityId", ">", "cdm_companycode", company(), "documented"),
        Row("Name",          ">", "cdm_name",        text(),    "documented"),
    ),
)
