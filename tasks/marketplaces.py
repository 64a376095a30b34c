"""Marketplaces as people name them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from chalkola_spapi.marketplaces import Marketplace, UnknownMarketplaceError, expand_marketplaces
from tasks.errors import InputError

#: The choices of a flow's form; the same as chalkola_spapi.marketplaces.MARKETPLACES.
MarketplaceCode = Literal["US", "CA", "MX", "UK", "DE", "FR", "IT", "ES", "UAE", "AU", "JP"]


def resolve_marketplaces(texts: Iterable[str]) -> list[Marketplace]:
    """Codes, aliases, marketplace ids and regions to marketplaces.

    Raises:
        InputError: an unknown one.
    """
    try:
        return expand_marketplaces(texts)
    except UnknownMarketplaceError as exc:
        raise InputError(str(exc)) from None
