"""Loading 10,000 rows into a database that is 25 ms away, through a proxy that delays."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from benchmarks.baselines.guide_insert import insert
from benchmarks.database import CREATED, clear, database, new_request
from benchmarks.documents import write_document
from benchmarks.figures import Figure
from benchmarks.timing import in_turn, wall_s
from tasks.database.engine import connect_engine
from tasks.sqp.document import write_copy_file
from tasks.sqp.load import load_sqp

ROUND_TRIP_S = 0.025
ROWS = 10_000
#: Row by row takes as long for each row: a hundredth is measured, and multiplied.
GUIDE_ROWS = 100
ROUNDS = 3


def measure(scratch: Path) -> Iterator[Figure]:
    """Ours whole; row by row by its hundredth part."""
    document = write_document(scratch / f"{ROWS}.gz", ROWS)
    with database(scratch) as near, _delayed(near) as far:
        engine, here = connect_engine(far), connect_engine(near)

        def ours() -> float:
            clear(here)
            request_id = new_request(here, document)

            def load() -> None:
                parsed = write_copy_file(
                    document.path,
                    is_gzip=True,
                    target=scratch / "far.copy",
                    context=document.context,
                )
                load_sqp(
                    engine,
                    parsed,
                    context=document.context,
                    report_created_at=CREATED,
                    request_id=request_id,
                )

            return wall_s(load)

        def guide() -> float:
            clear(here)
            return wall_s(lambda: insert(engine, document, limit=GUIDE_ROWS))

        found = in_turn({"ours": ours, "guide": guide}, rounds=ROUNDS)
        engine.dispose()
        here.dispose()
    row_by_row = found["guide"] * ROWS / GUIDE_ROWS
    yield Figure(
        "25 ms away, 10,000 rows: row by row / ours", row_by_row / found["ours"], "x", 300, True
    )
    yield Figure("  ours", found["ours"], "s")
    yield Figure("  row by row, from its hundredth part", row_by_row, "s")


@contextmanager
def _delayed(url: sa.URL) -> Iterator[sa.URL]:
    """Give an address of the same database behind a proxy that holds each byte for 12.5 ms."""
    ready = threading.Event()
    proxy = _Proxy(f"{url.query['host']}/.s.PGSQL.{url.port or 5432}", ready)
    thread = threading.Thread(target=proxy.run, daemon=True)
    thread.start()
    ready.wait(10)
    yield url.set(host="127.0.0.1", port=proxy.port, query={})
    proxy.stop()
    thread.join(10)


class _Proxy:
    """A TCP address whose bytes reach a Unix socket, and come back, late and in order."""

    def __init__(self, socket: str, ready: threading.Event) -> None:
        self.port = 0
        self._socket = socket
        self._ready = ready
        self._ended = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._meetings: set[asyncio.Task[None]] = set()

    def run(self) -> None:
        """Serve until stop()."""
        self._loop.run_until_complete(self._serve())

    def stop(self) -> None:
        """Ask it to end."""
        self._loop.call_soon_threadsafe(self._ended.set)

    async def _serve(self) -> None:
        async with await asyncio.start_server(self._meet, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._ended.wait()
        await asyncio.gather(*self._meetings, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        meeting = asyncio.current_task()
        if meeting is not None:
            self._meetings.add(meeting)
        there, back = await asyncio.open_unix_connection(self._socket)
        await asyncio.gather(self._pump(reader, back), self._pump(there, writer))

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        held: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def read() -> None:
            while block := await source.read(1 << 16):
                held.put_nowait((self._loop.time() + ROUND_TRIP_S / 2, block))
            held.put_nowait((0.0, b""))

        reading = asyncio.create_task(read())
        while True:
            due, block = await held.get()
            await asyncio.sleep(max(0.0, due - self._loop.time()))
            if not block:
                break
            target.write(block)
        await reading
        target.close()
