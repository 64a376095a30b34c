"""A digest of one marketplace or of several together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalkola_spapi.periods import Period
from tasks.digest import words
from tasks.digest.figures import MarketplaceDigest, Todo


@dataclass(frozen=True)
class Digest:
    """What is told of each marketplace."""

    marketplaces: Sequence[MarketplaceDigest]

    @property
    def name(self) -> str:
        """What files and artifacts are called by."""
        return self.marketplaces[0].code if len(self.marketplaces) == 1 else "all"

    @property
    def period(self) -> Period:
        """The newest of its periods."""
        return max(one.period for one in self.marketplaces)

    @property
    def title(self) -> str:
        place = self.name if self.name != "all" else "all marketplaces"
        return f"Chalkola digest: {place}"

    @property
    def subtitle(self) -> str:
        happened = words.plural(sum(len(one.facts) for one in self.marketplaces), "thing")
        to_do = words.plural(len(self.todos), "thing")
        length = self.period.report_period.value.capitalize()
        return f"{length} of {words.when(self.period)}: {happened} happened, {to_do} to do."

    @property
    def todos(self) -> list[tuple[str, Todo]]:
        """What needs doing, with its marketplace the most urgent first."""
        found = [(one.code, todo) for one in self.marketplaces for todo in one.todos]
        return sorted(found, key=lambda pair: (pair[1].order, pair[0]))
