"""How the tab-delimited reports end: done, too soon after the last one, or without data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

from chalkola_spapi.simulator.cooldowns import Cooldown
from chalkola_spapi.simulator.flat_files.listings import all_listings
from chalkola_spapi.simulator.flat_files.myi import manage_inventory
from chalkola_spapi.simulator.flat_files.restock import restock_recommendations
from chalkola_spapi.simulator.flat_files.writer import FlatFile, content_type, render
from chalkola_spapi.simulator.marketplaces import MARKETPLACES, Marketplace
from chalkola_spapi.simulator.report_lifecycle import Report
from chalkola_spapi.simulator.report_scripts import FlatChanges
from chalkola_spapi.simulator.stock.stock import Stock, StockView
from chalkola_spapi.simulator.verdicts import CLIENT_ERROR, NO_DATA, Verdict, done, fatal

MYI_UNSUPPRESSED = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"
RESTOCK = "GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT"
MERCHANT_LISTINGS_ALL = "GET_MERCHANT_LISTINGS_ALL_DATA"

TooSoon = Literal["FATAL", "CANCELLED"]
Table = Callable[[StockView, Marketplace], FlatFile]

TABLES: dict[str, Table] = {
    MYI_UNSUPPRESSED: manage_inventory,
    RESTOCK: restock_recommendations,
    MERCHANT_LISTINGS_ALL: all_listings,
}
# Generated once in half an hour for each marketplace (amzn/selling-partner-api-models#4032).
NEAR_REAL_TIME = frozenset({MYI_UNSUPPRESSED, RESTOCK})


@dataclass(frozen=True, slots=True)
class FlatFileRules:
    """`too_soon` is how a near-real-time report ends within the pause: Amazon knows both."""

    stock: Stock
    cooldown: Cooldown
    too_soon: TooSoon = "FATAL"

    def judge(self, report: Report, at: datetime) -> Verdict:
        """How a report of one of `TABLES` ends if Amazon takes it up at `at`."""
        specification = report.specification
        if len(specification.marketplace_ids) != 1:
            return fatal(CLIENT_ERROR)
        marketplace = MARKETPLACES[specification.marketplace_ids[0]]
        view = self.stock.view(at)
        if not view.skus(marketplace):
            return NO_DATA
        key = report.account, specification.report_type, marketplace.id
        is_paused = specification.report_type in NEAR_REAL_TIME
        if is_paused and not self.cooldown.take(key, at=at):
            # Amazon gives no reason.
            return NO_DATA if self.too_soon == "CANCELLED" else fatal(document=False)
        table = TABLES[specification.report_type]
        make = partial(_bytes, table, view, marketplace, report.script.flat)
        return done(make, content_type=content_type(marketplace))


def _bytes(table: Table, view: StockView, marketplace: Marketplace, changes: FlatChanges) -> bytes:
    return render(table(view, marketplace), marketplace=marketplace, changes=changes)
