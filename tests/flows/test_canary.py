"""In scheduled runs one batch of each marketplace and period goes first."""

from __future__ import annotations

from datetime import timedelta


def test_the_rest_is_released_when_the_canary_has_loaded(seller):
    result = seller.pull("US", "UK", asins=seller.asins(40), canary=True)
    assert result["counts"]["loaded"] == 6
    assert seller.stored() == seller.served()
    times = {
        place: [
            (row["submitting_at"], row["loaded_at"])
            for row in seller.ledger()
            if row["marketplace_id"] == place
        ]
        for place in (seller.ids["US"], seller.ids["UK"])
    }
    for rows in times.values():
        canary_loaded = min(loaded for _, loaded in rows)
        assert sum(asked < canary_loaded for asked, _ in rows) == 1


def test_a_fatal_canary_blocks_the_rest(seller):
    seller.state.calendar.slip(timedelta(days=1000), marketplace=seller.ids["US"])
    result = seller.pull("US", "UK", asins=seller.asins(40), canary=True)
    assert (result["counts"]["fatal"], result["counts"]["planned"]) == (1, 2)
    assert result["counts"]["loaded"] == 3
    asked = [r.specification.marketplace_ids[0] for r in seller.created]
    assert asked.count(seller.ids["US"]) == 1


def test_what_a_canary_holds_back_waits_for_its_next_try(seller):
    seller.state.calendar.slip(timedelta(days=1000))
    seller.pull("US", asins=seller.asins(40), start=None, canary=True)
    for _ in range(2):
        assert seller.harvest(retry_fatal=True, canary=True)["counts"]["planned"] == 2
    assert seller.calls("createReport") == 1
    seller.state.calendar.clear()
    seller.execute(
        "UPDATE chalkola.report_requests SET retry_at = retry_at - INTERVAL '2 days',"
        " updated_at = updated_at - INTERVAL '2 days'"
    )
    result = seller.harvest(retry_fatal=True, canary=True)
    assert result["counts"]["loaded"] == 3
    assert seller.stored() == seller.served()


def test_a_foreground_pull_asks_for_all_at_once(seller):
    seller.state.calendar.slip(timedelta(days=1000))
    assert seller.pull("US", asins=seller.asins(40))["counts"]["fatal"] == 3


def test_a_canary_of_another_brand_does_not_speak_for_the_rest(seller):
    seller.pull("US", asins=["B00FOREIGN", *seller.asins(20)], canary=True)
    assert seller.states() == ["fatal", "planned"]
    assert seller.harvest(canary=True)["counts"]["loaded"] == 1


def test_a_canary_that_still_waits_at_amazon_holds_the_rest(seller):
    seller.script(fate="IN_QUEUE", times=1)
    result = seller.pull("US", asins=seller.asins(20), wait_minutes=0, canary=True)
    assert (result["counts"]["pending"], result["counts"]["planned"]) == (1, 1)
    assert seller.harvest(canary=True)["counts"]["planned"] == 1
    assert seller.calls("createReport") == 1
