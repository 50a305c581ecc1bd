"""Workers: the people of all companies, as far as Dataverse is told of them."""

from __future__ import annotations

from tests.twin.finance import enums
from tests.twin.finance.schema import choice, dates, entity, text, texts

WORKERS = entity(
    "Workers",
    "Worker",
    "HcmWorkerEntity",
    text("PersonnelNumber", 25, "Personnel number", mandatory=True, sequence="HCM"),
    texts(25, "FirstName", "MiddleName", "LastName"),
    # Put together of the parts by Finance.
    text("Name", 100),
    choice("WorkerType", enums.HCM_WORKER_RELATION_TYPE, default="Employee"),
    choice("WorkerStatus", enums.HCM_WORKER_STATUS, default="Employed"),
    choice("Gender", enums.HCM_PERSON_GENDER),
    dates("BirthDate"),
    text("PrimaryContactEmail", 80),
    texts(255, "PrimaryContactPhone", "PrimaryContactURL"),
    texts(255, "PrimaryContactFacebook", "PrimaryContactLinkedIn", "PrimaryContactTwitter"),
    label="Worker",
    number=1221,
    key=("PersonnelNumber",),
    data_sources=2,
)
