"""`chalkola digest`: what happened to search terms and stock, and what to do, on one page."""

from __future__ import annotations

import webbrowser
from datetime import datetime
from typing import Annotated

import typer

from chalkola_spapi.periods import ReportPeriod
from deployments.console import Json, out, print_json, set_up_logging
from tasks.connections import connections
from tasks.digest.making import Made, check_length, make_digests
from tasks.digest.short import lines


def digest(
    marketplace: Annotated[
        list[str] | None,
        typer.Option(
            "--marketplace",
            "-m",
            help="Code (US, UK, ...), marketplace id, or region (NA, EU, FE); may be repeated. "
            "Default: all that there is something to tell of.",
        ),
    ] = None,
    period: Annotated[
        ReportPeriod, typer.Option(case_sensitive=False, help="WEEK, MONTH or QUARTER.")
    ] = ReportPeriod.WEEK,
    start: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="First day of the period. Default: the newest of which anything is loaded.",
        ),
    ] = None,
    open_page: Annotated[
        bool, typer.Option("--open", help="Open the page in the browser, too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the digest's pages under CHALKOLA_HOME/digests, and show what matters most.

    Reads what is stored: nothing is asked of Amazon. Safe to repeat.
    """
    check_length(period)
    conns = connections()
    set_up_logging(conns.settings)
    made = make_digests(
        conns,
        marketplaces=marketplace or [],
        report_period=period,
        start=start.date() if start else None,
    )
    print_json(_as_json(made)) if as_json else show(made)
    if open_page:
        webbrowser.open(made[0].files.dated.as_uri())


def show(made: list[Made]) -> None:
    """Print what matters most, and where the pages are."""
    for line in lines(made[0].digest):
        out.print(line)
    for one in made:
        out.print(f"  page      {one.files.dated}")


def _as_json(made: list[Made]) -> dict[str, object]:
    return {
        "pages": [
            {
                "name": one.digest.name,
                "period": one.digest.period.label,
                "page": str(one.files.dated),
                "newest_page": str(one.files.newest),
            }
            for one in made
        ],
        "lines": list(lines(made[0].digest)),
    }
