"""Peak memory of a process that loads a 500 MB document, above the same process at rest."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.database import CREATED, database, new_request
from benchmarks.documents import write_document
from benchmarks.figures import Figure
from tasks.database.engine import connect_engine

ROWS = 384_000
LOADER = r"""
import json, re, sys
from pathlib import Path
from benchmarks.database import CREATED
from benchmarks.documents import write_document
from tasks.database.engine import connect_engine
from tasks.sqp.document import write_copy_file
from tasks.sqp.load import load_sqp
scratch, rows, url, request_id = sys.argv[1:]
scratch = Path(scratch)
document = write_document(scratch / f"{rows}.gz", int(rows))
engine = connect_engine(url)
engine.connect().close()
def memory(name):
    return int(re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024
idle = memory("VmRSS")
parsed = write_copy_file(document.path, is_gzip=True, target=scratch / "memory.copy",
                         context=document.context)
load_sqp(engine, parsed, context=document.context, report_created_at=CREATED,
         request_id=int(request_id))
print(json.dumps([idle, memory("VmHWM")]))
"""


def measure(scratch: Path) -> Iterator[Figure]:
    """In a process of its own, so that nothing else counts; Linux only."""
    document = write_document(scratch / f"{ROWS}.gz", ROWS)
    with database(scratch, home="postgres-memory") as url:
        engine = connect_engine(url)
        request_id = new_request(engine, document, at=CREATED)
        engine.dispose()
        address = url.render_as_string(hide_password=False)
        arguments = [str(scratch), str(ROWS), address, str(request_id)]
        done = subprocess.run(
            [sys.executable, "-c", LOADER, *arguments], check=True, stdout=subprocess.PIPE
        )
    idle, peak = json.loads(done.stdout)
    yield Figure("500 MB document: peak above the idle process", peak - idle, "MB", 64)
    yield Figure("  the idle process", idle, "MB")
