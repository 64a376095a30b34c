from datetime import timedelta

import pytest

from chalkola_spapi.simulator import Progress, ReportScript, SystemClock

SQP = "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"
MYI = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"


def error_of(response):
    return response.json()["errors"][0]


def test_a_report_waits_works_and_is_done(seller, clock):
    report_id = seller.report_id()
    report = seller.report(report_id)
    assert report["processingStatus"] == "IN_QUEUE"
    assert "processingStartTime" not in report
    assert "reportDocumentId" not in report
    clock.advance(timedelta(seconds=20))
    assert seller.report(report_id)["processingStatus"] == "IN_PROGRESS"
    clock.advance(timedelta(seconds=40))
    report = seller.report(report_id)
    assert report["processingStatus"] == "DONE"
    assert report["processingStartTime"] == "2026-11-24T12:00:20+00:00"
    assert report["processingEndTime"] == "2026-11-24T12:01:00+00:00"
    assert report["reportDocumentId"]


def test_a_report_never_shows_its_options(seller):
    assert "reportOptions" not in seller.report(seller.report_id())


def test_speed_divides_queue_and_processing(simulate, enter, clock):
    seller = enter(simulate(speed=60))
    report_id = seller.report_id()
    clock.advance(timedelta(seconds=1))
    assert seller.report(report_id)["processingStatus"] == "DONE"


def test_reports_can_move_by_polls_instead_of_time(simulate, enter):
    seller = enter(simulate(progress=Progress(after_polls=(1, 2))))
    report_id = seller.report_id()
    statuses = [seller.report(report_id)["processingStatus"] for _ in range(4)]
    assert statuses == ["IN_QUEUE", "IN_PROGRESS", "IN_PROGRESS", "DONE"]


def test_the_system_clock_moves_reports_too(simulate, enter):
    seller = enter(simulate(clock=SystemClock(), progress=Progress(queue_s=0, processing_s=0)))
    report_id = seller.report_id(dataStartTime="2026-01-25", dataEndTime="2026-01-31")
    assert seller.report(report_id)["processingStatus"] in {"DONE", "FATAL"}


def test_another_accounts_report_is_not_found(simulator, enter):
    one, two = enter(simulator), enter(simulator, "Atzr|two")
    report_id = one.report_id()
    response = two.get(f"/reports/2021-06-30/reports/{report_id}")
    assert (response.status_code, error_of(response)["code"]) == (404, "NotFound")


def test_reports_are_kept_90_days(seller, clock):
    report_id = seller.report_id()
    clock.advance(timedelta(days=90, seconds=1))
    seller.authorize()
    assert seller.get(f"/reports/2021-06-30/reports/{report_id}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"reportType": None}, "reportType"),
        ({"reportType": "NO_SUCH_REPORT"}, "Invalid Report Type"),
        ({"marketplaceIds": None}, "marketplaceIds"),
        ({"marketplaceIds": []}, "marketplaceIds"),
        ({"marketplaceIds": "ATVPDKIKX0DER"}, "marketplaceIds"),
        ({"marketplaceIds": ["US"]}, "marketplaceIds"),
        ({"marketplaceIds": ["ATVPDKIKX0DER"] * 26}, "at most 25"),
        ({"reportOptions": {"asin": 5}}, "reportOptions"),
        ({"reportOptions": ["asin"]}, "reportOptions"),
        ({"dataEndTime": "2026-11-25T00:00:00Z"}, "dataEndTime must be prior"),
        ({"dataStartTime": "2026-11-22T00:00:00Z"}, "dataStartTime must be before"),
    ],
)
def test_a_bad_body_is_refused_and_named(seller, changes, named):
    response = seller.create(**changes)
    assert (response.status_code, error_of(response)["code"]) == (400, "InvalidInput")
    assert named in error_of(response)["message"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]"])
def test_a_body_that_is_no_object_is_refused(seller, body):
    headers = {"content-type": "application/json"}
    response = seller.call("POST", "/reports/2021-06-30/reports", content=body, headers=headers)
    assert response.status_code == 400


def test_a_body_that_is_not_json_by_its_header_is_415(seller):
    response = seller.call("POST", "/reports/2021-06-30/reports", data={"reportType": SQP})
    assert response.status_code == 415


def test_a_marketplace_of_others_is_denied(seller):
    seller.authorize()
    (account,) = seller.simulator.state.lwa.accounts()
    seller.simulator.state.sellers.limit(account, ["A1F83G8C2ARO7P"])
    assert seller.create().status_code == 403
    assert seller.create(marketplaceIds=["A1F83G8C2ARO7P"]).status_code == 202


def test_a_type_without_data_is_cancelled(seller, clock):
    report_id = seller.report_id(reportType="GET_UNKNOWN_DATA", reportOptions=None)
    clock.advance(timedelta(minutes=2))
    report = seller.report(report_id)
    assert report["processingStatus"] == "CANCELLED"
    assert "reportDocumentId" not in report


def test_a_queued_report_can_be_cancelled(seller, clock):
    report_id = seller.report_id()
    assert seller.cancel(report_id).status_code == 200
    assert seller.report(report_id)["processingStatus"] == "CANCELLED"
    clock.advance(timedelta(hours=1))
    seller.authorize()
    assert seller.report(report_id)["processingStatus"] == "CANCELLED"


