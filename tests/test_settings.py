"""Settings: read once, checked whole, explained by name, and never echoed."""

from __future__ import annotations

import pytest

from shared.errors import Misconfigured
from shared.settings import Policy, Settings

GOOD = {
    "DATAVERSE_URL": "https://contoso.crm4.dynamics.com",
    "FINANCE_URL": "https://contoso.operations.dynamics.com",
    "DATAVERSE_ORGANIZATION_ID": "2feb653f-352a-5b79-93a3-eaaaded96e5b",
}
SECRET = "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=c2VjcmV0LWtleQ=="


def wrong(**changes: str) -> Misconfigured:
    with pytest.raises(Misconfigured) as misconfigured:
        Settings.read({**GOOD, **changes})
    return misconfigured.value


def test_the_needed_settings_are_three() -> None:
    settings = Settings.read(GOOD)
    assert settings.dataverse_url == "https://contoso.crm4.dynamics.com"
    assert settings.running_maps == ("*",)
    assert settings.blocking_maps == ()
    assert settings.policy == Policy()


def test_every_setting_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(Misconfigured) as misconfigured:
        Settings.read({})
    for name in GOOD:
        assert f"setting {name} is missing" in misconfigured.value.message
    assert misconfigured.value.remedy


def test_everything_that_is_wrong_is_told_at_once() -> None:
    told = wrong(DATAVERSE_URL="contoso", FINANCE_URL="ftp://x", POLICY__ROUNDS="1", POLICY__LEASE="soon").message
    for name in ("DATAVERSE_URL", "FINANCE_URL", "POLICY__ROUNDS", "POLICY__LEASE"):
        assert name in told


def test_an_empty_setting_is_a_missing_one() -> None:
    assert wrong(FINANCE_URL="").message == "setting FINANCE_URL is missing"


def test_names_are_read_in_any_case() -> None:
    assert Settings.read({name.lower(): text for name, text in GOOD.items()}) == Settings.read(GOOD)


@pytest.mark.parametrize(
    "address",
    [
        "contoso.crm4.dynamics.com",
        "https://",
        "https://contoso.crm4.dynamics.com/api/data",
        "ftp://contoso.example",
        "https://user@",
        "",
        " ",
    ],
)
def test_an_address_is_a_scheme_and_a_host_and_nothing_more(address: str) -> None:
    assert "DATAVERSE_URL" in wrong(DATAVERSE_URL=address).message


@pytest.mark.parametrize(
    "address",
    ["https://contoso.example:port", "https://contoso.example:99999", "https://[::1", "https://contoso.example?x=1",
     "https://contoso.example#x", "https://avery:s3cret@contoso.example"],
)  # fmt: skip
def test_an_address_that_could_not_be_called_is_told_when_it_is_read(address: str) -> None:
    told = wrong(FINANCE_URL=address)
    assert "FINANCE_URL" in told.message
    assert "s3cret" not in str(told)


def test_a_trailing_slash_is_no_path() -> None:
    assert Settings.read({**GOOD, "FINANCE_URL": "https://contoso.example/"}).finance_url == "https://contoso.example"


def test_plain_http_is_for_this_machine_only() -> None:
    assert "plain http is only for this machine" in wrong(FINANCE_URL="http://contoso.example").message
    for host in ("127.0.0.1:8080", "localhost:8080", "[::1]:8080"):
        assert Settings.read({**GOOD, "FINANCE_URL": f"http://{host}"}).finance_url == f"http://{host}"


def test_an_organisation_is_compared_in_lower_case() -> None:
    given = {**GOOD, "DATAVERSE_ORGANIZATION_ID": " 2FEB653F-352A-5B79-93A3-EAAADED96E5B "}
    assert Settings.read(given) == Settings.read(GOOD)


def test_an_organisation_that_is_no_id_is_told_and_does_not_refuse_every_event_later() -> None:
    assert "DATAVERSE_ORGANIZATION_ID" in wrong(DATAVERSE_ORGANIZATION_ID="contoso").message


def test_lists_of_maps_are_separated_by_commas() -> None:
    settings = Settings.read({**GOOD, "BLOCKING_MAPS": "projects, contracts,,", "RUNNING_MAPS": "projects"})
    assert settings.blocking_maps == ("projects", "contracts")
    assert settings.running_maps == ("projects",)


def test_side_tables_are_pairs_of_map_and_table() -> None:
    settings = Settings.read({**GOOD, "SIDE_TABLES": "actuals: contoso_actualaccounting ,"})
    assert settings.side_tables == {"actuals": "contoso_actualaccounting"}
    with pytest.raises(Misconfigured, match="SIDE_TABLES: expected map:table"):
        Settings.read({**GOOD, "SIDE_TABLES": "actuals"})


def test_numbers_of_the_policy_can_be_set_one_by_one() -> None:
    given = {**GOOD, "POLICY__ROUNDS": "3", "POLICY__RETRY_DELAYS": "1,2.5", "POLICY__SWEEP_AFTER": "60"}
    policy = Settings.read(given).policy
    assert (policy.rounds, policy.retry_delays, policy.sweep_after) == (3, (1.0, 2.5), 60.0)
    assert policy.lease == Policy().lease


def test_one_retry_delay_is_a_list_of_one() -> None:
    assert Settings.read({**GOOD, "POLICY__RETRY_DELAYS": "30"}).policy.retry_delays == (30.0,)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("POLICY__ROUNDS", "1"),
        ("POLICY__ROUNDS", "many"),
        ("POLICY__LEASE", "0"),
        ("POLICY__BLOCKING_BUDGET", "60"),
        ("POLICY__ABSENCE_DELAY", "-1"),
        ("POLICY__RETRY_DELAYS", "5,later"),
        ("POLICY__RETRY_DELAYS", "-5"),
    ],
)
def test_a_number_out_of_bounds_is_told_by_its_name(name: str, text: str) -> None:
    assert name in wrong(**{name: text}).message


def test_a_policy_that_does_not_exist_is_told_and_not_passed_over() -> None:
    assert "POLICY__ROUNDZ" in wrong(POLICY__ROUNDZ="3").message


def test_what_is_none_of_ours_is_passed_over() -> None:
    assert Settings.read({**GOOD, "PATH": "/bin", "FUNCTIONS_WORKER_RUNTIME": "python"}) == Settings.read(GOOD)


def test_no_value_is_ever_echoed() -> None:
    told = wrong(AZUREWEBJOBSSTORAGE=SECRET, FINANCE_URL=SECRET, POLICY__LEASE=SECRET)
    assert "c2VjcmV0" not in str(told)
    assert told.__cause__ is None


def test_the_connection_string_is_not_shown_with_the_settings() -> None:
    assert "c2VjcmV0" not in repr(Settings.read({**GOOD, "AZUREWEBJOBSSTORAGE": SECRET}))


def test_settings_do_not_change_once_they_are_read() -> None:
    settings = Settings.read(GOOD)
    with pytest.raises(ValueError, match="frozen"):
        settings.finance_url = "https://elsewhere.example"
