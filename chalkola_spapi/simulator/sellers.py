"""Which marketplaces an account sells in: all that the simulator knows, unless it is told.

https://developer-docs.amazon.com/sp-api/docs/sellers-api-v1-reference
"""

from collections.abc import Iterable

from chalkola_spapi.simulator.marketplaces import MARKETPLACES, Marketplace
from chalkola_spapi.simulator.messages import RefusedError

STORE_NAME = "Chalkola"


class Sellers:
    """The participations of each account."""

    def __init__(self) -> None:
        self._marketplaces: dict[str, tuple[str, ...]] = {}

    def limit(self, account: str, marketplace_ids: Iterable[str]) -> None:
        """Let an account (its seller id) take part in these marketplaces alone."""
        ids = tuple(marketplace_ids)
        unknown = set(ids) - MARKETPLACES.keys()
        if unknown:
            raise ValueError(f"unknown marketplaces {sorted(unknown)}")
        self._marketplaces[account] = ids

    def marketplaces(self, account: str) -> list[Marketplace]:
        ids = self._marketplaces.get(account, tuple(MARKETPLACES))
        return [MARKETPLACES[id_] for id_ in ids]

    def check(self, account: str, marketplace_ids: Iterable[str]) -> None:
        """Let pass what the account may ask for.

        Raises:
            RefusedError: 403 Unauthorized, the account does not take part in one of them.
        """
        allowed = {marketplace.id for marketplace in self.marketplaces(account)}
        if not allowed.issuperset(marketplace_ids):
            raise RefusedError(403, "Unauthorized", "Access to requested resource is denied.")

    def clear(self) -> None:
        self._marketplaces.clear()
