"""`chalkola sqp chart`: the trend of an ASIN or a search query, as a picture or a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chalkola_spapi.appearing import appearing
from chalkola_spapi.periods import ReportPeriod
from chalkola_spapi.report_types import AsinError, check_asin
from deployments.console import Json, err, out, print_json, set_up_logging
from tasks.connections import connections
from tasks.digest.charts import draw_file
from tasks.digest.making import check_length
from tasks.digest.page import render_chart
from tasks.digest.trends import Metric, read_trend
from tasks.errors import InputError
from tasks.marketplaces import resolve_marketplaces

KINDS = (".png", ".svg", ".html")


def chart(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file: .png, .svg or .html; replaced.")
    ],
    asin: Annotated[str | None, typer.Option(help="The ASIN, over all its queries.")] = None,
    query: Annotated[
        str | None,
        typer.Option(help="The search query, over all own ASINs, or of the --asin alone."),
    ] = None,
    marketplace: Annotated[
        list[str] | None,
        typer.Option("--marketplace", "-m", help="Default: the one that it is stored of."),
    ] = None,
    period: Annotated[
        ReportPeriod, typer.Option(case_sensitive=False, help="WEEK, MONTH or QUARTER.")
    ] = ReportPeriod.WEEK,
    metric: Annotated[Metric, typer.Option(help="What is drawn.")] = Metric.PURCHASES_SHARE,
    as_json: Json = False,
) -> None:
    """Draw a trend over all stored periods. A period that is not loaded is a gap, not a zero."""
    kind = output.suffix.lower()
    if kind not in KINDS:
        raise InputError(f"output: {output.name!r} ends in none of {', '.join(KINDS)}")
    if not output.parent.is_dir():
        raise InputError(f"output: there is no folder {output.parent}")
    check_length(period)
    if asin is None and query is None:
        raise InputError("asin, query: give one of them, or both")
    known_asin = None if asin is None else _checked(asin)
    conns = connections()
    set_up_logging(conns.settings)
    drawn = read_trend(
        conns.engine,
        asin=known_asin,
        query=query,
        marketplaces=resolve_marketplaces(marketplace or []),
        length=period,
        metric=metric,
    )
    content = (
        render_chart(drawn).encode()
        if kind == ".html"
        else draw_file(drawn, kind.removeprefix("."))
    )
    with appearing(output) as file:
        file.write(content)
    if as_json:
        print_json({"path": str(output), "title": drawn.title, "points": drawn.points()})
        return
    out.print(output)
    err.print(drawn.description)


def _checked(asin: str) -> str:
    try:
        return check_asin(asin)
    except AsinError as exc:
        raise InputError(str(exc)) from None
