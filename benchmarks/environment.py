"""The environment of a seller whose Amazon is a simulator."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from chalkola_spapi.marketplaces import Region


def seller(simulator: str, database: sa.URL, *, home: Path, budget: int = 10_000) -> dict[str, str]:
    """What the product reads; one account a region."""
    values = {
        "SP_API_CLIENT_ID": "amzn1.application-oa2-client.bench",
        "SP_API_CLIENT_SECRET": "secret",
        "SP_API_LWA_URL": f"{simulator}/auth/o2/token",
        "SUPABASE_DB_URL": database.render_as_string(hide_password=False),
        "SQP_DAILY_BUDGET": str(budget),
        "CHALKOLA_HOME": str(home),
        "LOG_LEVEL": "WARNING",
    }
    for region in Region:
        values[f"SP_API_REFRESH_TOKEN_{region.value}"] = f"Atzr|{region.value}"
        values[f"SP_API_ENDPOINT_{region.value}"] = simulator
    return values
