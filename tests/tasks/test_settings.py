"""The environment, checked in one place."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalkola_spapi.marketplaces import find_marketplace
from tasks.settings import Settings, SettingsError

SECRET = "UNMISTAKABLE"


@pytest.fixture
def env(monkeypatch):
    def set_all(**values):
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        return Settings.from_env()

    return set_all


@pytest.fixture
def credentials(monkeypatch):
    monkeypatch.setenv("SP_API_CLIENT_ID", "id")
    monkeypatch.setenv("SP_API_CLIENT_SECRET", SECRET)


def test_every_malformed_variable_is_named_at_once_and_no_secret_is(env):
    with pytest.raises(SettingsError) as raised:
        env(
            SQP_DAILY_BUDGET="many",
            SP_API_POLL_INTERVAL="-1",
            LOG_FORMAT="xml",
            SP_API_ENDPOINT_NA="not an address",
            SP_API_CLIENT_SECRET=SECRET,
        )
    message = str(raised.value)
    for name in ("SQP_DAILY_BUDGET", "SP_API_POLL_INTERVAL", "LOG_FORMAT", "SP_API_ENDPOINT_NA"):
        assert name in message
    assert SECRET not in message
    assert "\n" not in message


def test_secrets_print_as_stars(env, credentials):
    settings = env(SP_API_REFRESH_TOKEN_NA=SECRET, SUPABASE_DB_URL=f"postgresql://u:{SECRET}@h/d")
    assert SECRET not in f"{settings!r} {settings} {settings.account('NA')!r}"


def test_what_an_account_lacks_is_named(env):
    with pytest.raises(SettingsError, match=r"SP_API_CLIENT_ID.*SP_API_CLIENT_SECRET.*_TOKEN_EU"):
        env().account("EU")


def test_a_marketplace_may_be_an_account_of_its_own_on_its_regions_endpoint(env, credentials):
    settings = env(
        SP_API_REFRESH_TOKEN_EU="eu", SP_API_REFRESH_TOKEN_AE="ae", SP_API_ENDPOINT_EU="http://e/"
    )
    assert settings.account_names == ["EU", "UAE"]
    assert settings.account_name_for(find_marketplace("UAE")) == "UAE"
    assert settings.account_name_for(find_marketplace("DE")) == "EU"
    assert settings.account("UAE").endpoint == "http://e"
    assert settings.account("UAE").refresh_token.get_secret_value() == "ae"


def test_an_unknown_account_is_refused(env):
    with pytest.raises(SettingsError, match="SP_API_REFRESH_TOKEN_XX"):
        env(SP_API_REFRESH_TOKEN_XX="x")


def test_the_env_file_is_read_and_the_environment_wins(env):
    Path(".env").write_text("SQP_DAILY_BUDGET=3\nSP_API_REFRESH_TOKEN_FE=fe\nLOG_LEVEL=DEBUG\n")
    settings = env(SQP_DAILY_BUDGET="4")
    assert (settings.sqp_daily_budget, settings.log_level) == (4, "DEBUG")
    assert settings.account_names == ["FE"]


def test_an_empty_variable_counts_as_unset(env):
    settings = env(SQP_DAILY_BUDGET="", SP_API_REFRESH_TOKEN_NA="", SUPABASE_DB_URL="")
    assert (settings.sqp_daily_budget, settings.account_names) == (20, [])
    assert settings.supabase_db_url is None


def test_the_home_is_absolute(env, tmp_path):
    assert env(CHALKOLA_HOME="here").chalkola_home == tmp_path / "here"


@pytest.mark.parametrize(
    ("endpoint", "kind"),
    [
        ("https://sellingpartnerapi-na.amazon.com", "real"),
        ("https://sandbox.sellingpartnerapi-na.amazon.com", "simulated"),
        ("http://127.0.0.1:8700", "simulated"),
        ("https://amazon.com.example.org", "simulated"),
    ],
)
def test_only_amazons_own_hosts_are_real(env, endpoint, kind):
    assert env(SP_API_ENDPOINT_NA=endpoint).endpoint_kind(["NA"])[0] == kind
