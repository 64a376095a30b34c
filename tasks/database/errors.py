"""What can go wrong with the database, and where a failed connection becomes a sentence.

* DatabaseError                 (exit code 1)
  + DatabaseUrlError            not a PostgreSQL address (exit code 2)
  + DatabaseUnreachableError    it does not answer, or the connection was lost; may be tried again
  + EmbeddedPostgresError       the embedded server cannot be started
  + NotMigratedError            `chalkola db migrate` has to run first
  + MigrationError              a migration failed, was edited, or is not known to this code
  + WrongDatabaseError          it holds the other kind of data: real, simulated
  + LockLostError               the connection that held an advisory lock died

No message holds a password.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from tasks.errors import ChalkolaError, InputError


class DatabaseError(ChalkolaError):
    """The database, not Amazon, is in the way."""

    is_retryable = False


class DatabaseUrlError(DatabaseError, InputError):
    """SUPABASE_DB_URL is no PostgreSQL address."""


class DatabaseUnreachableError(DatabaseError):
    """The database does not answer, or went away; the same call may work later."""

    is_retryable = True


class EmbeddedPostgresError(DatabaseError):
    """The embedded PostgreSQL cannot be started."""


class NotMigratedError(DatabaseError):
    """The tables are missing or older than this code."""


class MigrationError(DatabaseError):
    """A migration failed, was edited after it was applied, or is not known to this code."""


class WrongDatabaseError(DatabaseError):
    """Real and simulated data never share a database."""


class LockLostError(DatabaseError):
    """The connection that held an advisory lock died, so another process may hold it now."""


def address(url: sa.URL) -> str:
    """host:port/database, without user and password; a socket's folder stands for its host."""
    host = url.host or url.query.get("host") or "localhost"
    port = f":{url.port or 5432}" if url.host else ""
    return f"{host}{port}/{url.database}"


def reason(error: BaseException) -> str:
    """The part of a driver's message that says what happened, in one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    failed = [found[1] for line in lines if (found := re.search(r"failed: (.*)", line))]
    chosen = (failed or lines or [type(error).__name__])[0]
    return chosen.removeprefix("FATAL:").removeprefix("ERROR:").strip()


@contextmanager
def answering(engine: sa.Engine) -> Iterator[None]:
    """Turns a connection that fails or is lost inside into DatabaseUnreachableError."""
    try:
        yield
    except (OperationalError, psycopg2.OperationalError, psycopg2.InterfaceError) as exc:
        raise DatabaseUnreachableError(_sentence(engine, exc)) from exc
    except sa.exc.TimeoutError as exc:
        raise DatabaseUnreachableError(
            f"The database at {address(engine.url)} does not answer: "
            "all connections of this process are busy"
        ) from exc


def _sentence(engine: sa.Engine, error: BaseException) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    code = getattr(cause, "pgcode", None) or ""
    # A deadlock, a cancelled statement or a full disk is an answer.
    verb = "could not go on" if code and code[:3] not in {"57P", "080"} else "does not answer"
    return f"The database at {address(engine.url)} {verb}: {reason(cause)}"
