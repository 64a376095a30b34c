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
        facts, length = sum(len(one.facts) for one in self.marketplaces), self.period.report_period
        happened = f"{words.plural(facts, 'thing')} happened" if facts else "Nothing stands out"
        to_do = words.plural(len(self.todos), "thing") if self.todos else "nothing"
        return f"{happened} in the {length.lower()} of {words.when(self.period)}; {to_do} to do."

    @property
    def todos(self) -> list[tuple[str, Todo]]:
        """What needs doing, with its marketplace the most urgent first."""
        found = [(one.code, todo) for one in self.marketplaces for todo in one.todos]
        return sorted(found, key=lambda pair: (pair[1].order, pair[0]))
