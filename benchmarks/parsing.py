"""A gzip document of 18,000 rows to lines that COPY reads: CPU of this process."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import msgspec

from benchmarks.documents import write_document
from benchmarks.figures import Figure
from benchmarks.timing import cpu_s, ratio, rounds_of
from tasks.sqp.document import write_copy_file

ROWS = 18_000
ROUNDS = 7


def measure(scratch: Path) -> Iterator[Figure]:
    """The parser with all its checks, beside decoders alone."""
    document = write_document(scratch / "18000.gz", ROWS)

    def ours() -> None:
        target = scratch / "18000.copy"
        write_copy_file(document.path, is_gzip=True, target=target, context=document.context)

    def text() -> bytes:
        return gzip.decompress(document.path.read_bytes())

    found = rounds_of(
        {
            "ours": lambda: 1000 * cpu_s(ours),
            "gunzip": lambda: 1000 * cpu_s(text),
            "json": lambda: 1000 * cpu_s(lambda: json.loads(text())),
            "msgspec": lambda: 1000 * cpu_s(lambda: msgspec.json.decode(text())),
        },
        rounds=ROUNDS,
    )
    yield Figure("gzip to COPY lines, 18,000 rows", median(found["ours"]), "ms", 110)
    # Where 110 ms were set as the target, stdlib json took 283: this holds on any machine.
    beside = ratio(found["ours"], found["json"])
    yield Figure("gzip to COPY lines / gunzip + stdlib json", beside, target=0.39)
    yield Figure("  gunzip alone (the limit)", median(found["gunzip"]), "ms")
    yield Figure("  gunzip + stdlib json, no rows written", median(found["json"]), "ms")
    yield Figure("  gunzip + msgspec into dicts, no rows written", median(found["msgspec"]), "ms")
