"""The way to the database: which addresses are taken, and what is said when something is wrong."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import psycopg2
import pytest
import sqlalchemy as sa

from tasks.database.engine import connect_engine, describe_database, mark_database, normalise_url
from tasks.database.errors import (
    DatabaseUnreachableError,
    DatabaseUrlError,
    NotMigratedError,
    WrongDatabaseError,
    address,
    answering,
)
from tasks.database.migrations import require_migrated
from tasks.errors import InputError


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_spelling_of_a_postgres_address_is_taken(scheme):
    url = normalise_url(f" {scheme}://user:p%40ss@db.example.co:6543/postgres?sslmode=require\n")
    assert url.drivername == "postgresql+psycopg2"
    assert (url.username, url.password, url.host, url.port) == (
        "user",
        "p@ss",
        "db.example.co",
        6543,
    )
    assert url.database == "postgres"
    assert url.query == {"sslmode": "require"}


def test_a_password_may_hold_anything_but_an_at_sign():
    assert normalise_url("postgresql://u:p#a/s:s?w@h:5432/d").password == "p#a/s:s?w"


def test_options_of_other_tools_are_left_out():
    url = normalise_url("postgres://u:p@h/d?pgbouncer=true&connection_limit=1&sslmode=require")
    assert url.query == {"sslmode": "require"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "secret",
        "mysql://u:secret@h/d",
        "https://secret.supabase.co",
        "postgresql+asyncpg://u:secret@h/d",
        "postgresql://u:secret@h",
        "postgresql://u:secret@h:port/d",
        "postgresql://u:sec@secret@h/d",
    ],
)
def test_other_addresses_are_refused_without_repeating_them(text):
    with pytest.raises(DatabaseUrlError, match="SUPABASE_DB_URL is not a PostgreSQL") as caught:
        normalise_url(text)
    assert isinstance(caught.value, InputError)
    assert caught.value.exit_code == 2
    shown = f"{caught.value}{caught.value.__cause__}"
    assert "secret" not in shown
    assert "\n" not in shown


def test_a_database_that_does_not_answer_is_one_line():
    engine = connect_engine("postgresql://user:secret@127.0.0.1:1/mine")
    with pytest.raises(DatabaseUnreachableError) as caught:
        require_migrated(engine)
    assert str(caught.value) == (
        "The database at 127.0.0.1:1/mine does not answer: Connection refused"
    )
    assert caught.value.is_retryable


def test_a_wrong_password_is_said_and_not_shown(embedded_postgres):
    url = embedded_postgres.url().set(password="secret")
    with pytest.raises(DatabaseUnreachableError, match="password authentication failed") as caught:
        describe_database(connect_engine(url))
    assert "secret" not in str(caught.value)


def test_an_answer_that_refuses_is_not_called_silence(any_engine):
    def wait_too_long() -> None:
        with answering(any_engine), any_engine.begin() as connection:
            connection.execute(sa.text("SET LOCAL statement_timeout = 10"))
            connection.execute(sa.text("SELECT pg_sleep(5)"))

    with pytest.raises(DatabaseUnreachableError, match="could not go on: canceling statement"):
        wait_too_long()


def test_connections_name_themselves_and_a_dead_one_is_replaced(any_engine):
    with any_engine.connect() as connection:
        name = connection.scalar(sa.text("SHOW application_name"))
        connection.connection.driver_connection.close()
        connection.invalidate()
    assert name == "chalkola"
    with any_engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT 1")) == 1


def test_options_in_the_address_win_over_ours(db_url):
    engine = connect_engine(db_url.update_query_dict({"application_name": "mine"}))
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SHOW application_name")) == "mine"
    engine.dispose()


def test_the_first_run_marks_a_database_and_the_other_kind_is_refused(any_engine):
    mark_database(any_engine, kind="simulated", endpoint_host="127.0.0.1:8900")
    mark_database(any_engine, kind="simulated", endpoint_host="127.0.0.1:9999")
    with pytest.raises(WrongDatabaseError) as caught:
        mark_database(any_engine, kind="real", endpoint_host="sellingpartnerapi-na.amazon.com")
    for part in ("simulated data (from 127.0.0.1:8900)", "real data (from sellingpartnerapi-na"):
        assert part in str(caught.value)


def test_marking_a_database_without_tables_names_the_command(empty_db_url):
    engine = connect_engine(empty_db_url)
    with pytest.raises(NotMigratedError, match="run `chalkola db migrate`"):
        mark_database(engine, kind="real", endpoint_host="x")
    engine.dispose()


def test_a_server_is_described(any_engine):
    described = describe_database(any_engine)
    assert described.address == address(any_engine.url)
    assert described.server_version.split(".")[0] in {"15", "18"}
    assert not described.is_transaction_pooler
    assert abs(described.clock_skew_s) < 1


class TransactionPooler:
    """Two client connections on one server connection, as a pool of one in transaction mode.

    Starting up is answered from what the server said the first time; then each client's messages go
    to the one server connection, and a client waits while another one is within a transaction.
    """

    def __init__(self, host: str, port: int, user: str, database: str) -> None:
        self._backend = socket.create_connection((host, port))
        fields = f"user\0{user}\0database\0{database}\0\0".encode()
        startup = (196608).to_bytes(4, "big") + fields
        self._backend.sendall((len(startup) + 4).to_bytes(4, "big") + startup)
        self._greeting, _ = self._answer()
        self._turn = threading.Lock()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._server.close()
        self._backend.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        is_greeted = False
        is_in_transaction = False
        with client:
            while message := client.recv(1 << 16):
                if not is_greeted:
                    # libpq asks for encryption first (an SSL or GSS request of 8 bytes).
                    is_greeted = len(message) != 8
                    client.sendall(self._greeting if is_greeted else b"N")
                    continue
                if message[:1] == b"X":
                    return
                if not is_in_transaction:
                    self._turn.acquire()
                self._backend.sendall(message)
                answer, is_in_transaction = self._answer()
                if not is_in_transaction:
                    self._turn.release()
                client.sendall(answer)

    def _answer(self) -> tuple[bytes, bool]:
        """Everything up to ReadyForQuery, and whether that says 'in a transaction'."""
        whole = b""
        while True:
            kind, size = self._exactly(1), self._exactly(4)
            body = self._exactly(int.from_bytes(size, "big") - 4)
            whole += kind + size + body
            if kind == b"Z":
                return whole, body != b"I"

    def _exactly(self, count: int) -> bytes:
        got = b""
        while len(got) < count:
            got += self._backend.recv(count - len(got))
        return got


@pytest.fixture
def pooler_url(postgres15_url: sa.URL) -> Iterator[sa.URL]:
    pooler = TransactionPooler(
        str(postgres15_url.host),
        postgres15_url.port or 5432,
        str(postgres15_url.username),
        str(postgres15_url.database),
    )
    yield postgres15_url.set(port=pooler.port)
    pooler.close()


def test_a_transaction_mode_pooler_is_seen(pooler_url):
    engine = connect_engine(pooler_url)
    assert describe_database(engine).is_transaction_pooler
    engine.dispose()


def test_the_drivers_own_error_is_the_cause(any_engine):
    with pytest.raises(DatabaseUnreachableError) as caught, answering(any_engine):
        raise psycopg2.OperationalError("server closed the connection unexpectedly\n\tmore")
    assert isinstance(caught.value.__cause__, psycopg2.OperationalError)
    assert str(caught.value).endswith("does not answer: server closed the connection unexpectedly")
