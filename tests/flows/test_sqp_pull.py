"""A pull from the request to the table, and what the next pulls ask for."""

from __future__ import annotations

from hashlib import sha256

NOTHING = dict.fromkeys(("loaded", "no_data", "pending", "planned", "fatal", "failed"), 0)


def test_every_column_of_every_row_is_what_was_served(seller):
    result = seller.pull("US", "UK", asins=seller.asins(40))

    assert result["counts"] == NOTHING | {"loaded": 6}
    served = seller.served()
    assert len(served) > 1000
    assert seller.stored() == served
    assert sum(r["rows"] for r in result["reports"]) == len(served)


def test_a_pull_works_on_postgresql_15(simulate, enter, postgres15_url):
    seller = enter(simulate(), postgres15_url)
    assert seller.pull("US", "JP", asins=seller.asins(20))["counts"]["loaded"] == 4
    assert seller.stored() == seller.served()


def test_reports_are_as_few_as_200_characters_allow(seller):
    seller.pull("US", "UK", asins=seller.asins(40))
    assert sorted(len(option.split()) for option in seller.options()) == [4, 4, 18, 18, 18, 18]
    assert max(map(len, seller.options())) <= 200
    assert seller.calls("createReport") == 6


def test_each_document_is_downloaded_once(seller):
    seller.pull("US", asins=seller.asins(20))
    assert (seller.calls("getReportDocument"), seller.calls("document")) == (2, 2)


def test_the_ledger_knows_each_kept_document(seller):
    seller.pull("US", asins=seller.asins(20))
    kept = {path.stem: sha256(path.read_bytes()).hexdigest() for path in seller.raw_files}
    assert kept == {row["report_id"]: row["document_sha256"] for row in seller.ledger()}


def test_a_second_pull_asks_for_nothing_and_writes_nothing(seller):
    seller.pull("US", asins=seller.asins(20))
    places, calls = seller.places(), seller.calls("createReport")

    result = seller.pull("US", asins=seller.asins(20))

    assert result["counts"] == NOTHING | {"loaded": 2}
    assert not any(r["is_new"] for r in result["reports"])
    assert seller.places() == places
    assert seller.calls("createReport") == calls


def test_one_more_asin_costs_one_report_for_it_alone(seller):
    seller.pull("US", asins=seller.asins(20))
    places = seller.places()

    seller.pull("US", asins=["B0CHALK999", *seller.asins(20)])

    assert seller.options()[2:] == ["B0CHALK999"]
    after = seller.places()
    assert {key: after[key] for key in places} == places
    assert seller.stored() == seller.served()


def test_refresh_updates_what_was_restated_and_leaves_equal_rows_where_they_are(seller):
    seller.script(asin="B0CHALK001")  # the first report is as usual
    seller.pull("US", asins=seller.asins(20))
    places = seller.places()
    seller.script(asin="B0CHALK001", sqp={"restate": 1.5})

    result = seller.pull("US", asins=seller.asins(20), refresh=True)

    assert seller.calls("createReport") == 4
    assert seller.stored() == seller.served()
    after = seller.places()
    untouched = {key for key in places if key[2] in {"B0CHALK019", "B0CHALK020"}}
    assert untouched
    assert {key: after[key] for key in untouched} == {key: places[key] for key in untouched}
    assert sum(r["rows_written"] for r in result["reports"]) < len(after)
    assert any(after[key] != place for key, place in places.items())


def test_a_refresh_without_news_rewrites_no_row(seller):
    seller.pull("US", asins=seller.asins(3))
    places = seller.places()
    result = seller.pull("US", asins=seller.asins(3), refresh=True)
    assert seller.calls("createReport") == 2
    assert (result["reports"][0]["rows_written"], result["reports"][0]["rows_removed"]) == (0, 0)
    assert seller.places() == places


