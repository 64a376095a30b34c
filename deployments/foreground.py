"""A flow run in the foreground of a command: Prefect prepared, progress shown."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from deployments.console import err
from deployments.prefect_environment import foreground
from tasks.connections import Connections
from tasks.errors import ChalkolaError

LOOK_EVERY_S = 1.0

Watch = Callable[[Connections, threading.Event], None]


def run_in_foreground(
    conns: Connections,
    run: Callable[[], dict[str, Any]],
    *,
    is_quiet: bool,
    watch: Watch | None = None,
    prepare: Callable[[], None] | None = None,
) -> dict[str, Any]:
    """Run a flow here; gives its summary, also when some of its reports failed.

    `watch` shows on a terminal how far it is, until its event is set. `prepare` is done before the
    flow, while Prefect's server starts.
    """
    with foreground(conns.settings, starts_early=prepare is not None) as server:
        # Prefect is imported only now, with its environment set.
        from tasks.reports.collection import IncompleteError

        try:
            if prepare is not None:
                prepare()
            if server is not None:
                server.wait()
            with _progress(conns, watch or _watch, is_quiet=is_quiet):
                return run()
        except IncompleteError as exc:
            return exc.summary
        except (httpx.TransportError, RuntimeError) as exc:
            _refuse_without_prefect(exc)
            raise


def _refuse_without_prefect(exc: Exception) -> None:
    """Say in one line that Prefect's server does not answer."""
    if isinstance(exc, httpx.TransportError) or "reach API" in str(exc):
        address = os.environ.get("PREFECT_API_URL", "the ephemeral address")
        raise ChalkolaError(f"Prefect's server at {address} does not answer") from exc


@contextmanager
def _progress(conns: Connections, watch: Watch, *, is_quiet: bool) -> Iterator[None]:
    """Show on a terminal how far the reports of this run are; elsewhere nothing."""
    if is_quiet or not err.is_terminal:
        yield
        return
    ended = threading.Event()
    watcher = threading.Thread(target=watch, args=(conns, ended), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _watch(conns: Connections, ended: threading.Event) -> None:
    started = conns.now()
    with err.status("Starting Prefect ...") as status:
        while not ended.wait(LOOK_EVERY_S):
            moved = conns.ledger.states_since(started)
            if moved:
                parts = [f"{count} {state}" for state, count in moved.items()]
                status.update(f"Reports: {', '.join(parts)}")
