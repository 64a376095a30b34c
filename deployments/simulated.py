"""A simulated seller's environment: the simulator's addresses and a state of its own."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Literal

from chalkola_spapi.marketplaces import MARKETPLACES
from tasks.asins.tracked import TrackedAsin
from tasks.settings import TOKEN_PREFIX, Settings

#: How much faster than Amazon the simulator of `demo` and `up` works; the calendar stays real.
SPEED = 60.0
CODES: tuple[Literal["US", "UK", "DE", "JP"], ...] = ("US", "UK", "DE", "JP")
ASINS = tuple(f"B0CHALK{number:03d}" for number in range(1, 43))


def simulated_home(settings: Settings) -> Path:
    """Give the folder in which everything simulated lives, apart from real data."""
    return settings.chalkola_home / "simulated"


def first_report_id() -> int:
    """Give report ids that no earlier simulator gave: the simulated database outlives it."""
    return int(time.time() * 100)


def enter_simulation(settings: Settings, url: str) -> Settings:
    """Turn the environment of this process and its children to the simulator.

    The working directory moves to the simulated home: a real `.env` must not be read from here on.
    """
    home = simulated_home(settings)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in list(os.environ):
        if name.startswith(("SP_API_", "SUPABASE_", "SQP_", "PREFECT_API_")):
            del os.environ[name]
    os.environ |= {
        "CHALKOLA_HOME": str(home),
        "SP_API_CLIENT_ID": "amzn1.application-oa2-client.simulated",
        "SP_API_CLIENT_SECRET": "simulated",
        "SP_API_LWA_URL": f"{url}/auth/o2/token",
        "SP_API_POLL_INTERVAL": "0.5",
    }
    for region in ("NA", "EU", "FE"):
        os.environ[TOKEN_PREFIX + region] = f"simulated-{region.lower()}"
        os.environ[f"SP_API_ENDPOINT_{region}"] = url
    os.chdir(home)
    return Settings.from_env()


def demo_asins() -> list[TrackedAsin]:
    """Give the simulated seller's catalogue: the same ASINs in several marketplaces."""
    return [
        TrackedAsin(MARKETPLACES[code].marketplace_id, asin, priority)
        for code in CODES
        for priority, asin in enumerate(ASINS, start=1)
    ]