def test_rows_that_a_refresh_no_longer_holds_are_removed(seller):
    seller.pull("US", asins=seller.asins(3))
    seller.script(sqp={"without_asins": ["B0CHALK002"]})
    result = seller.pull("US", asins=seller.asins(3), refresh=True)
    assert result["reports"][0]["rows_removed"] > 0
    assert {key[2] for key in seller.stored()} == {"B0CHALK001", "B0CHALK003"}


def test_refreshing_twice_asks_twice(seller):
    for _ in range(2):
        seller.pull("US", asins=seller.asins(3), refresh=True)
    assert seller.calls("createReport") == 2


def test_months_and_weeks_lie_side_by_side(seller):
    from datetime import date

    seller.pull("US", asins=seller.asins(2))
    seller.pull("US", asins=seller.asins(2), period="MONTH", start=date(2026, 1, 1))
    counts = seller.rows(
        "SELECT report_period, min(period_end) AS ends FROM chalkola.sqp_data GROUP BY 1 ORDER BY 1"
    )
    assert [(c["report_period"], c["ends"]) for c in counts] == [
        ("MONTH", date(2026, 1, 31)),
        ("WEEK", date(2026, 1, 31)),
    ]


def test_without_a_start_the_newest_published_week_is_pulled(seller):
    result = seller.pull("US", asins=seller.asins(1), start=None)
    assert result["counts"]["loaded"] == 1


def test_asins_may_be_given_for_one_marketplace(seller):
    seller.pull("US", "UK", asins=["US:B0CHALK001", "uk:b0chalk002"])
    assert sorted(seller.options()) == ["B0CHALK001", "B0CHALK002"]


def test_tracked_asins_are_pulled_by_priority(seller):
    from tasks.asins.tracked import TrackedAsin, import_asins

    tracked = [TrackedAsin(seller.ids["US"], a, n) for n, a in enumerate(seller.asins(20)[::-1])]
    import_asins(seller.engine, tracked)
    seller.pull(asins=[])
    assert min(seller.options(), key=len) == "B0CHALK001 B0CHALK002"


def test_a_run_ends_as_success_with_its_rows(seller):
    result = seller.pull("US", asins=seller.asins(2))
    (run,) = seller.job_runs()
    assert (run["job_name"], run["status"], run["error_message"]) == ("sqp", "SUCCESS", None)
    assert run["records_processed"] == result["reports"][0]["rows"]
    assert run["metadata"] == NOTHING | {"loaded": 1}
    assert run["completed_at"] >= run["started_at"]


def test_each_request_is_logged_with_path_and_request_id(seller):
    from tasks.connections import close_connections

    seller.pull("US", asins=seller.asins(2))
    close_connections()
    log = seller.rows("SELECT * FROM chalkola.api_request_log ORDER BY id")
    assert {entry["operation"] for entry in log} == {
        "createReport",
        "getReport",
        "getReportDocument",
    }
    assert all(entry["request_id"] and entry["endpoint"].startswith("/") for entry in log)
    assert not any("?" in entry["endpoint"] or "://" in entry["endpoint"] for entry in log)
    created = next(entry for entry in log if entry["operation"] == "createReport")
    assert (created["status_code"], created["marketplace_id"]) == (202, seller.ids["US"])


def test_forty_reports_meet_no_429_and_use_the_quota(simulate, enter, db_url):
    seller = enter(simulate(speed=100), db_url)
    asins = [f"B0CHAL{number:04d}" for number in range(10 * 18)]
    seller.script(sqp={"without_asins": asins}, times=None)

    result = seller.pull("US", "CA", "MX", "AU", asins=asins)

    assert result["counts"] == NOTHING | {"no_data": 40}
    for operation in ("createReport", "getReport", "getReportDocument"):
        assert seller.calls(operation, status=429) == 0
    assert seller.calls("createReport") == 40
    asked_at = [row["submitting_at"] for row in seller.ledger() if row["account"] == "NA"]
    bound_s = (30 - 15) / (100 * 0.0167)
    assert len(asked_at) == 30
    assert (max(asked_at) - min(asked_at)).total_seconds() < 1.3 * bound_s
