"""Everything that the simulator knows, without HTTP."""

from datetime import timedelta
from threading import RLock

from chalkola_spapi.simulator.awd.inventory import AwdInventory
from chalkola_spapi.simulator.awd.orders import Orders
from chalkola_spapi.simulator.awd.shipments import Shipments
from chalkola_spapi.simulator.call_log import CallLog
from chalkola_spapi.simulator.documents import Documents
from chalkola_spapi.simulator.faults import Fault
from chalkola_spapi.simulator.inbound.describing import describe_plan
from chalkola_spapi.simulator.inbound.inbounds import Inbounds
from chalkola_spapi.simulator.lwa import Lwa
from chalkola_spapi.simulator.publication import PublicationCalendar
from chalkola_spapi.simulator.report_judges import judges, stock_report_cooldown
from chalkola_spapi.simulator.report_lifecycle import DailyQuota, Report
from chalkola_spapi.simulator.reports import Reports
from chalkola_spapi.simulator.rules import Rulebook
from chalkola_spapi.simulator.sales_and_traffic.quota import SalesQuota
from chalkola_spapi.simulator.sellers import Sellers
from chalkola_spapi.simulator.settings import Settings
from chalkola_spapi.simulator.sqp_verdict import SQP
from chalkola_spapi.simulator.stock.catalogue import Catalogue
from chalkola_spapi.simulator.stock.stock import Stock
from chalkola_spapi.simulator.story import NO_STORY, Story
from chalkola_spapi.simulator.throttle import Throttle

DAY = timedelta(hours=24)


class State:
    """The parts, one for each API and one for each thing that they share."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = settings.clock
        self.public_url = ""
        # The server's thread and a test's may both be here.
        self.lock = RLock()
        self.faults: Rulebook[Fault] = Rulebook()
        self.calls = CallLog()
        self.lwa = Lwa(clock=self.clock, clients=settings.clients)
        self.throttle = Throttle(clock=self.clock, speed=settings.speed)
        self.sellers = Sellers()
        self.calendar = PublicationCalendar()
        self.documents = Documents(clock=self.clock)
        story = Story.at(self.clock.now()) if settings.has_story else NO_STORY
        catalogue = Catalogue(seed=settings.seed, size=settings.catalogue_size, story=story)
        self.stock = Stock(clock=self.clock, seed=settings.seed, catalogue=catalogue)
        self.inbound = Inbounds(
            clock=self.clock,
            speed=settings.speed,
            seed=settings.seed,
            progress=settings.inbound_progress,
            catalogue=catalogue,
        )
        self.awd_shipments = Shipments(clock=self.clock, seed=settings.seed, stock=self.stock)
        self.awd_orders = Orders(
            clock=self.clock, speed=settings.speed, shipments=self.awd_shipments
        )
        self.awd = AwdInventory(seed=settings.seed, stock=self.stock, shipments=self.awd_shipments)
        self.sales_quota = SalesQuota(speed=settings.speed, over=settings.over_sales_quota)
        self.cooldown = stock_report_cooldown(settings)
        self.reports = self._reports()

    def _reports(self) -> Reports:
        settings = self.settings
        quota = DailyQuota(settings.sqp_reports_a_day, window=DAY / settings.speed)
        return Reports(
            clock=self.clock,
            speed=settings.speed,
            seed=settings.seed,
            progress=settings.progress,
            documents=self.documents,
            judges=judges(
                settings, stock=self.stock, calendar=self.calendar, cooldown=self.cooldown
            ),
            quotas={SQP: quota},
            first_id=settings.first_report_id,
        )

    def reset(self) -> None:
        """Forget reports, documents, scripts, faults and counts; issued tokens stay good."""
        with self.lock:
            for part in (
                self.faults,
                self.calls,
                self.throttle,
                self.sellers,
                self.calendar,
                self.documents,
                self.reports,
                self.stock,
                self.inbound,
                self.awd,
                self.awd_orders,
                self.awd_shipments,
                self.sales_quota,
                self.cooldown,
            ):
                part.clear()
            self.lwa.revoked.clear()

    def describe(self) -> dict[str, object]:
        """What happened so far: reports with their specification, counts, faults, accounts."""
        with self.lock:
            now = self.clock.now()
            return {
                "now": now.isoformat(),
                "speed": self.settings.speed,
                "seed": self.settings.seed,
                "accounts": self.lwa.accounts(),
                "reports": [self._describe_report(report) for report in self.reports.all()],
                "operations": self.calls.describe(),
                "faults": self.faults.describe(),
                "scripts": self.reports.scripts.describe(),
                "stock": self.stock.describe(),
                "awd_orders": self.awd_orders.describe(),
                "inbound_plans": [describe_plan(plan, now) for plan in self.inbound.plans()],
                "inbound_scripts": self.inbound.scripts.describe(),
            }

    def _describe_report(self, report: Report) -> dict[str, object]:
        document = self.documents.peek(report.document_id)
        return {
            "account": report.account,
            **report.describe(),
            "specification": report.specification.describe(),
            "polls": report.polls,
            "downloads": 0 if document is None else document.downloads,
        }
