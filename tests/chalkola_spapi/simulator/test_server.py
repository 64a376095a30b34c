import socket
import threading
from datetime import timedelta

import httpx
import pytest

from chalkola_spapi.simulator import serve


def test_it_listens_when_with_enters_and_is_gone_after():
    with serve() as simulator:
        assert httpx.get(f"{simulator.url}/_control/state").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(simulator.url)
    simulator.stop()


def test_a_taken_port_is_an_error_at_once():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        serve(port=taken.getsockname()[1])


def test_speed_must_be_above_0():
    with pytest.raises(ValueError, match="speed"):
        serve(speed=0)


def test_documents_are_addressed_as_told(simulate, enter, clock):
    seller = enter(simulate(public_url="http://simulator:8080/"))
    report_id = seller.report_id()
    clock.advance(timedelta(minutes=2))
    url = seller.url(seller.report(report_id))
    assert url.startswith("http://simulator:8080/report-documents/")
    path = url.removeprefix("http://simulator:8080")
    assert seller.http.get(path).status_code == 200


def test_an_ipv6_address_is_written_as_one():
    try:
        simulator = serve(host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    assert simulator.url.startswith("http://[::1]:")
    simulator.stop()


def test_it_serves_in_the_foreground_and_announces_its_address_first():
    simulator = serve()
    announced = []
    thread = threading.Thread(target=simulator.run, args=[announced.append])
    thread.start()
    # The socket listens before the thread runs: this waits for the answer, not for the start.
    response = httpx.get(f"{simulator.url}/_control/state")
    assert response.status_code == 200
    assert announced == [simulator.url]
    simulator.stop()
    thread.join()


def test_many_callers_at_once_get_ids_of_their_own(simulate, enter):
    simulator = simulate(speed=1000)
    seller = enter(simulator)
    seller.authorize()
    ids = []
    threads = [
        threading.Thread(target=lambda: ids.append(seller.create().json()["reportId"]))
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 10
