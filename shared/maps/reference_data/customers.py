"""Customers V3 (accounts): two-way. Finance owns a column that both sides changed.

Rows: Microsoft's per-map reference for dual-write (November 2020), the variant without the party and global address
book model, which Project Operations does not support; pairs of on-hold status from the reference of 2021. Integration
key: pictured in Microsoft's set-up article. A second map of dual-write sends persons to contacts. Seven description
columns of the 2020 list are left out there and here.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import decimal, default, integer, money, text, yes_no
from shared.maps.choices import ON_HOLD, PAIRS_UNPUBLISHED

COMPANY_OF_TARGET = "msdyn_company.cdm_companycode"

CUSTOMERS = TableMap(
    "customers",
    label="Customers V3",
    version="1.0.0.3",
    finance=FinanceEntity("CustomersV3", key=("dataAreaId", "CustomerAccount"), entity="CustCustomerV3Entity"),
    dataverse=DataverseTable(
        "account",
        "accounts",
        key=("accountnumber", "msdyn_company.cdm_companycode"),
        company="msdyn_company.cdm_companycode",
        company_provenance="documented",
        lookups={
            "msdyn_company": lookup("cdm_company"),
            "transactioncurrencyid": lookup("transactioncurrency"),
            "msdyn_customergroupid": lookup("msdyn_customergroup", company=COMPANY_OF_TARGET),
            "msdyn_billingaccount": lookup("account", company=COMPANY_OF_TARGET),
            "msdyn_paymentday": lookup("msdyn_paymentday", company=COMPANY_OF_TARGET),
            "msdyn_customerpaymentmethod": lookup("msdyn_customerpaymentmethod", company=COMPANY_OF_TARGET),
            "msdyn_paymentschedule": lookup("msdyn_paymentschedule", company=COMPANY_OF_TARGET),
            "msdyn_paymentterm": lookup("msdyn_paymentterm", company=COMPANY_OF_TARGET),
            "msdyn_vendor": lookup("msdyn_vendor", company=COMPANY_OF_TARGET),
            "primarycontactid": lookup("contact"),
            "msdyn_salestaxgroup": lookup("msdyn_taxgroup", company=COMPANY_OF_TARGET),
        },
    ),
    owner=Side.FINANCE,
    finance_filter="PartyType eq 'Organization'",
    # 3 is the relationship type Customer.
    dataverse_filter="customertypecode eq 3",
    rows=(
        #   Finance                                way  Dataverse                                 transform                provenance
        Row("CustomerAccount",                     "=", "accountnumber",                          text(),                  "documented"),
        Row("InvoiceAddressCity",                  "=", "address2_city",                          text(),                  "documented"),
        Row("InvoiceAddressCountryRegionISOCode",  "=", "address2_country",                       text(),                  "documented"),
        Row("InvoiceAddressCounty",                "=", "address2_county",                        text(),                  "documented"),
        Row("InvoiceAddressLatitude",              ">", "address2_latitude",                      decimal(5),              "documented"),
        Row("InvoiceAddressLongitude",             ">", "address2_longitude",                     decimal(5),              "documented"),
        Row("InvoiceAddressState",                 "=", "address2_stateorprovince",               text(),                  "documented"),
        Row("InvoiceAddressStreet",                "=", "address2_line1",                         text(),                  "documented"),
        Row("InvoiceAddressZipCode",               "=", "address2_postalcode",                    text(),                  "documented"),
        Row("CreditLimit",                         "=", "creditlimit",                            money(),                 "documented"),
        Row("DeliveryAddressCity",                 "=", "address1_city",                          text(),                  "documented"),
        Row("DeliveryAddressCountryRegionISOCode", "=", "address1_country",                       text(),                  "documented"),
        Row("DeliveryAddressCounty",               "=", "address1_county",                        text(),                  "documented"),
        Row("DeliveryAddressLatitude",             ">", "address1_latitude",                      decimal(5),              "documented"),
        Row("DeliveryAddressLongitude",            ">", "address1_longitude",                     decimal(5),              "documented"),
        Row("DeliveryAddressZipCode",              "=", "address1_postalcode",                    text(),                  "documented"),
        Row("DeliveryAddressStreet",               "=", "address1_line1",                         text(),                  "documented"),
        Row("DeliveryAddressState",                "=", "address1_stateorprovince",               text(),                  "documented"),
        Row("OrganizationName",                    "=", "name",                                   text(),                  "documented"),
        Row("OrganizationNumberOfEmployees",       "=", "numberofemployees",                      integer(),               "documented"),
        Row("PrimaryContactEmail",                 "=", "emailaddress1",                          text(),                  "documented"),
        Row("PrimaryContactFax",                   "=", "fax",                                    text(),                  "documented"),
        Row("PrimaryContactPhone",                 "=", "telephone1",                             text(),                  "documented"),
        Row("PrimaryContactTwitter",               "=", "primarytwitterid",                       text(),                  "documented"),
        Row("PrimaryContactURL",                   "=", "websiteurl",                             text(),                  "documented"),
        Row("SalesCurrencyCode",                   "=", "transactioncurrencyid.isocurrencycode",  text(),                  "documented"),
        Row("SalesMemo",                           "=", "description",                            text(),                  "documented"),
        Row("CreditLimitIsMandatory",              "=", "msdyn_creditlimitismandatory",           yes_no(),                "documented"),
        Row("CreditRating",                        "=", "msdyn_creditrating",                     text(),                  "documented"),
        Row("CustomerGroupId",                     "=", "msdyn_customergroupid.msdyn_groupid",    text(),                  "documented"),
        Row("IdentificationNumber",                "=", "msdyn_identificationnumber",             text(),                  "documented"),
        Row("InvoiceAccount",                      "=", "msdyn_billingaccount.accountnumber",     text(),                  "documented"),
        Row("InvoiceAddress",                      "=", "msdyn_invoiceaddress",                   text(),                  "documented", off=PAIRS_UNPUBLISHED),
        Row("IsOneTimeCustomer",                   "=", "msdyn_onetimecustomer",                  yes_no(),                "documented"),
        Row("OnHoldStatus",                        "=", "msdyn_onholdstatus",                     ON_HOLD,                 "documented"),
        Row("PartyCountry",                        "=", "msdyn_partycountry",                     text(),                  "documented"),
        Row("PartyState",                          "=", "msdyn_partystateprovince",               text(),                  "documented"),
        Row("PaymentDay",                          "=", "msdyn_paymentday.msdyn_name",            text(),                  "documented"),
        Row("PaymentMethod",                       "=", "msdyn_customerpaymentmethod.msdyn_name", text(),                  "documented"),
        Row("PaymentSchedule",                     "=", "msdyn_paymentschedule.msdyn_name",       text(),                  "documented"),
        Row("PaymentTerms",                        "=", "msdyn_paymentterm.msdyn_name",           text(),                  "documented"),
        Row("PaymentTermsBaseDays",                "=", "msdyn_paymenttermsbasedays",             integer(),               "documented"),
        Row("PrimaryContactFacebook",              "=", "msdyn_primaryfacebookid",                text(),                  "documented"),
        Row("PrimaryContactFaxExtension",          "=", "msdyn_faxextension",                     text(),                  "documented"),
        Row("PrimaryContactLinkedIn",              "=", "msdyn_primarylinkedinid",                text(),                  "documented"),
        Row("TaxExemptNumber",                     "=", "msdyn_taxexemptnumber",                  text(),                  "documented"),
        Row("VendorAccount",                       "=", "msdyn_vendor.msdyn_vendoraccountnumber", text(),                  "documented"),
        Row("PrimaryContactPhoneExtension",        "=", "msdyn_telephone1extension",              text(),                  "documented"),
        Row(None,                                  ">", "customertypecode",                       default(3),              "documented"),
        Row(None,                                  ">", "address1_addresstypecode",               default(2),              "documented"),
        Row("PartyType",                           "<", None,                                     default("Organization"), "documented"),
        Row("LanguageId",                          "<", None,                                     default("en-us"),        "documented"),
        Row("PartyNumber",                         "=", "msdyn_partynumber",                      text(),                  "documented"),
        Row("ContactPersonId",                     "=", "primarycontactid.msdyn_contactpersonid", text(),                  "documented"),
        Row("SalesTaxGroup",                       "=", "msdyn_salestaxgroup.msdyn_name",         text(),                  "documented"),
    ),
)
