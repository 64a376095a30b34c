"""FBA stock: what Amazon served is what is stored, and nothing changes by halves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalkola_spapi.simulator import MARKETPLACES, FlatChanges
from tasks.stock.inventory import SyncIncompleteError

MYI = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"
# Our column -> the simulator's quantity.
QUANTITIES = {
    "total_quantity": "total",
    "fulfillable_quantity": "fulfillable",
    "inbound_working_quantity": "inbound_working",
    "inbound_shipped_quantity": "inbound_shipped",
    "inbound_receiving_quantity": "inbound_receiving",
    "reserved_quantity": "reserved",
    "unfulfillable_quantity": "unfulfillable",
    "researching_quantity": "researching",
}
DETAILS = {
    "reserved_customer_order_quantity": "pending_customer_order",
    "reserved_transshipment_quantity": "pending_transshipment",
    "reserved_fc_processing_quantity": "fc_processing",
    "researching_short_term_quantity": "researching_short",
    "researching_mid_term_quantity": "researching_mid",
    "researching_long_term_quantity": "researching_long",
} | {
    f"{name}_quantity": name
    for name in (
        "customer_damaged",
        "warehouse_damaged",
        "distributor_damaged",
        "carrier_damaged",
        "defective",
        "expired",
    )
}


class Stock:
    """Syncs, and compares what is stored with what the simulator holds."""

    def __init__(self, seller):
        self.seller = seller
        self.stock = seller.state.stock
        self.stock.hold()

    def sync(self, *codes, **parameters):
        from flows.inventory import inventory

        try:
            result = inventory(**{"marketplaces": list(codes), "wait_minutes": 1, **parameters})
        except SyncIncompleteError as exc:
            result = exc.summary
        return {one["marketplace"]: one for one in result["marketplaces"]}

    def stored(self, code, columns):
        rows = self.seller.rows(
            f"SELECT msku, {', '.join(columns)} FROM chalkola.inventory_levels"
            " WHERE marketplace_id = :id AND vanished_at IS NULL",
            id=self.seller.ids[code],
        )
        return {row["msku"]: tuple(row[name] for name in columns) for row in rows}

    def served(self, code, columns):
        place, view = MARKETPLACES[self.seller.ids[code]], self.stock.view()
        return {
            sku: tuple(getattr(view.levels(place, sku), name) for name in columns.values())
            for sku in view.skus(place)
        }

    def row(self, code, sku):
        (row,) = self.seller.rows(
            "SELECT * FROM chalkola.inventory_levels WHERE marketplace_id = :id AND msku = :sku",
            id=self.seller.ids[code],
            sku=sku,
        )
        return row

    def history(self, sku):
        return self.seller.rows(
            "SELECT * FROM chalkola.inventory_history WHERE msku = :sku ORDER BY id", sku=sku
        )

    def everything(self):
        return self.seller.rows(
            "SELECT *, NULL AS last_synced_at, NULL AS as_of FROM chalkola.inventory_levels"
            " ORDER BY account, marketplace_id, msku"
        )

    def sku(self, place=0, code="US"):
        return self.stock.view().skus(MARKETPLACES[self.seller.ids[code]])[place]

    def let_the_cooldown_pass(self):
        self.seller.execute(
            "UPDATE chalkola.report_requests SET submitting_at = submitting_at - INTERVAL '1 hour'"
        )
        self.seller.state.cooldown.clear()

    def refuse(self, operation, status, code, message, **values):
        body = {"errors": [{"code": code, "message": message}]}
        self.seller.fault(operation, "status", status=status, body=body, **values)


@pytest.fixture
def stock(seller):
    return Stock(seller)


def test_a_walk_over_many_pages_stores_what_was_served(simulate, enter, db_url):
    stock = Stock(enter(simulate(catalogue_size=2500), db_url))
    result = stock.sync("US")["US"]
    assert (result["status"], result["skus"], result["pages"]) == ("synced", 2500, 50)
    columns = QUANTITIES | DETAILS
    assert stock.stored("US", columns) == stock.served("US", columns)
    assert stock.seller.calls("getInventorySummaries") == 50


def test_stock_is_synced_on_postgresql_15(simulate, enter, postgres15_url):
    stock = Stock(enter(simulate(), postgres15_url))
    stock.sync("US", "DE")
    stock.stock.change(stock.sku(0), marketplace=stock.seller.ids["US"], fulfillable=7)
    assert stock.sync("US")["US"]["changed"] == 1
    for code in ("US", "DE"):
        assert stock.stored(code, QUANTITIES) == stock.served(code, QUANTITIES)


def test_a_second_sync_without_news_changes_nothing(stock):
    stock.sync("US", "CA")
    before = stock.everything()
    result = stock.sync("US", "CA")
    assert [result["US"][name] for name in ("new", "changed", "vanished")] == [0, 0, 0]
    ignored = {"as_of", "last_synced_at"}
    assert [{k: v for k, v in row.items() if k not in ignored} for row in stock.everything()] == [
        {k: v for k, v in row.items() if k not in ignored} for row in before
    ]
    assert len(stock.seller.rows("SELECT 1 FROM chalkola.inventory_history")) == len(before)


def test_changed_new_vanished_and_returned_skus_are_told_apart(stock):
    stock.sync("US")
    changed, gone = stock.sku(0), stock.sku(1)
    stock.stock.change(changed, fulfillable=7)
    stock.stock.remove(gone)
    stock.stock.add("NEW SKU/1", fulfillable=11)
    result = stock.sync("US")["US"]
    assert [result[name] for name in ("new", "changed", "vanished")] == [1, 1, 1]
    assert stock.row("US", changed)["fulfillable_quantity"] == 7
    row = stock.row("US", gone)
    assert row["vanished_at"] is not None
    assert all(row[name] == 0 for name in QUANTITIES | DETAILS)
    assert stock.stored("US", QUANTITIES) == stock.served("US", QUANTITIES)

    stock.stock.add(gone, fulfillable=3)
    assert stock.sync("US")["US"]["returned"] == 1
    assert stock.row("US", gone)["vanished_at"] is None
    assert [one["change"] for one in stock.history(gone)] == ["new", "vanished", "returned"]
    assert [one["fulfillable_quantity"] for one in stock.history(gone)][1:] == [0, 3]


class _StallingClock:
    """Amazon's clock, on which 31 seconds go by after the first page."""

    simulator = None

    def now(self):
        pages = self.simulator and self.simulator.state.calls.count("getInventorySummaries")
        return datetime.now(UTC) + timedelta(seconds=31 if pages else 0)


