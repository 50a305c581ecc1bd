"""Workers (cdm_workers), shared by all companies: both sides may change a person's names and contacts. Finance owns them.

Rows: Microsoft's mapping reference for dual-write (mapping tables, 2021). Type, status and full name go one way.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap
from shared.mapping.transforms import date_only, text, values

#: Finance tells three kinds of workers and three states apart, Dataverse two of each.
TYPE = values({754400000: "Employee", 754400001: "Contractor"}, also={"Both": 754400000})
STATUS = values({754400000: "Employed", 754400001: "Terminated"}, also={"Pending": 754400001})

GENDER = values({754400000: "Male", 754400001: "Female", 754400002: "None", 754400003: "NonSpecific"}, unset="None")

WORKERS = TableMap(
    "workers",
    label="Worker",
    version="",
    finance=FinanceEntity("Workers", key=("PersonnelNumber",), entity="HcmWorkerEntity"),
    dataverse=DataverseTable("cdm_worker", "cdm_workers", key=("cdm_workernumber",)),
    owner=Side.FINANCE,
    # Employments hang on the company: people are hired for one, and nobody is hired without.
    after=("legal_entities",),
    # A worker who leaves is terminated. Deleting one is for people, with all that hangs on it in mind.
    writes={Side.DATAVERSE: ("create", "update"), Side.FINANCE: ("create", "update")},
    rows=(
        #   Finance                   way  Dataverse                  transform    provenance
        Row("PersonnelNumber",        "=", "cdm_workernumber",        text(),      "documented"),
        Row("FirstName",              "=", "cdm_firstname",           text(),      "documented"),
        Row("MiddleName",             "=", "cdm_middlename",          text(),      "documented"),
        Row("LastName",               "=", "cdm_lastname",            text(),      "documented"),
        Row("WorkerType",             ">", "cdm_type",                TYPE,        "documented"),
        Row("WorkerStatus",           ">", "cdm_status",              STATUS,      "documented"),
        Row("PrimaryContactEmail",    "=", "cdm_primaryemailaddress", text(),      "documented"),
        Row("PrimaryContactPhone",    "=", "cdm_primarytelephone",    text(),      "documented"),
        Row("PrimaryContactFacebook", "=", "cdm_facebookidentity",    text(),      "documented"),
        Row("PrimaryContactTwitter",  "=", "cdm_twitteridentity",     text(),      "documented"),
        Row("PrimaryContactLinkedIn", "=", "cdm_linkedinidentity",    text(),      "documented"),
        Row("PrimaryContactURL",      "=", "cdm_websiteurl",          text(),      "documented"),
        Row("Gender",                 "=", "cdm_gender",              GENDER,      "documented"),
        Row("BirthDate",              "=", "cdm_birthdate",           date_only(), "documented"),
        Row("Name",                   ">", "cdm_fullname",            text(),      "documented"),
    ),
)
