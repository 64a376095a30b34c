"""A stateful Selling Partner API on loopback, to try and test the whole system without an account.

It shares no code with the client that it tests, and writes nothing to disk. `serve` starts it,
`ManualClock` holds its time still, `Fault`, `ReportScript` and `InboundScript` say what goes wrong;
over HTTP the same is done through /_control. Every answer is valid by Amazon's own models.

It answers for LWA, the Reports API, getMarketplaceParticipations, FBA Inventory, AWD (stock and
inbound), and Fulfillment Inbound v2024-03-20 and v0 (the whole workflow; `inbound` says what of
it is chosen or left out). Reports with data: SQP and the other Brand Analytics types, Sales and
Traffic, Manage Inventory (MYI), Restock, All Listings, with their quotas, pauses and publication
calendar. All of them know the same catalogue, prices, orders and stock; `state.stock` and
`state.awd` change it. Stock moves by the calendar, whatever the speed. With `has_story` an ASIN
is launched, one sells out and one costs more, around the newest week.

What it does not imitate:

- Other APIs, report schedules, the Tokens API (no operation here needs restricted data) and
  roles; a Fault with status 403 stands for a missing role.
- Other report types: any name GET_... is accepted and ends CANCELLED (no data), unless a
  ReportScript gives a document. Amazon knows a fixed list. Restatements, unless scripted.
- AWD's outbound and replenishment orders; FBA Inventory's sandbox operations.
- Several sellers: every account sells the same SKUs, in every marketplace.
- Eleven marketplaces (those of `MARKETPLACES`); an account sells in all of them, whichever
  region's endpoint it calls, unless told. Regions are not told apart.
- S3's ranges, HEAD and checksums; TLS; gzip of API answers. Search Terms are sent in chunks,
  where S3 tells a length; a fault that breaks one holds it in memory.
- Usage plans of an application: buckets are per account and operation; only Sales and Traffic is
  counted by application. LWA is never throttled.
- Unproven at Amazon itself, and chosen: that one foreign ASIN makes a batch FATAL, that the SQP
  quota counts reports taken up (not created), the texts of FATALs other than Amazon's general
  one, 400 for cancelReport of a report that is no longer queued. `is_terse` gives every FATAL
  the general text. That an option of another type is FATAL, that MYI's sums include remote
  stock, that Restock has English headers, that Sales and Traffic is there once a day is over,
  and what AWD's shipments and orders do after how long.
"""

from chalkola_spapi.simulator.clock import Clock, ManualClock, SystemClock
from chalkola_spapi.simulator.faults import Fault
from chalkola_spapi.simulator.inbound.scripts import (
    InboundProgress,
    InboundScript,
    ScriptedProblem,
)
from chalkola_spapi.simulator.lwa import seller_id
from chalkola_spapi.simulator.marketplaces import MARKETPLACES, Marketplace
from chalkola_spapi.simulator.report_lifecycle import Progress
from chalkola_spapi.simulator.report_scripts import FlatChanges, ReportScript, SqpChanges
from chalkola_spapi.simulator.server import Simulator, serve
from chalkola_spapi.simulator.settings import Settings
from chalkola_spapi.simulator.state import State

__all__ = [
    "MARKETPLACES",
    "Clock",
    "Fault",
    "FlatChanges",
    "InboundProgress",
    "InboundScript",
    "ManualClock",
    "Marketplace",
    "Progress",
    "ReportScript",
    "ScriptedProblem",
    "Settings",
    "Simulator",
    "SqpChanges",
    "State",
    "SystemClock",
    "seller_id",
    "serve",
]
