"""What becomes of reports that Amazon does not simply fill."""

from __future__ import annotations

CLIENT_ERROR = (
    "A client error occurred. Please double check that your parameters are valid and fulfill "
    "the requirements of the report type."
)


def test_amazons_text_of_a_fatal_is_kept_and_the_others_load(seller):
    seller.script(marketplace=seller.ids["US"], fate="FATAL", fatal_text="Gap: “odd” [€]\n text")
    result = seller.pull("US", "UK", asins=seller.asins(2))

    assert (result["counts"]["fatal"], result["counts"]["loaded"]) == (1, 1)
    fatal = next(r for r in result["reports"] if r["status"] == "fatal")
    assert fatal["message"] == "Gap: “odd” [€]\n text"
    assert fatal["marketplace"] == "US"
    assert seller.job_runs()[0]["status"] == "FAILED"
    assert "odd" in seller.job_runs()[0]["error_message"]


def test_a_fatal_without_a_document_says_so(seller):
    seller.script(fate="FATAL", fatal_document=False)
    result = seller.pull("US", asins=seller.asins(2))
    assert "no explanation" in result["reports"][0]["message"]


def test_a_fatal_whose_document_cannot_be_read_stays_a_fatal(seller):
    seller.script(fate="FATAL")
    seller.fault("document", "status", status=403, times=None)
    result = seller.pull("US", asins=seller.asins(2))
    assert result["counts"]["fatal"] == 1
    assert "could not be read" in result["reports"][0]["message"]


def test_a_fatal_report_is_asked_for_again_by_the_next_pull(seller):
    seller.script(fate="FATAL")
    seller.pull("US", asins=seller.asins(2))
    assert seller.pull("US", asins=seller.asins(2))["counts"]["loaded"] == 1
    assert [row["attempt"] for row in seller.ledger()] == [1, 2]
    assert seller.stored() == seller.served()


def test_cancelled_is_no_data_and_no_error(seller):
    seller.script(fate="CANCELLED")
    result = seller.pull("US", asins=seller.asins(2))
    assert result["counts"]["no_data"] == 1
    assert seller.job_runs()[0]["status"] == "SUCCESS"
    assert seller.pull("US", asins=seller.asins(2))["counts"]["no_data"] == 1
    assert seller.calls("createReport") == 1


def test_a_report_without_rows_is_no_data(seller):
    seller.script(sqp={"without_asins": seller.asins(2)})
    assert seller.pull("US", asins=seller.asins(2))["counts"]["no_data"] == 1


def test_a_queued_report_is_left_pending_and_harvested_later(simulate, enter, db_url):
    from chalkola_spapi.simulator import Progress

    seller = enter(simulate(progress=Progress(after_polls=(2, 0))), db_url)
    result = seller.pull("US", asins=seller.asins(2), wait_minutes=0)
    assert result["counts"]["pending"] == 1
    assert seller.job_runs()[0]["status"] == "SUCCESS"
    assert seller.harvest()["counts"]["pending"] == 1
    assert seller.harvest()["counts"]["loaded"] == 1
    assert seller.calls("createReport") == 1
    assert seller.stored() == seller.served()


def test_waiting_ends_with_its_time(simulate, enter, db_url):
    seller = enter(simulate(), db_url)
    seller.script(fate="IN_QUEUE")
    result = seller.pull("US", asins=seller.asins(2), wait_minutes=0.005)
    assert result["counts"]["pending"] == 1
    assert seller.calls("getReport") > 1


def test_a_pull_takes_up_what_an_earlier_one_left_pending(seller):
    seller.script(processing_s=None, fate="usual", queue_s=1e6)
    seller.pull("US", asins=seller.asins(2), wait_minutes=0)
    result = seller.pull("US", asins=seller.asins(3), wait_minutes=0)
    assert seller.options() == ["B0CHALK001 B0CHALK002", "B0CHALK003"]
    assert (result["counts"]["pending"], result["counts"]["loaded"]) == (1, 1)


def test_a_pending_report_does_not_hold_up_the_others(seller):
    seller.script(marketplace=seller.ids["UK"], fate="IN_PROGRESS", times=None)
    result = seller.pull("UK", "US", asins=seller.asins(20), wait_minutes=0.01)
    assert (result["counts"]["pending"], result["counts"]["loaded"]) == (2, 2)


def test_a_spoilt_batch_is_halved_by_a_harvest_that_may(seller):
    foreign = "B00FOREI01"
    seller.pull("US", asins=[foreign, *seller.asins(21)])
    assert sorted(seller.states()) == ["fatal", "loaded"]
    assert seller.harvest()["reports"] == []
    result = seller.harvest(retry_fatal=True)
    assert sorted(len(option.split()) for option in seller.options()[2:]) == [9, 9]
    assert (result["counts"]["loaded"], result["counts"]["fatal"]) == (1, 1)
    # The day's extra reports are used up.
    assert seller.harvest(retry_fatal=True)["reports"] == []
