"""Two workers on two machines, of which only the database is shared."""

from __future__ import annotations

import json
import time


def test_they_share_the_quotas_and_ask_for_no_report_twice(
    simulate, enter, db_url, seller, pull_elsewhere, monkeypatch, tmp_path
):
    # 15 at once, then 5 a second: two buckets of 15 would meet a 429.
    simulator = simulate(speed=300)
    seller = enter(simulator, db_url)
    asins = seller.asins(18 * 12)
    workers = []
    for name in ("first", "second"):
        monkeypatch.setenv("CHALKOLA_HOME", str(tmp_path / name))
        workers.append(pull_elsewhere("US", "CA", asins=asins))
        # The second finds the first at work, not before it.
        until = time.monotonic() + 30
        while not seller.job_runs() and time.monotonic() < until:
            time.sleep(0.02)
    answers = [worker.communicate(timeout=90) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], answers
    for out, _ in answers:
        assert json.loads(out)["loaded"] == 24
    assert len(seller.created) == 24
    assert seller.calls("createReport", status=429) == 0
    assert seller.calls("getReport", status=429) == 0
    assert seller.stored() == seller.served()
    raw = [list((tmp_path / name / "raw").rglob("*.gz")) for name in ("first", "second")]
    assert sum(map(len, raw)) == 24
