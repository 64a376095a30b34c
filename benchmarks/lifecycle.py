"""Client CPU of one report's whole life: created, looked at twice, addressed, downloaded, parsed.

No waits: the quotas of the simulator are far away, and its reports are done at the second look.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import SecretStr

from benchmarks.baselines.bare_httpx import BareHttpx
from benchmarks.baselines.sp_api_clients import CLIENTS, Life
from benchmarks.documents import END, START, US, write_document
from benchmarks.figures import Figure
from benchmarks.servers import control, simulator
from benchmarks.timing import cpu_s, ratio, rounds_of
from chalkola_spapi.accounts import Account
from chalkola_spapi.client import SpApi
from chalkola_spapi.documents import download_document
from chalkola_spapi.operations import CREATE_REPORT, GET_REPORT, GET_REPORT_DOCUMENT
from chalkola_spapi.periods import ReportPeriod, period_of
from chalkola_spapi.report_types import SQP, report_specification, sqp_options
from chalkola_spapi.reports import ReportsApi
from chalkola_spapi.throttle import MemoryThrottle
from tasks.sqp.document import write_copy_file

LIVES, ROUNDS = 5, 41
#: Of a client that takes ten times as long as ours: its part needs no such care.
FEW_ROUNDS = 9
ASIN = "B0CHALK000"
BARE = "bare httpx"
#: The files that a life writes lie in memory where that is a folder: what a disk's journal takes
#: for each new file differs tenfold from minute to minute, and is no client's.
IN_MEMORY = Path("/dev/shm")
SPECIFICATION = {
    "reportType": SQP,
    "marketplaceIds": [US],
    "dataStartTime": START.isoformat(),
    "dataEndTime": END.isoformat(),
    "reportOptions": {"reportPeriod": "WEEK", "asin": ASIN},
}
#: Far beyond what the lives take, so that nobody waits.
RATE_PER_S, BURST = 1_000_000, 100_000


def measure(scratch: Path) -> Iterator[Figure]:
    """Ours against bare httpx, and against the clients that others use."""
    with TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else scratch) as folder:
        yield from _measure(Path(folder))


def _measure(scratch: Path) -> Iterator[Figure]:
    document = write_document(scratch / "1.gz", 1, asins=(ASIN,))
    installed = [name for name, (module, _) in CLIENTS.items() if find_spec(module) is not None]
    with simulator(progress={"after_polls": (1, 0)}, sqp_reports_a_day=1_000_000) as url:
        _let_through(url, document.path)
        pairs = {name: _beside(name, url, scratch) for name in (BARE, *installed)}
    ratios = {name: ratio(ours, others) for name, (ours, others) in pairs.items()}
    yield Figure("a report's life: ours / bare httpx", ratios.pop(BARE), target=1.3)
    yield Figure("ours / the fastest other client", max(ratios.values()), target=1)
    yield Figure("  ours", median(pairs[BARE][0]), "ms CPU")
    for name, (_, others) in pairs.items():
        yield Figure(f"  {name}", median(others), "ms CPU")
    for name in CLIENTS.keys() - pairs.keys():
        yield Figure(f"  {name}", math.nan, note="left out: it is not installed")


def _beside(name: str, url: str, scratch: Path) -> tuple[list[float], list[float]]:
    """Ours and one other in turn, in a process of their own, as a client has one in its work.

    A client that takes ten times as long leaves the processor's caches to the next one empty.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
        return process.submit(_in_turn, name, url, scratch).result()


def _in_turn(name: str, url: str, scratch: Path) -> tuple[list[float], list[float]]:
    ours, other = _Ours(url, scratch).life, _life_of(name, url)
    # Some of the clients turn on logging of every request, also of ours.
    logging.disable(logging.INFO)
    lives = {"ours": _per_life(ours), name: _per_life(lambda: other(SPECIFICATION))}
    found = rounds_of(lives, rounds=FEW_ROUNDS if name == "python-amazon-sp-api" else ROUNDS)
    return found["ours"], found[name]


def _life_of(name: str, url: str) -> Life:
    return BareHttpx(url).life if name == BARE else CLIENTS[name][1](url)


def _per_life(life: Callable[[], object]) -> Callable[[], float]:
    def run() -> float:
        return 1000 / LIVES * cpu_s(lambda: [life() for _ in range(LIVES)])

    return run


def _let_through(url: str, document: Path) -> None:
    import base64
    import gzip

    text = base64.b64encode(gzip.decompress(document.read_bytes())).decode()
    control(url, "scripts", {"times": None, "document_base64": text})
    for operation in (CREATE_REPORT, GET_REPORT, GET_REPORT_DOCUMENT):
        plan = {"operation": operation.name, "rate_per_s": RATE_PER_S, "burst": BURST}
        control(url, "rate", plan)


class _Ours:
    """The product's client and parser, with its quotas in memory."""

    def __init__(self, url: str, scratch: Path) -> None:
        account = Account(
            name="NA",
            endpoint=url,
            lwa_url=f"{url}/auth/o2/token",
            client_id="amzn1.application-oa2-client.bench",
            client_secret=SecretStr("secret"),
            refresh_token=SecretStr("Atzr|NA"),
        )
        throttle = MemoryThrottle()
        for operation in (CREATE_REPORT, GET_REPORT, GET_REPORT_DOCUMENT):
            throttle.set_rate("NA", operation, rate_per_s=RATE_PER_S)
        self._reports = ReportsApi(SpApi(account, throttle=throttle))
        self._scratch = scratch
        self._context = write_document(scratch / "1.gz", 1, asins=(ASIN,)).context

    def life(self) -> Any:
        period = period_of(ReportPeriod.WEEK, START)
        specification = report_specification(
            SQP, marketplace_id=US, period=period, options=sqp_options(period, [ASIN])
        )
        report_id = self._reports.create_report(specification)
        self._reports.get_report(report_id)
        report = self._reports.get_report(report_id)
        address = self._reports.get_report_document(report.report_document_id or "")
        # Each report has files of its own, as in the product.
        got = download_document(address, self._scratch / f"{report_id}.gz")
        target = self._scratch / f"{report_id}.copy"
        return write_copy_file(got.path, is_gzip=got.is_gzip, target=target, context=self._context)
