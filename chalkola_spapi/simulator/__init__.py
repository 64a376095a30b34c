"""A stateful Selling Partner API on loopback, to try and test the whole system without an account.

It shares no code with the client that it tests, and writes nothing to disk. `serve` starts it,
`ManualClock` holds its time still, `Fault` and `ReportScript` say what goes wrong; over HTTP the
same is done through /_control. Every answer is valid by Amazon's own models.

It answers for LWA, the Reports API (SQP reports with their daily quota, publication calendar
and documents), getMarketplaceParticipations, and one empty listing each of FBA Inventory, AWD
and Fulfillment Inbound.

What it does not imitate:

- Other APIs, report schedules, the Tokens API (no operation here needs restricted data) and
  roles; a Fault with status 403 stands for a missing role.
- Report types other than SQP: any name GET_... is accepted and ends CANCELLED (no data), unless
  a ReportScript gives a document. Amazon knows a fixed list, and cooldowns of some types.
- Eleven marketplaces (those of `MARKETPLACES`); an account sells in all of them, whichever
  region's endpoint it calls, unless told. Regions are not told apart.
- S3's ranges, HEAD and checksums; TLS; gzip of API answers.
- Usage plans of an application: buckets are per account and operation. LWA is never throttled.
- Unproven at Amazon itself, and chosen: that one foreign ASIN makes a batch FATAL, that the SQP
  quota counts reports taken up (not created), the texts of FATALs other than Amazon's general
  one, 400 for cancelReport of a report that is no longer queued. `is_terse` gives every FATAL
  the general text.
"""

from chalkola_spapi.simulator.clock import Clock, ManualClock, SystemClock
from chalkola_spapi.simulator.faults import Fault
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
    "ManualClock",
    "Marketplace",
    "Progress",
    "ReportScript",
    "Settings",
    "Simulator",
    "SqpChanges",
    "State",
    "SystemClock",
    "seller_id",
    "serve",
]
