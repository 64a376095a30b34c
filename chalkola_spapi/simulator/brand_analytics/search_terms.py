"""The document of a Search Terms report, piece by piece: it may have gigabytes.

What is searched most comes first: the queries of Search Query Performance, on which the seller's
own ASINs are clicked, then terms of all sorts. Each term has three rows, of about 200 bytes.
https://github.com/amzn/selling-partner-api-models/blob/main/schemas/reports/sellingPartnerSearchTermsReport.json
"""

from collections.abc import Iterator
from itertools import islice

import msgspec

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.brand_analytics.rules import days_of, described
from chalkola_spapi.simulator.marketplaces import MARKETPLACES
from chalkola_spapi.simulator.report_specification import ReportSpecification
from chalkola_spapi.simulator.sqp_words import queries_in
from chalkola_spapi.simulator.stock.stock import StockView

ROWS_OF_A_TERM = 3
DEFAULT_ROWS = 3000
_ROWS_OF_A_PIECE = 3000
# The places of a term's rows come back, in another period in another order.
_TAILS = 997


def pieces(
    view: StockView, specification: ReportSpecification, *, rows: int = DEFAULT_ROWS
) -> Iterator[bytes]:
    """The document as UTF-8 JSON; only one piece of it is held at a time."""
    head = msgspec.json.encode({"reportSpecification": described(specification)})
    yield head[:-1] + b',"dataByDepartmentAndSearchTerm":['
    lines = islice(_lines(view, specification), rows)
    separator = ""
    while batch := list(islice(lines, _ROWS_OF_A_PIECE)):
        yield (separator + ",".join(batch)).encode()
        separator = ","
    yield b"]}"


def _lines(view: StockView, specification: ReportSpecification) -> Iterator[str]:
    marketplace = MARKETPLACES[specification.marketplace_ids[0]]
    key = noise.key(view.seed, marketplace.id, *days_of(specification), "terms")
    department = marketplace.name
    queries = queries_in(marketplace.language)
    own = [item.asin for item in view.listed(marketplace)] or [_stranger(key)]
    ours, strangers = _tails(key, own), _tails(key, [])
    for rank, term in enumerate(_terms(queries), start=1):
        head = _head(department, term, rank)
        tails = ours if rank <= len(queries) else strangers
        for tail in tails[(rank * 31 + key) % _TAILS]:
            yield head + tail


def _terms(queries: tuple[str, ...]) -> Iterator[str]:
    """Terms without end, each once: the queries, then the queries with numbers."""
    yield from queries
    number = 2
    while True:
        for query in queries:
            yield f"{query} {number}"
        number += 1


def _head(department: str, term: str, rank: int) -> str:
    # The terms are our own words: none needs an escape.
    return f'{{"departmentName":"{department}","searchTerm":"{term}","searchFrequencyRank":{rank},'


def _tails(key: int, own: list[str]) -> list[tuple[str, ...]]:
    """The ends of the rows of a term; of the clicked ASINs the first is one of `own`."""
    return [_tails_of_a_term(noise.key(key, place, len(own)), own) for place in range(_TAILS)]


def _tails_of_a_term(key: int, own: list[str]) -> tuple[str, ...]:
    asins = [_stranger(noise.key(key, rank)) for rank in range(ROWS_OF_A_TERM)]
    if own:
        asins[0] = own[int(noise.uniform(key) * len(own))]
    share = 0.05 + 0.25 * noise.uniform(key, 1)
    return tuple(
        f'"clickedAsin":"{asin}","clickShareRank":{rank},"clickShare":{share / rank:.4f},'
        f'"conversionShare":{share * noise.uniform(key, rank + 1):.4f}}}'
        for rank, asin in enumerate(asins, start=1)
    )


def _stranger(key: int) -> str:
    return f"B0{key % 100_000_000:08d}"