def test_a_token_that_lapses_in_the_middle_starts_the_walk_again(simulate, enter, db_url):
    clock = _StallingClock()
    clock.simulator = simulate(clock=clock)
    stock = Stock(enter(clock.simulator, db_url))
    result = stock.sync("US")["US"]
    assert (result["status"], result["skus"], result["pages"]) == ("synced", 60, 2)
    assert stock.seller.calls("getInventorySummaries") == 4
    assert stock.seller.calls("getInventorySummaries", status=400) == 1
    assert stock.stored("US", QUANTITIES) == stock.served("US", QUANTITIES)


def test_a_walk_that_breaks_off_changes_nothing(stock):
    stock.sync("US", "CA")
    before = stock.everything()
    stock.stock.change(stock.sku(0), fulfillable=1)
    us = {"marketplace": stock.seller.ids["US"]}
    stock.refuse("getInventorySummaries", 403, "Unauthorized", "Access denied", nth=2, **us)
    result = stock.sync("US", "CA")
    assert (result["US"]["status"], result["CA"]["status"]) == ("failed", "synced")
    us = [row for row in stock.everything() if row["marketplace_id"] == stock.seller.ids["US"]]
    assert us == [row for row in before if row["marketplace_id"] == stock.seller.ids["US"]]


def test_an_empty_walk_changes_nothing(stock):
    stock.sync("US")
    before = stock.everything()
    for sku in stock.stock.view().skus(MARKETPLACES[stock.seller.ids["US"]]):
        stock.stock.remove(sku, marketplace=stock.seller.ids["US"])
    assert stock.sync("US")["US"]["status"] == "no_data"
    assert stock.everything() == before


