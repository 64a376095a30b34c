"""What is tidied, and what is kept."""

from __future__ import annotations

import os
import time
from uuid import uuid4

import pytest

from tasks.connections import connections

DAY_S = 86_400


@pytest.fixture
def maintain(seller):
    def run(**parameters):
        from flows.maintenance import maintenance

        return maintenance(**parameters)

    return run


def aged(path, *, days):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    os.utime(path, (time.time() - days * DAY_S,) * 2)
    return path


def test_old_request_records_go_and_new_ones_stay(seller, maintain):
    seller.pull("US", asins=seller.asins(1))
    connections().request_log.flush()
    before = seller.rows("SELECT count(*) AS n FROM chalkola.api_request_log")[0]["n"]
    assert before > 2
    seller.execute(
        "UPDATE chalkola.api_request_log SET request_time = now() - INTERVAL '8 days'"
        " WHERE id IN (SELECT id FROM chalkola.api_request_log ORDER BY id LIMIT 2)"
    )
    assert maintain()["request_log_rows"] == 0
    assert maintain(request_log_days=7)["request_log_rows"] == 2
    left = seller.rows("SELECT count(*) AS n FROM chalkola.api_request_log")[0]["n"]
    assert left == before - 2


def test_a_run_whose_process_died_ends_as_failed(seller, maintain):
    seller.execute(
        "INSERT INTO chalkola.job_runs (job_name, flow_run_id) VALUES ('sqp', :id)", id=uuid4()
    )
    # The hook of the run itself is the first to see it.
    maintain()
    dead, own = seller.job_runs()
    assert (dead["status"], dead["error_message"]) == ("FAILED", "the process that ran it died")
    assert (own["job_name"], own["status"]) == ("maintenance", "SUCCESS")


def test_stale_files_go_and_documents_and_labels_stay(maintain):
    home = connections().settings.chalkola_home
    stale = [
        aged(home / "raw" / "NA" / "1.abc.part", days=2),
        aged(home / "labels" / "week" / "x.pdf.part", days=2),
        aged(home / "parsed" / "NA-1.copy", days=2),
        aged(home / "prefect" / "results" / "key", days=31),
    ]
    kept = [
        aged(home / "raw" / "NA" / "1.gz", days=900),
        aged(home / "labels" / "week" / "x.pdf", days=900),
        aged(home / "parsed" / "NA-2.copy", days=0.5),
        aged(home / "prefect" / "results" / "new", days=29),
        aged(home / "raw" / "NA" / "2.abc.part", days=0.5),
    ]
    assert maintain()["files"] == {"parts": 2, "parsed": 1, "results": 1}
    assert not any(path.exists() for path in stale)
    assert all(path.exists() for path in kept)


def test_the_watch_gives_what_needs_a_person(seller):
    from flows.watch import watch

    seller.pull("US", asins=seller.asins(1))
    assert watch() == []
    seller.execute(
        "UPDATE chalkola.secret_sightings SET first_seen_at = now() - INTERVAL '151 days'"
    )
    (found,) = watch()
    assert found["kind"] == "secret-rotation-due"
