from datetime import timedelta

import pytest

from chalkola_spapi.simulator import MARKETPLACES, FlatChanges, ReportScript

US, UK, DE, JP = "ATVPDKIKX0DER", "A1F83G8C2ARO7P", "A1PA6795UKMFR9", "A1VC38T7YXB528"
FR, IT, ES, AU = "A13V1IB3VIYZZH", "APJ6JRA9NG5V4", "A1RKKUPIHCS9HS", "A39IBJ37TRP1C6"
MYI = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"
RESTOCK = "GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT"
LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"
SKU = "CM-NEO-10-0001"
POOL = (UK, DE, FR, IT, ES)
every_type = pytest.mark.parametrize("kind", [MYI, RESTOCK, LISTINGS])


@pytest.fixture
def simulator(shared):
    return shared


@pytest.fixture
def clock(shared):
    return shared.state.clock


@pytest.fixture
def stock(ended):
    """Stock that stands still, so that two reports show the same."""
    stock = ended.seller.simulator.state.stock
    stock.hold()
    return stock


@pytest.fixture
def script(ended):
    def add(**changes):
        scripts = ended.seller.simulator.state.reports.scripts
        scripts.add(ReportScript(flat=FlatChanges(**changes)))

    return add


def by_sku(rows, column="sku"):
    return {row[column]: row for row in rows}


@every_type
@pytest.mark.parametrize(
    ("marketplace", "charset", "word"),
    [
        (US, "UTF-8", "Chalkola®"),
        (DE, "Cp1252", "Kreidestifte"),
        (JP, "windows-31j", "チョークペン"),
        (AU, "UTF-8", "Chalkola®"),
    ],
)
def test_the_charset_is_the_regions(ended, kind, marketplace, charset, word):
    text, content_type = ended.download(kind, marketplace=marketplace)
    assert content_type == f"text/plain;charset={charset}"
    assert word in text


def test_characters_outside_ascii_and_latin_1_come_through(ended):
    assert "„Gläser“" in ended.download(LISTINGS, marketplace=DE)[0]
    assert "9 €" in ended.download(LISTINGS, marketplace=DE)[0]
    assert "œuvre" in ended.download(LISTINGS, marketplace=FR)[0]


def test_names_of_japan_need_more_than_shift_jis(stock):
    marketplace = MARKETPLACES[JP]
    texts = [item.description(marketplace) for item in stock.view().listed(marketplace)]
    with pytest.raises(UnicodeEncodeError):
        texts[0].encode("shift_jis")
    assert texts[0].encode("cp932").decode("cp932") == texts[0]


def test_stock_report_and_inventory_api_agree(ended, stock):
    rows = by_sku(ended.rows(MYI))
    page = ended.seller.get(
        "/fba/inventory/v1/summaries",
        granularityType="Marketplace",
        granularityId=US,
        marketplaceIds=US,
        details="true",
        sellerSkus=SKU,
    )
    (summary,) = page.json()["payload"]["inventorySummaries"]
    details, row = summary["inventoryDetails"], rows[SKU]
    assert len(rows) == 60
    assert [row["asin"], row["fnsku"]] == [summary["asin"], summary["fnSku"]]
    assert row["product-name"] == summary["productName"]
    assert int(row["afn-fulfillable-quantity"]) == details["fulfillableQuantity"]
    assert int(row["afn-total-quantity"]) == summary["totalQuantity"]
    assert int(row["afn-inbound-shipped-quantity"]) == details["inboundShippedQuantity"]
    reserved = details["reservedQuantity"]["totalReservedQuantity"]
    assert int(row["afn-reserved-quantity"]) == reserved
    lost = details["researchingQuantity"]["totalResearchingQuantity"]
    assert int(row["afn-researching-quantity"]) == lost


def test_north_america_has_no_pool_columns(ended):
    (row, *_) = ended.rows(MYI)
    assert "afn-fulfillable-quantity-local" not in row
    assert list(row)[-1] == "store"


