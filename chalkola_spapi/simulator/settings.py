"""How a simulator is set up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalkola_spapi.simulator.brand_analytics.search_terms import DEFAULT_ROWS
from chalkola_spapi.simulator.clock import Clock, SystemClock
from chalkola_spapi.simulator.flat_files.verdict import TooSoon
from chalkola_spapi.simulator.inbound.scripts import InboundProgress
from chalkola_spapi.simulator.report_lifecycle import Progress
from chalkola_spapi.simulator.sales_and_traffic.quota import OverQuota
from chalkola_spapi.simulator.stock.catalogue import DEFAULT_SIZE

DEFAULT_SEED = 20260125
DEFAULT_FIRST_REPORT_ID = 50_000_018_000


@dataclass(frozen=True, slots=True)
class Settings:
    """How a simulator is set up.

    speed: divides queues, processing and the day of the SQP quota, multiplies rates; tokens,
    addresses and the publication calendar stay real. clients: the LWA clients (id to secret)
    that are known; None: any. The prefixes make an ASIN another brand's, or one without data.
    catalogue_size: how many SKUs the seller has, in every marketplace. search_terms: how many
    rows a Search Terms report has, of some 200 bytes. too_soon: how a stock report ends that is
    asked for within 30 minutes of the last. over_sales_quota: what becomes of a Sales and Traffic
    report beyond one in 15 minutes and 96 a day. inbound_progress: how inbound operations go.
    has_story: a launch, a stock-out and a price rise around the newest week of the start (`story`).
    first_report_id: where an account's report ids begin; a database that outlives a simulator must
    not meet one twice.
    """

    speed: float = 1.0
    seed: int = DEFAULT_SEED
    clock: Clock = field(default_factory=SystemClock)
    clients: Mapping[str, str] | None = None
    progress: Progress = field(default_factory=Progress)
    sqp_reports_a_day: int = 20
    foreign_asins: tuple[str, ...] = ("B00FOREI",)
    asins_without_data: tuple[str, ...] = ("B00NODAT",)
    is_terse: bool = False
    catalogue_size: int = DEFAULT_SIZE
    search_terms: int = DEFAULT_ROWS
    too_soon: TooSoon = "FATAL"
    over_sales_quota: OverQuota = "refuse"
    inbound_progress: InboundProgress = field(default_factory=InboundProgress)
    has_story: bool = False
    first_report_id: int = DEFAULT_FIRST_REPORT_ID

    def __post_init__(self) -> None:
        if self.speed <= 0:
            raise ValueError("speed must be above 0")
