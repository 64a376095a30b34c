"""The rows of one ASIN in an SQP report: its part of the demand, from impression to purchase."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from chalkola_spapi.simulator import noise
from chalkola_spapi.simulator.report_scripts import SqpChanges
from chalkola_spapi.simulator.sqp_forms import Cell, Counts, Form, Row, forms_of, money, share_of
from chalkola_spapi.simulator.sqp_market import first_day_of, list_price, queries, weeks_of
from chalkola_spapi.simulator.story import Episode


@dataclass(frozen=True, slots=True)
class _Presence:
    """Where an ASIN is found in any week: its places in `queries`, its part and draws at each."""

    places: tuple[int, ...]
    keys: noise.Keys
    parts: list[float]
    phases: list[float]
    arrivals: list[float]


def asin_rows(cell: Cell, asin: str, *, changes: SqpChanges) -> list[Row]:
    """The rows of an ASIN, the best query first; 20 to 60 of them. They share their prices."""
    found = [one for one in _found(cell, asin, changes.restate) if one[1][0] > 0]
    # The most purchases first, then cart adds and so on; of equals, by their texts.
    found.sort(key=lambda one: one[0].query.text)
    found.sort(key=lambda one: one[1][::-1], reverse=True)
    prices = _Prices(cell, asin, is_sparse=changes.null_medians)
    return [
        _row(asin, rank, form=form, counts=counts, prices=prices)
        for rank, (form, counts) in enumerate(found, start=1)
    ]


@lru_cache(maxsize=4096)
def _presence(seed: int, marketplace_id: str, asin: str) -> _Presence:
    market, places = queries(seed, marketplace_id), _places(seed, marketplace_id, asin)
    keys = noise.Keys([noise.key(seed, market[place].key, asin) for place in places])
    return _Presence(
        places=places,
        keys=keys,
        # Small enough that a brand of some forty ASINs does not own more than the whole market.
        parts=[0.0005 + 0.035 * draw**3 for draw in keys.uniforms()],
        phases=[6.3 * draw for draw in keys.uniforms(-3)],
        arrivals=keys.uniforms(-5),
    )


def _places(seed: int, marketplace_id: str, asin: str) -> tuple[int, ...]:
    """Which queries an ASIN is found by: the much searched ones more often."""
    key = noise.key(seed, marketplace_id, asin)
    draws = noise.uniforms(key, len(queries(seed, marketplace_id)))
    waits = [math.log(1 - draw) * (place + 12) for place, draw in enumerate(draws)]
    drawn = sorted(range(len(waits)), key=waits.__getitem__, reverse=True)
    return tuple(drawn[: 24 + int(noise.uniform(key, -2) * 37)])


@lru_cache(maxsize=32_768)
def usual_weekly_purchases(seed: int, marketplace_id: str, asin: str) -> float:
    """What of an ASIN is bought after a search, in an ordinary week."""
    market, presence = queries(seed, marketplace_id), _presence(seed, marketplace_id, asin)
    total = 0.0
    for place, part in zip(presence.places, presence.parts, strict=True):
        query = market[place]
        seen = query.weekly_volume * query.impressions_a_search
        rate = query.click_rate * query.cart_rate * query.purchase_rate
        total += seen * rate * part
    return total


def _found(cell: Cell, asin: str, restate: float) -> list[tuple[Form, Counts]]:
    """The queries that an ASIN may be found by, each with its counts."""
    presence = _presence(cell.seed, cell.marketplace_id, asin)
    market = forms_of(cell, restate)
    forms = [market[place] for place in presence.places]
    seen = [restate * often for often in _seen(cell, presence, forms, cell.story.of(asin))]
    told = cell.story.of(asin).rates(cell.last.toordinal())
    return list(zip(forms, _funnels(cell, presence, forms, seen, told), strict=True))


def _seen(cell: Cell, presence: _Presence, forms: list[Form], episode: Episode) -> list[float]:
    """How often an ASIN is seen for its queries; never in a twentieth of the weeks, just so."""
    weeks = [
        _seen_in(week, presence, [form.weekly_impressions[place] for form in forms], episode)
        for place, (week, _) in enumerate(weeks_of(cell.first, cell.last))
    ]
    seen = [sum(one) for one in zip(*weeks, strict=True)]
    if not cell.is_week:
        return seen
    chances = presence.keys.uniforms(cell.first_week)
    return [0.0 if chance < 0.05 else one for one, chance in zip(seen, chances, strict=True)]


def _seen_in(
    week: int, presence: _Presence, impressions: list[float], episode: Episode
) -> list[float]:
    """How often an ASIN is seen for its queries, which come to it one after another.

    Its share moves in a slow wave of about half a year, and by noise.
    """
    day = first_day_of(week)
    reach, known = episode.reach(day), episode.queries(day)
    return [
        shown
        * part
        * ((1 + 0.25 * math.sin(week / 4 + phase)) * (0.85 + 0.3 * draw))
        * (reach if arrival < known else 0.0)
        for shown, part, phase, arrival, draw in zip(
            impressions,
            presence.parts,
            presence.phases,
            presence.arrivals,
            presence.keys.uniforms(week + 7),
            strict=True,
        )
    ]


def _funnels(
    cell: Cell,
    presence: _Presence,
    forms: list[Form],
    seen: list[float],
    told: tuple[float, float, float],
) -> Iterator[Counts]:
    """Counts of each stage; rounded by chance, so that small ones are not always 0.

    No stage is above the one before it, nor above all ASINs together.
    """
    figures, keys, week = seen, presence.keys, cell.first_week
    stages = [[min(int(one + 0.5), form.total[0]) for one, form in zip(seen, forms, strict=True)]]
    for step, factor in enumerate(told):
        paces = keys.uniforms(20 + step, beyond=week)
        chances = keys.uniforms(30 + step, beyond=week)
        figures = [
            figure * (form.rates[step] * factor * (0.6 + 0.9 * pace))
            for figure, form, pace in zip(figures, forms, paces, strict=True)
        ]
        stages.append(
            [
                # Where nothing can be, nothing is by chance.
                min(int(figure + chance) if figure else 0, form.total[step + 1], before)
                for figure, chance, form, before in zip(
                    figures, chances, forms, stages[-1], strict=True
                )
            ]
        )
    return zip(*stages, strict=True)


def _row(asin: str, rank: int, *, form: Form, counts: Counts, prices: "_Prices") -> Row:
    impressions, clicks, carts, purchases = counts
    click, cart_add, purchase = form.steps
    return {
        "startDate": form.first,
        "endDate": form.last,
        "asin": asin,
        "searchQueryData": {
            "searchQuery": form.query.text,
            "searchQueryScore": rank,
            "searchQueryVolume": form.volume,
        },
        "impressionData": {
            "totalQueryImpressionCount": form.total[0],
            "asinImpressionCount": impressions,
            "asinImpressionShare": share_of(impressions, form.total[0]),
        },
        "clickData": click.of_asin(clicks, prices.of_asin(1, count=clicks)),
        "cartAddData": cart_add.of_asin(carts, prices.of_asin(2, count=carts)),
        "purchaseData": purchase.of_asin(purchases, prices.of_asin(3, count=purchases)),
    }


class _Prices:
    """Median prices of an ASIN, from impressions on."""

    def __init__(self, cell: Cell, asin: str, *, is_sparse: bool) -> None:
        drift = noise.uniform(noise.key(cell.seed, asin, "price"), 1 + cell.first_week // 26)
        told = cell.story.of(asin).price(cell.last.toordinal())
        price = list_price(cell.seed, asin) * (0.97 + 0.06 * drift) * told
        self._steps = [money(cell, price * (1.01 - 0.01 * step)) for step in range(4)]
        self._is_sparse = is_sparse

    def of_asin(self, step: int, *, count: int) -> Row | None:
        return None if count == 0 and self._is_sparse else self._steps[step]