def test_what_is_remote_is_local_elsewhere(ended, stock):
    found = {marketplace: by_sku(ended.rows(MYI, marketplace=marketplace)) for marketplace in POOL}
    shared = [sku for sku, item in stock.view().items.items() if item.is_shared_in_europe]
    assert 0 < len(shared) < 60
    for sku in stock.view().items:
        rows = [found[marketplace][sku] for marketplace in POOL]
        local = [int(row["afn-fulfillable-quantity-local"]) for row in rows]
        remote = [int(row["afn-fulfillable-quantity-remote"]) for row in rows]
        both = [int(row["afn-fulfillable-quantity"]) for row in rows]
        assert both == [here + there for here, there in zip(local, remote, strict=True)]
        expected = [sum(local) - here if sku in shared else 0 for here in local]
        assert remote == expected


def test_the_api_shows_local_stock_alone(ended, stock):
    row = by_sku(ended.rows(MYI, marketplace=DE))[SKU]
    page = ended.seller.get(
        "/fba/inventory/v1/summaries",
        granularityType="Marketplace",
        granularityId=DE,
        marketplaceIds=DE,
        details="true",
        sellerSku=SKU,
    )
    (summary,) = page.json()["payload"]["inventorySummaries"]
    fulfillable = summary["inventoryDetails"]["fulfillableQuantity"]
    assert fulfillable == int(row["afn-fulfillable-quantity-local"])


@pytest.mark.parametrize("marketplace", [AU, JP, "A2VIGQ35RCS4UG"])
def test_outside_the_pool_nothing_is_remote(ended, marketplace):
    rows = ended.rows(MYI, marketplace=marketplace)
    assert {row["afn-fulfillable-quantity-remote"] for row in rows} == {"0"}


def test_changes_show_in_the_report(ended, stock):
    stock.change(SKU, marketplace=US, fulfillable=77)
    stock.remove("CM-PAS-12-0002")
    stock.add("NEW-1", fulfillable=3)
    rows = by_sku(ended.rows(MYI))
    assert rows[SKU]["afn-fulfillable-quantity"] == "77"
    assert rows["NEW-1"]["afn-fulfillable-quantity"] == "3"
    assert "CM-PAS-12-0002" not in rows


def test_a_report_shows_the_stock_of_its_time(ended, stock):
    report = ended(MYI)
    stock.change(SKU, fulfillable=77)
    document = ended.seller.simulator.state.documents.peek(report["reportDocumentId"])
    assert f"{SKU}\t" in document.make().decode()
    row = next(line for line in document.make().decode().splitlines() if line.startswith(SKU))
    assert row.split("\t")[10] != "77"


def test_a_marketplace_without_stock_is_cancelled(ended, stock):
    for sku in tuple(stock.view().items):
        stock.remove(sku, marketplace=US)
    assert ended(MYI)["processingStatus"] == "CANCELLED"
    assert ended(MYI, marketplace=UK)["processingStatus"] == "DONE"


@pytest.mark.parametrize("kind", [MYI, RESTOCK])
def test_within_half_an_hour_there_is_no_second_report(ended, clock, kind):
    assert ended(kind)["processingStatus"] == "DONE"
    again = ended(kind)
    assert again["processingStatus"] == "FATAL"
    assert "reportDocumentId" not in again
    assert ended(kind, marketplace=UK)["processingStatus"] == "DONE"
    clock.advance(timedelta(minutes=30))
    assert ended(kind)["processingStatus"] == "DONE"


def test_too_soon_may_end_cancelled(ended, simulate, enter, clock):
    other = type(ended)(enter(simulate(too_soon="CANCELLED")), clock)
    assert other(MYI)["processingStatus"] == "DONE"
    assert other(MYI)["processingStatus"] == "CANCELLED"


def test_the_pause_is_each_accounts_own_and_scaled_by_speed(simulate, enter, clock, ended):
    fast = simulate(speed=60)
    one, two = (type(ended)(enter(fast, token), clock) for token in ("Atzr|one", "Atzr|two"))
    statuses = [who(MYI)["processingStatus"] for who in (one, two, one)]
    assert statuses == ["DONE", "DONE", "DONE"]


def test_listings_have_no_pause(ended):
    assert [ended(LISTINGS)["processingStatus"] for _ in range(2)] == ["DONE", "DONE"]


