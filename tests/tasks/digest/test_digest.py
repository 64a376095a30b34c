"""What a digest says, against numbers worked out by hand (see `told`)."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest

from chalkola_spapi.marketplaces import MARKETPLACES
from chalkola_spapi.periods import ReportPeriod, period_of
from tasks.digest import short
from tasks.digest.digest import Digest
from tasks.digest.figures import change_of
from tasks.digest.page import part, render
from tasks.digest.palette import DAY, NIGHT
from tasks.digest.reading import places, read_digest
from tasks.digest.tables import tables

A, B, C = "B0WORLD00A", "B0WORLD00B", "B0WORLD00C"
TODAY = date(2026, 11, 24)


def read(world, start=None):
    period = period_of(ReportPeriod.WEEK, start or world.newest)
    with world.engine.connect() as connection:
        return read_digest(connection, MARKETPLACES["US"], period, today=TODAY)


@pytest.fixture(scope="module")
def digest(shared):
    return read(shared)


@pytest.fixture(scope="module")
def page(digest):
    made_at = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    return render(Digest([digest]), {"US": part(digest)}, made_at=made_at)


def fact(digest, kind):
    return next(one for one in digest.facts if one.kind == kind)


def test_shares_count_each_query_once(digest):
    # Now: 1,000 + 6,000 + 4,000 of 100,000 for markers, 500 of 10,000 for the odd one.
    assert digest.shares("impressions")[-1] == pytest.approx(11_500 / 110_000)
    # Before: 16,000 of 100,000, and 1,000 of 20,000.
    assert digest.shares("impressions")[-2] == pytest.approx(17_000 / 120_000)
    assert digest.shares("purchases")[-1] == pytest.approx(23 / 430)
    assert digest.counts("purchases") == [95, None, 95, 23]


def test_a_period_that_is_not_loaded_is_a_gap_and_in_no_mean(digest):
    assert digest.gaps == {1: "not loaded"}
    change = change_of(digest.counts("purchases"))
    assert (change.now, change.before, change.mean) == (23, 95, 95)
    assert change.percent == pytest.approx(-72 / 95)


def test_a_week_of_a_few_asins_is_compared_with_no_whole_one(told):
    told.execute(
        "DELETE FROM chalkola.report_request_asins WHERE asin <> 'B0WORLD00A'"
        " AND request_id IN (SELECT id FROM chalkola.report_requests"
        " WHERE period_start = :before)",
        before=told.week(1),
    )
    digest = read(told)
    assert digest.gaps == {1: "not loaded", 2: "partly loaded"}
    assert not digest.has_previous
    assert (digest.up, digest.down) == ([], [])


def test_the_sold_out_asin_is_told_of_with_what_it_lost(digest):
    found = fact(digest, "sold-out")
    assert found.asin == A
    assert found.text == (
        "No unit is sellable as of 24 Nov; 250 units are on their way. "
        "Impressions: 1,000 against 11,000 (−91 %). Purchases: 0 against 65 (−100 %)."  # noqa: RUF001
    )


def test_a_launch_is_told_of_where_amazon_has_said_that_nothing_was_there(digest):
    found = fact(digest, "launch")
    assert (found.asin, found.title) == (C, "B0WORLD00C is new")
    assert found.text == (
        "First seen this week, and not in the 2 loaded weeks before. "
        "Impressions: 4,000. "
        "It is found by 1 search query and was bought 12 times after a search."
    )


def test_a_price_is_told_of_with_its_conversion(digest):
    # 14 against 10; 11 of 325 clicks bought, against 30 of 300.
    found = fact(digest, "price")
    assert found.asin == B
    assert found.text == (
        "14.00 USD against 10.00 USD the week before (+40 %), 40 % above the median price of what "
        "its searchers click. Of 100 clicks 3.4 bought, against 10.0 (−66 %)."  # noqa: RUF001
    )


def test_what_was_never_asked_for_is_no_launch(told):
    told.execute(
        "DELETE FROM chalkola.report_request_asins WHERE asin = 'B0WORLD00C'"
        " AND request_id IN (SELECT id FROM chalkola.report_requests"
        " WHERE period_start < :newest)",
        newest=told.newest,
    )
    assert [one.kind for one in read(told).facts] == ["sold-out", "price"]


def test_queries_that_came_and_went_are_those_of_asins_that_both_weeks_hold(digest, shared):
    came = [(q.query, q.asin, q.clicks, q.purchases) for q in digest.new.queries]
    assert came == [("markers", C, 100, 12), (shared.odd, B, 25, 2)]
    gone = [(q.query, q.asin, q.clicks, q.purchases) for q in digest.lost.queries]
    assert gone == [("pens", A, 50, 5)]


def test_movers_are_queries_of_the_brand_that_stand_in_both_weeks(digest):
    # 20 + 300 + 100 of 5,000 clicks, against 800.
    assert [(q.query, q.clicks.now, q.clicks.before) for q in digest.down] == [
        ("markers", 420, 800)
    ]
    assert digest.down[0].share.now == pytest.approx(0.084)
    assert digest.up == []


def test_stock_lasts_as_long_as_sales_go_on(digest):
    cover = next(one for one in digest.covers if one.asin == B)
    # 21 in 7 days, 42 to sell: two weeks from the 24th.
    assert (cover.units_a_day, cover.weeks, cover.runs_out_on) == (3, 2, date(2026, 12, 8))


def test_what_needs_doing_begins_with_the_empty_shelf(digest):
    found = [(todo.title, todo.by) for todo in digest.todos if "late" not in todo.title]
    assert found == [
        (f"{A} is sold out", TODAY),
        (f"{B} runs out", date(2026, 12, 8)),
        ("Search Query Performance is not whole", None),
    ]
    missing = next(todo for todo in digest.todos if todo.command == "chalkola sqp catch-up")
    assert missing.text == "2026-11-01: 0 of 3 ASINs."


def test_orders_are_those_of_sales_and_traffic(digest):
    assert digest.units() == [None, None, None, 35]
    assert digest.sales[-1].amount == 350


def test_nothing_is_made_of_a_period_that_is_not_loaded(shared):
    digest = read(shared, start=date(2026, 11, 1))
    assert digest.facts == []
    made = part(digest)
    assert made["coverage"] == "Search Query Performance of this week is not loaded."
    assert made["tiles"] == []
    assert [table["heading"] for table in made["tables"]] == ["Stock", "Data"]


def test_small_counts_are_marked_and_make_no_percentage():
    change = change_of([19.0, 40.0])
    assert change.percent is None
    assert change_of([20.0, 40.0]).percent == 1


def test_what_shoppers_typed_is_shown_and_never_run(page, shared):
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; &amp; markers" in page
    assert short.escaped(shared.odd) == (
        '\\<script\\>alert("1")\\</script\\> \\& markers \\| \\*bold\\*'
    )


class Outline(HTMLParser):
    """What assistive technology sees."""

    def __init__(self):
        super().__init__()
        self.headings, self.images, self.heads, self.addresses = [], [], [], []
        self.ids = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if given.get("role") == "img":
            self.images.append(given["aria-label"])
        if tag == "th":
            self.heads.append(given.get("scope"))
        self.addresses += [v for k, v in attrs if k in {"src", "href", "xlink:href"}]
        self.ids += [v for k, v in attrs if k == "id"]


def test_the_page_needs_nothing_else_and_can_be_read_without_seeing(page):
    outline = Outline()
    outline.feed(page)
    assert all(address.startswith("#") for address in outline.addresses)
    assert "@import" not in page
    assert "url(http" not in page
    assert len(outline.images) == page.count("<svg") == 6
    assert "95 from 2026-10-25, 23 from 2026-11-15" in outline.images[4]
    assert "1 of 4 periods are not loaded" in outline.images[4]
    assert set(outline.heads) == {"col", "row"}
    levels = outline.headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    marks = {i for i in outline.ids if re.fullmatch("[mp][0-9a-f]{10}", i)}
    named = [i for i in outline.ids if i not in marks]
    assert len(named) == len(set(named))


def test_the_numbers_of_each_chart_stand_beside_it(page):
    assert page.count("<summary>The numbers</summary>") == 6
    assert page.count("not loaded") >= 6


def test_the_short_version_names_what_happened_and_where_the_page_is(digest):
    text = short.markdown(Digest([digest]), "/home/digests/digest-US-week.html")
    for asin in (A, B, C):
        assert asin in text
    assert "| our share of purchases | 5.35 % | 19.8 % | 19.8 % |" in text
    assert "](data:image/svg+xml;base64," in text
    assert text.rstrip().endswith("`/home/digests/digest-US-week.html`")


def test_a_shipment_that_waits_is_to_be_answered(told):
    told.execute(
        "INSERT INTO chalkola.fba_shipments (plan_name, account, marketplace_id, status, request,"
        " request_sha256, source_address, total_units, total_boxes, error_message) VALUES"
        " ('Spring; 2', 'NA', :us, 'FAILED', '{}', '', '{}', 1, 1, 'Amazon: box too heavy')",
        us=told.us,
    )
    assert ("Shipment Spring; 2 stopped and waits to go on", "Amazon: box too heavy") in [
        (todo.title, todo.text) for todo in read(told).todos
    ]
    assert "chalkola shipment resume 'Spring; 2'" in [todo.command for todo in read(told).todos]


def test_several_marketplaces_are_told_of_together(digest, shared):
    other = replace(digest, marketplace=MARKETPLACES["CA"])
    some, all_ = Digest([digest, other]), Digest([digest, other], is_of_all=True)
    assert (some.name, some.title) == ("US-CA", "Chalkola digest: US, CA")
    assert (all_.name, all_.title) == ("all", "Chalkola digest: all marketplaces")
    assert [place for place, _ in all_.todos][:2] == ["CA", "US"]
    empty = read(shared, start=date(2026, 11, 1))
    assert Digest([empty]).subtitle.startswith("Nothing is loaded of the week of 1–7 November")  # noqa: RUF001
    assert "artifacts `digest-us`, `digest-ca`" in short.markdown(all_, "digest-all-week.html")
    parts = {"US": part(digest), "CA": part(other)}
    page = render(all_, parts, made_at=datetime(2026, 11, 24, 15, 0, tzinfo=UTC))
    assert page.index('id="all"') < page.index('id="m-US"') < page.index('id="m-CA"')


def test_each_marketplace_with_something_to_tell_of_has_a_place(world):
    with world.engine.connect() as connection:
        assert places(connection) == []
    world.track(A)
    with world.engine.connect() as connection:
        assert places(connection) == [MARKETPLACES["US"]]


def test_columns_and_cells_of_tables_agree(digest):
    for table in tables(digest):
        assert all(len(row) == len(table["columns"]) for row in table["rows"])


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_whole_in_the_readers_colours(browser, page, scheme, tmp_path):
    path = tmp_path / "digest.html"
    path.write_text(page)
    shown = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    requests = []
    shown.on("request", lambda request: requests.append(request.url))
    shown.goto(path.as_uri())
    # Tables scroll by themselves; the page never sideways.
    assert shown.evaluate("document.documentElement.scrollWidth") == 390
    drawn = shown.locator("figure svg text").first.evaluate("one => getComputedStyle(one).fill")
    quiet = (DAY if scheme == "light" else NIGHT)["quiet"]
    assert drawn == f"rgb({', '.join(str(int(quiet[n : n + 2], 16)) for n in (1, 3, 5))})"
    # Letters of charts are not smaller than 10 pixels.
    scale = "one => one.getBoundingClientRect().width / one.viewBox.baseVal.width"
    assert min(shown.locator("svg").evaluate_all(f"all => all.map({scale})")) * 10.5 >= 8.5
    assert requests == [path.as_uri()]
    shown.close()
