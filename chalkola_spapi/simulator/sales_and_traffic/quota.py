"""How often an application may ask for Sales and Traffic, over all its sellers.

Once in 15 minutes and 96 times a day since April 2026; createReport answers 429 to more
(amzn/selling-partner-api-models#5210).
"""

from datetime import datetime, timedelta
from typing import Literal

from chalkola_spapi.simulator.cooldowns import Cooldown
from chalkola_spapi.simulator.messages import RefusedError
from chalkola_spapi.simulator.report_scripts import ReportScript

OverQuota = Literal["refuse", "FATAL", "CANCELLED"]
_PAUSE = timedelta(minutes=15)
_DAY = timedelta(hours=24)
_A_DAY = 96


class SalesQuota:
    """Admits requests. `over` is what becomes of one too many: a 429, or how its report ends."""

    def __init__(self, *, speed: float, over: OverQuota) -> None:
        self._cooldown = Cooldown(_PAUSE / speed, limit=_A_DAY, window=_DAY / speed)
        self._over = over

    def admit(self, client_id: str | None, *, at: datetime) -> ReportScript | None:
        """The script of a report that is one too many; None for one within the quota.

        Raises:
            RefusedError: 429 QuotaExceeded, it is one too many.
        """
        if self._cooldown.take(client_id, at=at):
            return None
        if self._over == "refuse":
            message = "You exceeded your quota for the requested resource."
            raise RefusedError(429, "QuotaExceeded", message)
        return ReportScript(fate=self._over, fatal_document=False)

    def clear(self) -> None:
        self._cooldown.clear()