def test_europes_stock_is_local_and_the_remote_stands_apart(stock):
    result = stock.sync("DE", "UK", "JP")
    assert {one["source"] for one in result.values()} == {"myi_report"}
    assert {one["status"] for one in result.values()} == {"synced"}
    view = stock.stock.view()
    for code in ("DE", "UK", "JP"):
        assert stock.stored(code, QUANTITIES) == stock.served(code, QUANTITIES)
        place = MARKETPLACES[stock.seller.ids[code]]
        remote = {sku: (view.remote(place, sku),) for sku in view.skus(place)}
        assert stock.stored(code, {"fulfillable_remote_quantity": ""}) == remote
    row = stock.row("DE", stock.sku(0, "DE"))
    assert (row["source"], row["account"]) == ("myi_report", "EU")
    assert row["report_id"] == result["DE"]["report_id"]


def test_within_the_cooldown_the_newest_report_is_used_and_its_age_said(stock):
    stock.sync("DE")
    stock.seller.execute("UPDATE chalkola.inventory_syncs SET as_of = as_of - INTERVAL '12 min'")
    stock.stock.change(stock.sku(0, "DE"), fulfillable=1)
    result = stock.sync("DE")["DE"]
    assert (result["status"], result["age_minutes"]) == ("synced", 12)
    assert stock.seller.calls("createReport") == 1


@pytest.mark.parametrize(
    ("script", "status"),
    [
        ({"fate": "CANCELLED"}, "no_data"),
        ({"flat": FlatChanges(header_only=True)}, "no_data"),
        ({"fate": "FATAL"}, "fatal"),
        ({"flat": FlatChanges(without_columns=frozenset({"sku"}))}, "failed"),
        ({"flat": FlatChanges(without_columns=frozenset({"afn-fulfillable-quantity"}))}, "failed"),
    ],
)
def test_a_report_that_holds_no_stock_changes_nothing(stock, script, status):
    stock.sync("DE")
    before = stock.everything()
    stock.let_the_cooldown_pass()
    stock.seller.script(**script)
    assert stock.sync("DE")["DE"]["status"] == status
    assert stock.everything() == before


def test_a_report_that_cannot_be_loaded_does_not_stand_in_the_way_of_the_next(stock):
    stock.seller.script(flat=FlatChanges(without_columns=frozenset({"sku"})))
    assert stock.sync("DE")["DE"]["status"] == "failed"
    assert stock.sync("DE")["DE"]["status"] == "failed"
    assert stock.seller.calls("createReport") == 1
    stock.let_the_cooldown_pass()
    assert stock.sync("DE")["DE"]["status"] == "synced"
    assert stock.stored("DE", QUANTITIES) == stock.served("DE", QUANTITIES)
    assert stock.seller.harvest()["reports"] == []


def test_no_unit_of_a_shared_pool_counts_in_two_countries(stock):
    header = ["sku", "afn-fulfillable-quantity", "afn-total-quantity"]
    header += ["afn-fulfillable-quantity-local", "afn-fulfillable-quantity-remote"]
    lines = [
        [*header, "afn-inbound-shipped-quantity"],
        ["sums with the remote units", "10", "13", "4", "6", "3"],
        ["sums without them", "4", "7", "4", "6", "3"],
        ["blank is what they leave", "10", "13", "", "6", "3"],
        ["no total", "10", "", "4", "6", "3"],
        ["no pool", "4", "7", "", "", "3"],
        ["nothing to sell", "N/A", "3", "", "", "3"],
    ]
    stock.seller.script(document="\n".join(map("\t".join, lines)))
    stock.sync("DE")
    names = ("fulfillable_quantity", "fulfillable_remote_quantity", "total_quantity")
    assert stock.stored("DE", dict.fromkeys(names)) == {
        **dict.fromkeys((line[0] for line in lines[1:5]), (4, 6, 7)),
        "no pool": (4, 0, 7),
        "nothing to sell": (0, 0, 3),
    }