def test_listings_hold_every_sku_whoever_ships_it(ended, stock):
    rows = by_sku(ended.rows(LISTINGS), "seller-sku")
    assert rows.keys() > stock.view().items.keys()
    assert len(next(iter(rows.values()))) == 29
    assert rows[SKU]["asin1"] == "B0CHALK001"
    assert rows[SKU]["fulfillment-channel"] == "AMAZON_NA"
    others = [row for row in rows.values() if row["fulfillment-channel"] == "DEFAULT"]
    assert {row["status"] for row in others} == {"Active", "Inactive"}
    assert all(row["quantity"] for row in others)
    (draft,) = [row for row in rows.values() if row["status"] == "Incomplete"]
    assert draft["asin1"] == draft["price"] == ""


def test_a_listing_without_stock_is_inactive(ended, stock):
    stock.change(SKU, fulfillable=0)
    assert by_sku(ended.rows(LISTINGS), "seller-sku")[SKU]["status"] == "Inactive"


def test_listings_of_japan_have_japanese_headers(ended):
    rows = by_sku(ended.rows(LISTINGS, marketplace=JP), "出品者SKU")
    row = rows[SKU]
    assert (row["商品IDタイプ"], row["商品ID"]) == ("1", "B0CHALK001")
    assert row["フルフィルメント・チャンネル"] == "AMAZON_JP"
    assert row["価格"].isdecimal()
    assert row["ステータス"] == "Active"
    assert "asin1" not in row


def test_restock_counts_what_the_stock_report_counts(ended, stock):
    restock, myi = by_sku(ended.rows(RESTOCK), "Merchant SKU"), by_sku(ended.rows(MYI))
    assert restock.keys() == myi.keys()
    for sku, row in restock.items():
        assert row["Total Units"] == myi[sku]["afn-total-quantity"]
        assert row["Available"] == myi[sku]["afn-fulfillable-quantity"]
        assert row["Unfulfillable"] == myi[sku]["afn-unsellable-quantity"]
    assert any(int(row["Recommended replenishment qty"]) for row in restock.values())


@every_type
def test_a_report_may_be_a_header_alone(ended, script, kind):
    script(header_only=True)
    assert len(ended.download(kind)[0].splitlines()) == 1


@every_type
def test_a_column_may_be_new(ended, script, kind):
    script(extra_columns={"afn-fc-transfer-quantity": "3"})
    assert {row["afn-fc-transfer-quantity"] for row in ended.rows(kind)} == {"3"}


@pytest.mark.parametrize(
    ("kind", "column"), [(MYI, "sku"), (RESTOCK, "Merchant SKU"), (LISTINGS, "seller-sku")]
)
def test_a_key_column_may_be_missing(ended, script, kind, column):
    script(without_columns=frozenset({column}))
    (row, *_) = ended.rows(kind)
    assert column not in row


def test_a_row_may_come_twice(ended, script):
    script(duplicate_rows=True)
    rows = ended.rows(MYI)
    assert len(rows) == 61
    assert rows[0] == rows[-1]


def test_prices_may_have_a_comma(ended, script):
    script(decimal_comma=True)
    prices = [row["your-price"] for row in ended.rows(MYI, marketplace=DE)]
    assert all(price.endswith(",99") for price in prices)


def test_odd_text_stays_in_its_cell(ended, script):
    script(odd_text=True)
    names = [row["product-name"] for row in ended.rows(MYI)]
    assert names[:2] == ['Markers 10" "fine"', '"an unbalanced quote']
    assert names[3] == "a tab and a line end"
    assert "🖍️" in names[5]


def test_what_a_charset_lacks_is_a_question_mark(ended, script):
    script(odd_text=True)
    assert ended.rows(MYI, marketplace=DE)[5]["product-name"] == "emoji ?? ? ?"


@every_type
def test_several_marketplaces_are_fatal(seller, clock, kind):
    report_id = seller.report_id(reportType=kind, marketplaceIds=[US, UK], reportOptions=None)
    clock.advance(timedelta(minutes=2))
    assert seller.report(report_id)["processingStatus"] == "FATAL"
