"""ASINs that spoil every report they are in are asked for no more, until a person releases them."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import Engine

from chalkola_spapi.marketplaces import Marketplace, find_marketplace
from chalkola_spapi.report_types import AsinError, check_asin
from tasks.database.queries import queries
from tasks.errors import InputError

logger = logging.getLogger(__name__)

#: So often an ASIN may fail alone; then it is suppressed.
FAILURES_ALONE = 3


def suppress_failing(engine: Engine) -> list[tuple[str, str]]:
    """Suppress the ASINs that failed alone too often; gives marketplace code and ASIN of each."""
    with engine.begin() as connection:
        found = connection.execute(queries("asins")["suppress"], {"failures": FAILURES_ALONE})
        rows = found.all()
    for row in rows:
        code = find_marketplace(row.marketplace_id).code
        logger.warning(
            "%s %s is asked for no more: %s; `chalkola asins release` undoes it",
            code,
            row.asin,
            row.suppressed_reason,
        )
    return [(find_marketplace(row.marketplace_id).code, row.asin) for row in rows]


def release_asins(
    engine: Engine, asins: Sequence[str], *, marketplaces: Sequence[Marketplace]
) -> list[tuple[str, str]]:
    """Release suppressed ASINs, all of them where none is named; gives those that were.

    Raises:
        InputError: a malformed ASIN.
    """
    try:
        checked = [check_asin(asin) for asin in asins] or None
    except AsinError as exc:
        raise InputError(str(exc)) from None
    values = {"asins": checked, "marketplace_ids": [m.marketplace_id for m in marketplaces] or None}
    with engine.begin() as connection:
        rows = connection.execute(queries("asins")["release"], values).all()
    return sorted((find_marketplace(row.marketplace_id).code, row.asin) for row in rows)
