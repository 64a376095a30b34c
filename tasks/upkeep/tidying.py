"""Files that nobody will need again: parts of dead downloads, parsed rows, old cached results."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from tasks.connections import Connections

DAY_S = 86_400.0
#: A download, a parse and a load take minutes; what is a day old has lost its process.
STALE_DAYS = 1.0


def tidy_files(conns: Connections, *, results_days: float) -> dict[str, int]:
    """Remove stale files under CHALKOLA_HOME; gives how many of each kind.

    Raw documents and labels are kept: a load can be replayed from them without Amazon.
    """
    home = conns.settings.chalkola_home
    return {
        "parts": _remove_older(home.rglob("*.part"), days=STALE_DAYS),
        "parsed": _remove_older(_files(home / "parsed"), days=STALE_DAYS),
        "results": _remove_older(_files(_results(home)), days=results_days),
    }


def _results(home: Path) -> Path:
    from prefect.settings import PREFECT_RESULTS_LOCAL_STORAGE_PATH

    configured = Path(PREFECT_RESULTS_LOCAL_STORAGE_PATH.value())
    # Elsewhere it may be shared with projects that are not ours.
    return configured if configured.is_relative_to(home) else home / "prefect" / "results"


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _remove_older(paths: Iterator[Path], *, days: float) -> int:
    oldest = time.time() - days * DAY_S
    removed = 0
    for path in list(paths):
        try:
            if os.lstat(path).st_mtime < oldest:
                path.unlink()
                removed += 1
        except FileNotFoundError:
            continue  # another worker's maintenance was first
    return removed
