"""`chalkola check` names each known failure: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from chalkola_spapi.simulator import Fault, Simulator, serve
from tasks.connections import Connections
from tasks.database.engine import mark_database
from tasks.settings import Settings
from tasks.upkeep.checks import Check, run_checks
from tasks.upkeep.secret_age import note_secret

SELLERS = "getMarketplaceParticipations"


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with serve(clients={"id": "client-secret"}) as simulator:
        yield simulator


class Office:
    """A seller's settings; `check` gives what was found by subject and name."""

    def __init__(self, simulator: Simulator, url: str) -> None:
        self.now = datetime.now(UTC)
        self.given = {
            "supabase_db_url": SecretStr(url),
            "sp_api_client_id": "id",
            "sp_api_client_secret": SecretStr("client-secret"),
            "refresh_tokens": {"NA": SecretStr("Atzr|NA")},
            "sp_api_lwa_url": simulator.lwa_url,
            "sp_api_endpoint_na": simulator.url,
            "sp_api_endpoint_eu": simulator.url,
        }

    def conns(self, **other: object) -> Connections:
        return Connections(Settings(**self.given | other), now=lambda: self.now)  # type: ignore[arg-type]

    def check(self, **other: object) -> dict[tuple[str, str], Check]:
        return self.checked(self.conns(**other))

    @staticmethod
    def checked(conns: Connections) -> dict[tuple[str, str], Check]:
        try:
            return {(one.subject, one.name): one for one in run_checks(conns)}
        finally:
            conns.close()


@pytest.fixture
def office(simulator: Simulator, db_url) -> Office:
    simulator.state.reset()
    return Office(simulator, db_url.render_as_string(hide_password=False))


def failed(found: dict[tuple[str, str], Check]) -> list[tuple[str, str]]:
    return [place for place, one in found.items() if one.ok is False]


def test_a_good_setup_has_no_failure(office):
    found = office.check()
    assert failed(found) == []
    assert found["database", "kind of data"].text == "empty; it will hold simulated data"
    assert found["application", "client secret"].text == "age unknown: not yet used here"
    assert found["account NA", "marketplaces"].text.startswith("may use US, CA, MX")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"sp_api_client_secret": SecretStr("old")},
            ["invalid_client", "expired (after 180 days)"],
        ),
        ({"refresh_tokens": {"NA": SecretStr("Atzr|revoked")}}, ["invalid_grant", "revoked"]),
    ],
)
def test_a_refused_login_is_named(office, simulator, given, said):
    simulator.state.lwa.revoked.add("Atzr|revoked")
    found = office.check(**given)
    assert failed(found) == [("account NA", "token")]
    assert all(word in found["account NA", "token"].text for word in said)
    assert ("account NA", "marketplaces") not in found


def test_a_login_that_cannot_be_reached_is_named_when_patience_ends(office):
    conns = office.conns(sp_api_lwa_url="http://127.0.0.1:9/token")
    naps: list[float] = []
    client = conns.api("NA")
    client._sleep, client._clock = naps.append, lambda: sum(naps)
    found = office.checked(conns)
    assert 30 < sum(naps) <= 60
    assert failed(found) == [("account NA", "token")]
    text = found["account NA", "token"].text
    assert "login (account NA)" in text
    assert "ConnectError" in text
    assert ("account NA", "marketplaces") not in found


def test_a_token_of_another_region_is_named(office, simulator):
    simulator.state.faults.add(Fault(operation=SELLERS, action="status", status=403, times=2))
    text = office.check()["account NA", "token"].text
    assert "403 Unauthorized" in text
    assert "in another region" in text
    assert "SP_API_REFRESH_TOKEN_NA" in text


def test_a_token_of_another_account_is_named(office, simulator):
    found = office.check(refresh_tokens={"EU": SecretStr("Atzr|NA")})
    assert failed(found) == []
    for account in simulator.state.lwa.accounts():
        simulator.state.sellers.limit(account, ["ATVPDKIKX0DER"])
    found = office.check(refresh_tokens={"EU": SecretStr("Atzr|NA")})
    assert ("account EU", "marketplaces") in failed(found)
    assert "may use none of ours: is SP_API_REFRESH_TOKEN_EU" in (
        found["account EU", "marketplaces"].text
    )


def test_a_missing_role_is_named(office, simulator):
    fault = Fault(operation="listInboundPlans", action="status", status=403, times=2)
    simulator.state.faults.add(fault)
    found = office.check()
    assert failed(found) == [("account NA", "role Amazon Fulfillment")]
    assert "a role added later needs a new refresh token" in (
        found["account NA", "role Amazon Fulfillment"].text
    )


def test_a_database_of_the_other_kind_is_named(office, engine):
    mark_database(engine, kind="real", endpoint_host="sellingpartnerapi-na.amazon.com")
    found = office.check()
    assert failed(found) == [("database", "kind of data")]
    assert (
        "real data (from sellingpartnerapi-na.amazon.com), but the accounts lead to simulated"
        in (found["database", "kind of data"].text)
    )


@pytest.mark.parametrize(("days", "ok"), [(149, True), (150, False)])
def test_an_old_client_secret_is_named(office, engine, days, ok):
    mark_database(engine, kind="simulated", endpoint_host="127.0.0.1")
    conns = office.conns()
    note_secret(conns)
    conns.close()
    office.now += timedelta(days=days)
    found = office.check()["application", "client secret"]
    assert found.ok is ok
    assert found.text.startswith(f"first used here {days} days ago")


def test_tables_that_are_missing_are_named(office, empty_db_url):
    url = SecretStr(empty_db_url.render_as_string(hide_password=False))
    found = office.check(supabase_db_url=url)
    assert failed(found) == [("database", "migrations")]
    assert "chalkola db migrate" in found["database", "migrations"].text


def test_a_missing_secret_is_named_beside_what_works(office):
    found = office.check(sp_api_client_secret=None)
    assert failed(found) == [("account NA", "credentials")]
    assert found["account NA", "credentials"].text.startswith("not set: SP_API_CLIENT_SECRET")


def test_a_clock_that_is_off_is_named(office):
    office.now += timedelta(minutes=10)
    found = office.check()
    assert failed(found) == [("account NA", "clock")]
    text = found["account NA", "clock"].text
    # Amazon's clock is read to the second, after an answer's time.
    assert float(text.split()[0]) == pytest.approx(-600, abs=5)
    assert text.endswith("set this machine's clock")


def test_supabases_direct_host_is_explained(office):
    url = SecretStr("postgresql://postgres:secret@db.abcdefgh.supabase.co:5432/postgres")
    found = office.check(supabase_db_url=url)["database", "connection"]
    assert found.ok is False
    assert "use the session pooler" in found.text
    assert "secret" not in found.text
