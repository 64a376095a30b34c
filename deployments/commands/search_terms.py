"""`chalkola sqp top`, `movers` and `opportunities`: what happened to the brand's search terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import typer

from chalkola_spapi.periods import ReportPeriod
from deployments.console import Json, err, out, print_json, set_up_logging, table
from tasks.connections import connections
from tasks.marketplaces import resolve_marketplaces
from tasks.read_model.questions import Asked, MoveBy, Row, TopBy

Marketplaces = Annotated[
    list[str] | None,
    typer.Option(
        "--marketplace",
        "-m",
        help="Code (US, UK, ...), marketplace id, or region (NA, EU, FE); may be repeated. "
        "Default: all that are stored.",
    ),
]
PeriodChoice = Annotated[
    ReportPeriod, typer.Option("--period", case_sensitive=False, help="Length of the period.")
]
Start = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        help="First day of the period (a WEEK begins on Sunday). Default: the newest stored one.",
    ),
]
Limit = Annotated[int, typer.Option(min=1, help="The most rows to show of each marketplace.")]

_SMALL = "~: fewer than 10 own clicks; what is made of them is chance."


def top(
    marketplace: Marketplaces = None,
    period: PeriodChoice = ReportPeriod.WEEK,
    start: Start = None,
    by: Annotated[TopBy, typer.Option(help="What makes a query big.")] = TopBy.VOLUME,
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """Show the biggest search queries over all own ASINs; a query's totals are counted once."""
    asked = _asked(marketplace, period, start)
    rows = asked.top(by=by, limit=limit)
    columns = ["", "from", "search query~", "searches#", "ASINs#", "shown#", "share#", "clicks#"]
    columns += ["share#", "bought#", "share#", ""]
    _show(
        asked,
        rows,
        as_json=as_json,
        title=f"Biggest queries ({period})",
        columns=columns,
        cells=lambda r: (
            r["search_query_volume"],
            r["own_asins"],
            r["own_impressions"],
            percent(r["impression_share"]),
            r["own_clicks"],
            percent(r["click_share"]),
            r["own_purchases"],
            percent(r["purchase_share"]),
            _mark(r),
        ),
        notes=[_SMALL] if any(row["is_small_count"] for row in rows) else [],
    )


def movers(
    marketplace: Marketplaces = None,
    period: PeriodChoice = ReportPeriod.WEEK,
    start: Start = None,
    by: Annotated[MoveBy, typer.Option(help="What moves: our own counts.")] = MoveBy.PURCHASES,
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """Show what changed most against the period before: up, down, new and lost queries of ASINs.

    Only ASINs whose period before is loaded, too: the others cannot be compared.
    """
    asked = _asked(marketplace, period, start)
    rows = asked.movers(by=by, limit=limit)
    columns = ["", "from", "search query~", "ASIN", "", f"{by}#", "clicks#", "was#", "bought#"]
    columns += ["was#", "click share#", "was#", ""]
    _show(
        asked,
        rows,
        as_json=as_json,
        title=f"Movers ({period})",
        columns=columns,
        cells=lambda r: (
            r["asin"],
            r["direction"],
            f"{r['change']:+,}",
            r["asin_clicks"],
            r["previous_asin_clicks"],
            r["asin_purchases"],
            r["previous_asin_purchases"],
            percent(r["click_share"]),
            percent(r["previous_click_share"]),
            _mark(r),
        ),
        notes=[_SMALL] if any(row["is_small_count"] for row in rows) else [],
        nothing="nothing can be compared: the period before is not loaded",
    )


def opportunities(
    marketplace: Marketplaces = None,
    period: PeriodChoice = ReportPeriod.WEEK,
    start: Start = None,
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """Show queries with much volume of which an ASIN has little, and that it turns into purchases.

    The score: purchases a period that one more percentage point of the query's clicks would bring.
    """
    asked = _asked(marketplace, period, start)
    rows = asked.opportunities(limit=limit)
    columns = ["", "from", "search query~", "ASIN", "score#", "searches#", "click share#"]
    columns += ["bought/click#", "others#", "price/median#", "reason"]
    _show(
        asked,
        rows,
        as_json=as_json,
        title=f"Opportunities ({period})",
        columns=columns,
        cells=lambda r: (
            r["asin"],
            r["score"],
            r["search_query_volume"],
            percent(r["click_share"]),
            percent(r["asin_purchases_per_click"]),
            percent(r["total_purchases_per_click"]),
            ratio(r["price_ratio"]),
            r["reason"],
        ),
        notes=sorted({f"{row['reason']}: {row['reason_text']}" for row in rows}),
    )


def percent(share: Decimal | None) -> str | None:
    """Give a fraction as people read it; None stays unknown."""
    return None if share is None else f"{share:.1%}"


def ratio(value: Decimal | None) -> str | None:
    """Give a price against the median as people read it."""
    return None if value is None else f"{value:.2f}"


def _mark(row: Row) -> str:
    return "~" if row["is_small_count"] else ""


def _asked(marketplace: list[str] | None, period: ReportPeriod, start: datetime | None) -> Asked:
    places = resolve_marketplaces(marketplace or [])
    conns = connections()
    set_up_logging(conns.settings)
    return Asked(
        conns.engine,
        marketplaces=places,
        period=period,
        start=start.date() if start is not None else None,
    )


def _show(
    asked: Asked,
    rows: list[Row],
    *,
    as_json: bool,
    title: str,
    columns: Sequence[str],
    cells: Callable[[Row], Iterable[Any]],
    notes: Sequence[str],
    nothing: str = "none",
) -> None:
    if as_json:
        print_json({"queries": rows})
    elif not asked.slices:
        err.print("No such period is stored: see `chalkola sqp coverage`.")
    elif not rows:
        found = ", ".join(sorted({str(one["period_start"]) for one in asked.slices}))
        err.print(f"{title} from {found}: {nothing}.")
    else:
        lines = ((r["marketplace"], r["period_start"], r["search_query"], *cells(r)) for r in rows)
        out.print(table(title, columns, lines))
        for note in notes:
            out.print(note, style="dim")
