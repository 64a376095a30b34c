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
    #: Whether there is something to tell of no other one.
    is_of_all: bool = False

    @property
    def name(self) -> str:
        """What files and artifacts are called by."""
        return "all" if self.is_of_all else "-".join(one.code for one in self.marketplaces)

    @property
    def period(self) -> Period:
        """The newest of its periods."""
        return max(one.period for one in self.marketplaces)

    @property
    def title(self) -> str:
        codes = ", ".join(one.code for one in self.marketplaces)
        return f"Chalkola digest: {'all marketplaces' if self.is_of_all else codes}"

    @property
    def subtitle(self) -> str:
        to_do = words.plural(len(self.todos), "thing") if self.todos else "nothing"
        length = self.period.report_period.lower()
        return f"{self._happened} the {length} of {words.when(self.period)}; {to_do} to do."

    @property
    def _happened(self) -> str:
        if not any(one.is_loaded for one in self.marketplaces):
            return "Nothing is loaded of"
        facts = sum(len(one.facts) for one in self.marketplaces)
        return f"{words.plural(facts, 'thing')} happened in" if facts else "Nothing stands out in"

    @property
    def todos(self) -> list[tuple[str, Todo]]:
        """What needs doing, with its marketplace the most urgent first."""
        found = [(one.code, todo) for one in self.marketplaces for todo in one.todos]
        return sorted(found, key=lambda pair: (pair[1].order, pair[0]))