def test_a_report_in_work_cannot_be_cancelled(seller, clock):
    report_id = seller.report_id()
    clock.advance(timedelta(seconds=21))
    response = seller.cancel(report_id)
    assert (response.status_code, error_of(response)["code"]) == (400, "InvalidInput")
    assert seller.report(report_id)["processingStatus"] == "IN_PROGRESS"


def test_an_unknown_report_cannot_be_cancelled(seller):
    assert seller.cancel("50000018999").status_code == 404


def test_a_listing_is_newest_first_and_its_pages_hold_still(seller, clock):
    ids = []
    for _ in range(5):
        ids.append(seller.report_id())
        clock.advance(timedelta(seconds=1))
    page = seller.reports(reportTypes=SQP, pageSize=2).json()
    assert [report["reportId"] for report in page["reports"]] == [ids[4], ids[3]]
    seller.report_id()
    seen = [report["reportId"] for report in page["reports"]]
    while "nextToken" in page:
        page = seller.reports(nextToken=page["nextToken"]).json()
        seen += [report["reportId"] for report in page["reports"]]
    assert seen == ids[::-1]


def test_a_listing_filters(seller, clock):
    us = seller.report_id()
    clock.advance(timedelta(seconds=30))
    between = clock.now().isoformat()
    clock.advance(timedelta(seconds=1))
    uk = seller.report_id(marketplaceIds=["A1F83G8C2ARO7P"])
    myi = seller.report_id(reportType=MYI)

    def ids(**params):
        return [report["reportId"] for report in seller.reports(**params).json()["reports"]]

    assert ids(reportTypes=f"{SQP},{MYI}") == [myi, uk, us]
    assert ids(reportTypes=SQP, marketplaceIds="A1F83G8C2ARO7P") == [uk]
    assert ids(reportTypes=SQP, processingStatuses="IN_PROGRESS") == [us]
    assert ids(reportTypes=SQP, processingStatuses="IN_PROGRESS,IN_QUEUE") == [uk, us]
    assert ids(reportTypes=SQP, createdSince=between) == [uk]
    assert ids(reportTypes=SQP, createdUntil=between) == [us]


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"reportTypes": ",".join([SQP] * 11)},
        {"reportTypes": SQP, "processingStatuses": "BAD_VALUE"},
        {"reportTypes": SQP, "pageSize": "0"},
        {"reportTypes": SQP, "pageSize": "101"},
        {"reportTypes": SQP, "createdSince": "yesterday"},
        {"nextToken": "bm9uc2Vuc2U="},
    ],
)
def test_a_bad_listing_is_refused(seller, params):
    response = seller.reports(**params)
    assert (response.status_code, error_of(response)["code"]) == (400, "InvalidInput")


def test_a_next_token_must_come_alone(seller, clock):
    for _ in range(3):
        seller.create()
    token = seller.reports(reportTypes=SQP, pageSize=1).json()["nextToken"]
    assert seller.reports(nextToken=token, reportTypes=SQP).status_code == 400
    assert seller.reports(nextToken=token).status_code == 200


@pytest.mark.parametrize("fate", ["IN_QUEUE", "IN_PROGRESS"])
def test_a_report_can_be_stuck(seller, clock, fate):
    seller.simulator.state.reports.scripts.add(ReportScript(fate=fate))
    stuck, usual = seller.report_id(), seller.report_id()
    clock.advance(timedelta(minutes=50))
    assert seller.report(stuck)["processingStatus"] == fate
    assert seller.report(usual)["processingStatus"] == "DONE"


def test_a_report_can_be_forced_to_fail_with_a_text(seller, clock):
    scripts = seller.simulator.state.reports.scripts
    scripts.add(ReportScript(fate="FATAL", fatal_text="Sorry", asin="B0CHALK002"))
    scripts.add(ReportScript(fate="FATAL", fatal_document=False))
    explained, unexplained, usual = (seller.report_id() for _ in range(3))
    clock.advance(timedelta(minutes=2))
    report = seller.report(explained)
    assert report["processingStatus"] == "FATAL"
    assert seller.document(report) == {"errorDetails": "Sorry"}
    report = seller.report(unexplained)
    assert report["processingStatus"] == "FATAL"
    assert "reportDocumentId" not in report
    assert seller.report(usual)["processingStatus"] == "DONE"


def test_a_script_can_meet_the_second_report_of_a_marketplace(seller, clock):
    script = ReportScript(fate="CANCELLED", marketplace="A1F83G8C2ARO7P", nth=2, times=None)
    seller.simulator.state.reports.scripts.add(script)
    uk = [seller.report_id(marketplaceIds=["A1F83G8C2ARO7P"]) for _ in range(3)]
    us = seller.report_id()
    clock.advance(timedelta(minutes=2))
    statuses = [seller.report(one)["processingStatus"] for one in (*uk, us)]
    assert statuses == ["DONE", "CANCELLED", "CANCELLED", "DONE"]


def test_a_script_can_slow_one_report_down(seller, clock):
    seller.simulator.state.reports.scripts.add(ReportScript(queue_s=600, processing_s=0))
    report_id = seller.report_id()
    clock.advance(timedelta(seconds=599))
    assert seller.report(report_id)["processingStatus"] == "IN_QUEUE"
    clock.advance(timedelta(seconds=1))
    assert seller.report(report_id)["processingStatus"] == "DONE"


def test_a_simulator_can_number_its_reports_from_where_another_left_off(simulate, enter):
    seller = enter(simulate(first_report_id=70_000_000_000))
    assert [seller.report_id(), seller.report_id()] == ["70000000000", "70000000001"]
