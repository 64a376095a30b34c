"""How old the client secret is: Amazon refuses one after 180 days and tells nobody's program when.

The database keeps when it was first used here, by a part of a slow, salted hash. A secret that was
made long before its first use is older than that.
https://developer-docs.amazon.com/sp-api/docs/rotate-your-application-client-secret
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from tasks.connections import Connections
from tasks.database.queries import queries

NAME = "SP_API_CLIENT_SECRET"
LIFE = timedelta(days=180)
#: A month is left for whoever has to do it.
ROTATE_AFTER_DAYS = 150
#: Slow enough that nobody tries all secrets of a shorter alphabet.
ROUNDS = 100_000


def note_secret(conns: Connections) -> datetime | None:
    """Note that the client secret is in use; gives when that was seen first, None without one."""
    secret = conns.settings.sp_api_client_secret
    if secret is None:
        return None
    sql = queries("attention")
    with conns.engine.begin() as connection:
        salt = connection.execute(sql["database_id"]).scalar()
        fingerprint = _fingerprint(secret.get_secret_value(), salt=str(salt))
        values = {"name": NAME, "fingerprint": fingerprint}
        connection.execute(sql["see_secret"], values | {"now": conns.now()})
        seen: datetime = connection.execute(sql["secret_first_seen"], values).scalar_one()
    return seen


def secret_seen(conns: Connections) -> datetime | None:
    """Give when the client secret was seen first, without noting it; None: never, or there is none.

    The tables have to be there.
    """
    secret = conns.settings.sp_api_client_secret
    if secret is None:
        return None
    sql = queries("attention")
    with conns.engine.connect() as connection:
        salt = connection.execute(sql["database_id"]).scalar()
        fingerprint = _fingerprint(secret.get_secret_value(), salt=str(salt))
        values = {"name": NAME, "fingerprint": fingerprint}
        seen: datetime | None = connection.execute(sql["secret_first_seen"], values).scalar()
    return seen


def _fingerprint(secret: str, *, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt.encode(), ROUNDS).hex()[:16]
