"""Whether a pooled connection still lives, asked of the server only where there is a doubt.

SQLAlchemy's own pre-ping is a round trip before every use: a third of all that a report takes.
https://docs.sqlalchemy.org/en/20/core/pooling.html#custom-legacy-pessimistic-ping
"""

from __future__ import annotations

import select
import time
from typing import Any

import psycopg2
import sqlalchemy as sa
from psycopg2 import extensions
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError

#: A router that forgets a connection tells neither side; it takes minutes of silence to do so.
TRUSTED_S = 30.0
_USED_AT = "used_at"


def replace_dead_connections(engine: sa.Engine, *, trusted_s: float = TRUSTED_S) -> None:
    """Have the engine's pool give out living connections alone, as `pool_pre_ping` would."""

    def used(_driver: Any, record: Any) -> None:
        record.info[_USED_AT] = time.monotonic()

    def check(driver: Any, record: Any, _proxy: Any) -> None:
        used_at = record.info.get(_USED_AT)
        if used_at is None:
            return  # it was opened just now
        is_trusted = time.monotonic() - used_at < trusted_s and not _has_news(driver)
        if not (is_trusted or _answers(engine, driver)):
            raise InvalidatePoolError  # all that are older, too; the pool opens another

    sa.event.listen(engine, "checkin", used)
    sa.event.listen(engine, "checkout", check)


def _has_news(driver: extensions.connection) -> bool:
    """Whether the server has said something, or hung up, since it answered last. Asks nobody.

    Of an idle connection that is its end; or, rarely, a notice.
    """
    if driver.closed:
        return True
    if not hasattr(select, "poll"):  # Windows, where descriptors are no small numbers
        return bool(select.select([driver], [], [], 0)[0])
    poll = select.poll()
    poll.register(driver, select.POLLIN)
    return bool(poll.poll(0))


def _answers(engine: sa.Engine, driver: DBAPIConnection) -> bool:
    try:
        return engine.dialect.do_ping(driver)
    except psycopg2.Error:
        return False
