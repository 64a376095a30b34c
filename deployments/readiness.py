"""Whether everything that a run needs is there, asked for again at most every few seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial

import httpx
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from chalkola_spapi.auth import LwaAuth
from chalkola_spapi.connections import HttpPool, default_user_agent
from chalkola_spapi.errors import SpApiError
from tasks.connections import Connections
from tasks.database.errors import answering
from tasks.database.migrations import require_migrated
from tasks.errors import ChalkolaError

LIMIT_S = 5.0
KEEP_S = 5.0
#: Login with Amazon is asked less often: each look there makes a token.
KEEP_TOKEN_S = 30.0
KEEP_REFUSED_TOKEN_S = 10.0


@dataclass(frozen=True)
class Part:
    """One thing that runs need; the text says what is wrong with it."""

    name: str
    ok: bool
    text: str


class Readiness:
    """Looks at all parts side by side. Thread safe: callers at the same time share a look."""

    def __init__(
        self,
        conns: Connections,
        *,
        prefect_api_url: str | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._conns = conns
        self._prefect_api_url = prefect_api_url
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Part]] = {}
        self._http = HttpPool(user_agent=default_user_agent(), timeout=httpx.Timeout(LIMIT_S))
        self._pool = ThreadPoolExecutor(max_workers=16, thread_name_prefix="readiness")

    def parts(self) -> list[Part]:
        """Give every part; one that does not answer within 5 s counts as down."""
        with self._lock:
            looks = self._looks()
            futures = {
                self._pool.submit(look): name for name, look in looks.items() if self._is_due(name)
            }
            done, late = wait(futures, timeout=LIMIT_S)
            for future in done:
                self._keep(future.result())
            for future in late:
                self._keep(Part(futures[future], ok=False, text=f"no answer within {LIMIT_S:g} s"))
            return [self._known[name][1] for name in looks]

    def close(self) -> None:
        """Stop looking."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._http.close()

    def _looks(self) -> dict[str, Callable[[], Part]]:
        looks: dict[str, Callable[[], str]] = {
            "database": self._database,
            "migrations": self._migrations,
        }
        if self._prefect_api_url:
            looks["prefect"] = self._prefect
        for account in self._conns.settings.account_names:
            looks[f"token {account}"] = partial(self._token, account)
        return {name: partial(_tried, name, look) for name, look in looks.items()}

    def _is_due(self, name: str) -> bool:
        return name not in self._known or self._known[name][0] <= self._clock()

    def _keep(self, part: Part) -> None:
        keep_s = KEEP_S
        if part.name.startswith("token "):
            keep_s = KEEP_TOKEN_S if part.ok else KEEP_REFUSED_TOKEN_S
        self._known[part.name] = (self._clock() + keep_s, part)

    def _database(self) -> str:
        with answering(self._conns.engine), self._conns.engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
        return "answers"

    def _migrations(self) -> str:
        require_migrated(self._conns.engine)
        return "all applied"

    def _prefect(self) -> str:
        answer = self._http.send("GET", f"{self._prefect_api_url}/health")
        if not answer.is_success:
            raise ChalkolaError(f"Prefect's server answers {answer.status_code}")
        return "answers"

    def _token(self, account: str) -> str:
        # A new one each time, which knows no token yet and has to ask.
        LwaAuth(self._conns.settings.account(account), http=self._http).fresh_token()
        return "accepted"


def _tried(name: str, look: Callable[[], str]) -> Part:
    try:
        return Part(name, ok=True, text=look())
    except (ChalkolaError, SpApiError) as exc:
        return Part(name, ok=False, text=" ".join(str(exc).split()))
    except (httpx.TransportError, SQLAlchemyError) as exc:
        return Part(name, ok=False, text=f"does not answer ({type(exc).__name__})")
