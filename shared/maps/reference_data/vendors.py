"""Vendors V2 (msdyn_vendors): two-way. Finance owns a column that both sides changed.

Rows: Microsoft's per-map reference for dual-write (November 2020), the variant without the party and global address
book model, which Project Operations does not support; pairs and filter from the mapping tables of 2021. 41 columns of
persons, social media, address details and descriptions of the 2020 list are left out there and here. Integration key:
Microsoft's sample configuration of dual-write automations.

Project tables point at accounts, not at these rows: a workflow of Dataverse makes an account of each vendor.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import date_only, decimal, either, integer, text, yes_no
from shared.maps.choices import ON_HOLD, PAIRS_UNPUBLISHED

COMPANY_OF_TARGET = "msdyn_company.cdm_companycode"

PARTY_TYPE = either(yes="Person", no="Organization")

VENDORS = TableMap(
    "vendors",
    label="Vendors V2",
    version="",
    finance=FinanceEntity("VendorsV2", key=("dataAreaId", "VendorAccountNumber"), entity="VendVendorV2Entity"),
    dataverse=DataverseTable(
        "msdyn_vendor",
        "msdyn_vendors",
        key=("msdyn_vendoraccountnumber", "msdyn_company.cdm_companycode"),
        company="msdyn_company.cdm_companycode",
        company_provenance="documented",
        lookups={
            "msdyn_company": lookup("cdm_company"),
            "msdyn_vendorgroupid": lookup("msdyn_vendorgroup", company=COMPANY_OF_TARGET),
            "msdyn_currencycode": lookup("transactioncurrency"),
            "msdyn_defaultpaymentdayname": lookup("msdyn_paymentday", company=COMPANY_OF_TARGET),
            "msdyn_paymentschedule": lookup("msdyn_paymentschedule", company=COMPANY_OF_TARGET),
            "msdyn_paymentterms": lookup("msdyn_paymentterm", company=COMPANY_OF_TARGET),
            "msdyn_vendorpaymentmethod": lookup("msdyn_vendorpaymentmethod", company=COMPANY_OF_TARGET),
            "msdyn_invoicevendoraccountnumber": lookup("msdyn_vendor", company=COMPANY_OF_TARGET),
            "msdyn_taxgroup": lookup("msdyn_taxgroup", company=COMPANY_OF_TARGET),
            "msdyn_vendorprimarycontactperson": lookup("contact"),
        },
    ),
    owner=Side.FINANCE,
    # Finance's other kinds of parties are its own legal entities and units.
    finance_filter="VendorPartyType eq 'Organization' or VendorPartyType eq 'Person'",
    rows=(
        #   Finance                           way  Dataverse                                                     transform    provenance
        Row("VendorAccountNumber",            "=", "msdyn_vendoraccountnumber",                                  text(),      "documented"),
        Row("VendorGroupId",                  "=", "msdyn_vendorgroupid.msdyn_vendorgroup",                      text(),      "documented"),
        Row("VendorOrganizationName",         "=", "msdyn_name",                                                 text(),      "documented"),
        Row("VendorPartyType",                "=", "msdyn_isperson",                                             PARTY_TYPE,  "documented"),
        Row("PersonFirstName",                "=", "msdyn_firstname",                                            text(),      "documented"),
        Row("PersonLastName",                 "=", "msdyn_lastname",                                             text(),      "documented"),
        Row("CreditLimit",                    "=", "msdyn_vendorcreditlimit",                                    decimal(2),  "documented"),
        Row("IsForeignEntity",                "=", "msdyn_isforeignentity",                                      yes_no(),    "documented"),
        Row("IsOneTimeVendor",                "=", "msdyn_isonetimevendor",                                      yes_no(),    "documented"),
        Row("AddressCity",                    "=", "msdyn_addresscity",                                          text(),      "documented"),
        Row("AddressCountryRegionId",         "=", "msdyn_addresscountryregionid",                               text(),      "documented"),
        Row("AddressCountryRegionISOCode",    "=", "msdyn_addresscountryregionisocode",                          text(),      "documented"),
        Row("AddressCountyId",                "=", "msdyn_addresscountyid",                                      text(),      "documented"),
        Row("AddressDescription",             "=", "msdyn_addressdescription",                                   text(),      "documented"),
        Row("AddressStateId",                 "=", "msdyn_addressstateid",                                       text(),      "documented"),
        Row("AddressStreet",                  "=", "msdyn_addressstreet",                                        text(),      "documented"),
        Row("AddressStreetNumber",            "=", "msdyn_addressstreetnumber",                                  text(),      "documented"),
        Row("AddressZipCode",                 "=", "msdyn_addresszipcode",                                       text(),      "documented"),
        Row("CreditRating",                   "=", "msdyn_creditrating",                                         text(),      "documented"),
        Row("DUNSNumber",                     "=", "msdyn_dunsnumber",                                           text(),      "documented"),
        # Pairs are printed for a column of the same name of the Parties map, none for this one.
        Row("LanguageId",                     "=", "msdyn_language",                                             text(),      "documented", off=PAIRS_UNPUBLISHED),
        Row("OrganizationNumber",             "=", "msdyn_organizationnumber",                                   text(),      "documented"),
        Row("OurAccountNumber",               "=", "msdyn_ourvendoraccountnumber",                               text(),      "documented"),
        Row("PaymentId",                      "=", "msdyn_paymentid",                                            text(),      "documented"),
        Row("PrimaryURL",                     "=", "msdyn_primarycontacturl",                                    text(),      "documented"),
        Row("PrimaryEmailAddress",            "=", "msdyn_primaryemailaddress",                                  text(),      "documented"),
        Row("PrimaryFaxNumber",               "=", "msdyn_primaryfaxnumber",                                     text(),      "documented"),
        # "pimary" for "primary": spelled like this in the reference.
        Row("PrimaryPhoneNumber",             "=", "msdyn_pimaryphonenumber",                                    text(),      "documented"),
        Row("VendorKnownAsName",              "=", "msdyn_vendorknownasname",                                    text(),      "documented"),
        Row("DefaultPaymentDayName",          "=", "msdyn_defaultpaymentdayname.msdyn_name",                     text(),      "documented"),
        Row("DefaultPaymentScheduleName",     "=", "msdyn_paymentschedule.msdyn_name",                           text(),      "documented"),
        Row("DefaultPaymentTermsName",        "=", "msdyn_paymentterms.msdyn_name",                              text(),      "documented"),
        Row("HasOnlyTakenBids",               "=", "msdyn_hasonlytakenbids",                                     yes_no(),    "documented"),
        Row("IsMinorityOwned",                "=", "msdyn_isminorityowned",                                      yes_no(),    "documented"),
        Row("IsVendorLocallyOwned",           "=", "msdyn_isvendorlocallyowned",                                 yes_no(),    "documented"),
        Row("IsServiceVeteranOwned",          "=", "msdyn_isserviceveteranowned",                                yes_no(),    "documented"),
        Row("IsOwnerDisabled",                "=", "msdyn_ownerisdisabled",                                      yes_no(),    "documented"),
        Row("IsWomanOwner",                   "=", "msdyn_womanowner",                                           yes_no(),    "documented"),
        Row("OrganizationEmployeeAmount",     "=", "msdyn_numberofemployees",                                    integer(),   "documented"),
        Row("VendorHoldReleaseDate",          "=", "msdyn_vendoronholdreleasedate",                              date_only(), "documented"),
        Row("VendorPartyNumber",              "=", "msdyn_vendorpartynumber",                                    text(),      "documented"),
        Row("OnHoldStatus",                   "=", "msdyn_onholdstatus",                                         ON_HOLD,     "documented"),
        Row("CurrencyCode",                   "=", "msdyn_currencycode.isocurrencycode",                         text(),      "documented"),
        Row("IsVendorLocatedInHUBZone",       "=", "msdyn_isvendorlocatedinhubzone",                             yes_no(),    "documented"),
        Row("DefaultVendorPaymentMethodName", "=", "msdyn_vendorpaymentmethod.msdyn_name",                       text(),      "documented"),
        Row("InvoiceVendorAccountNumber",     "=", "msdyn_invoicevendoraccountnumber.msdyn_vendoraccountnumber", text(),      "documented"),
        Row("ArePricesIncludingSalesTax",     "=", "msdyn_priceincludessalestax",                                yes_no(),    "documented"),
        Row("SalesTaxGroupCode",              "=", "msdyn_taxgroup.msdyn_name",                                  text(),      "documented"),
        Row("PrimaryContactPersonId",         "=", "msdyn_vendorprimarycontactperson.msdyn_contactpersonid",     text(),      "documented"),
    ),
)
