"""Where digests are kept: one file that is always the newest, and one for each period."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chalkola_spapi.appearing import appearing
from chalkola_spapi.periods import Period


@dataclass(frozen=True)
class Files:
    """The page that is always the newest of its kind, and the one that keeps its name."""

    newest: Path
    dated: Path


def write_page(folder: Path, name: str, period: Period, page: str) -> Files:
    """Write a page, each file as a whole or not at all; gives where it is.

    A page of an older period than one that is there does not take the newest's place.
    """
    length = period.report_period.value.lower()
    stem = f"digest-{name}-{length}"
    dated = folder / f"{stem}-{period.start}.html"
    _replace(dated, page)
    newest = folder / f"{stem}.html"
    # Dates in their names sort by time.
    if dated == max(folder.glob(f"{stem}-*.html")):
        _replace(newest, page)
    return Files(newest, dated)


def _replace(path: Path, text: str) -> None:
    with appearing(path) as file:
        file.write(text.encode())