def test_in_north_america_the_report_leaves_the_levels_alone(stock):
    from flows.report import report

    stock.sync("US")
    before = stock.everything()
    report("FBA_INVENTORY", marketplaces=["US"])
    assert stock.seller.rows("SELECT count(*) AS n FROM chalkola.fba_myi_inventory")[0]["n"] > 0
    assert stock.everything() == before


def test_older_stock_never_replaces_newer(stock):
    stock.sync("US")
    before = stock.everything()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    stock.seller.execute("UPDATE chalkola.inventory_syncs SET as_of = :at", at=tomorrow)
    stock.stock.change(stock.sku(0), fulfillable=1)
    assert stock.sync("US")["US"]["status"] == "superseded"
    assert stock.everything() == before


def test_a_report_that_is_still_queued_is_loaded_by_harvest(stock):
    stock.seller.hold()
    assert stock.sync("DE", wait_minutes=0)["DE"]["status"] == "pending"
    assert stock.stored("DE", QUANTITIES) == {}
    stock.seller.release()
    stock.seller.harvest()
    assert stock.stored("DE", QUANTITIES) == stock.served("DE", QUANTITIES)


def test_awd_stock_and_shipments_are_stored_and_no_unit_counts_twice(stock):
    from flows.awd import awd

    stock.sync("US")
    (result,) = awd()["accounts"]
    assert (result["account"], result["status"]) == ("NA", "synced")
    assert result["skus"] > 0
    assert result["shipments"] == result["shipments_read"] > 0
    again = awd()["accounts"][0]
    assert (again["changed"], again["vanished"], again["shipments_read"]) == (0, 0, 0)
    rows = stock.seller.rows("SELECT * FROM chalkola.stock_by_sku")
    fba = {row["msku"]: row for row in stock.everything()}
    for row in rows:
        own = fba.get(row["sku"])
        expected = (own["total_quantity"] if own else 0) + row["awd_on_hand_quantity"]
        assert row["total_units"] == expected + row["awd_inbound_quantity"]
    replenished = [row for row in rows if row["awd_replenishment_quantity"]]
    assert replenished
    assert all(
        row["fba_inbound_quantity"] >= row["awd_replenishment_quantity"] for row in replenished
    )
    open_ = {row["sku"]: row for row in rows if row["awd_shipments_open_quantity"]}
    assert open_
    assert all(
        row["awd_inbound_quantity"] == row["awd_shipments_open_quantity"] for row in open_.values()
    )


def test_every_change_in_awd_is_kept(stock):
    from flows.awd import awd

    awd()
    kept = stock.seller.rows("SELECT sku, on_hand_quantity FROM chalkola.awd_inventory_levels")
    changed, gone = (row["sku"] for row in kept[:2])
    stock.seller.state.awd.change(changed, available=7)
    stock.seller.state.awd.remove(gone)
    (result,) = awd()["accounts"]
    assert (result["changed"], result["vanished"]) == (1, 1)
    history = stock.seller.rows("SELECT * FROM chalkola.awd_inventory_history ORDER BY id")
    assert len(history) == len(kept) + 2
    (first, second) = sorted(history[-2:], key=lambda row: row["change"])
    assert (first["sku"], first["change"]) == (changed, "changed")
    assert first["available_distributable_quantity"] == 7
    assert (second["sku"], second["change"], second["on_hand_quantity"]) == (gone, "vanished", 0)


def test_a_seller_without_awd_is_told_so(stock):
    from flows.awd import awd

    stock.refuse("listInventory", 403, "Unauthorized", "Access denied", times=None)
    assert awd()["accounts"][0]["status"] == "no_access"
