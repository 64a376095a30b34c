"""The SQL files that a database is made of: read in order, checked by name."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from tasks.database.errors import MigrationError


@dataclass(frozen=True)
class SqlFile:
    """One file; its checksum does not depend on the checkout's line ends."""

    name: str
    sql: str
    sha256: str


def read_sql_files(folder: Traversable, pattern: re.Pattern[str], *, rule: str) -> list[SqlFile]:
    """Give a folder's files in order.

    Raises:
        MigrationError: a name breaks the `pattern`; the message ends with the `rule`.
    """
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".sql"))
    odd = [name for name in names if not pattern.fullmatch(name)]
    if odd:
        raise MigrationError(f"{', '.join(odd)}: {rule}")
    return [_read(folder / name) for name in names]


def _read(path: Traversable) -> SqlFile:
    # A checkout on Windows must not look edited.
    content = path.read_bytes().replace(b"\r\n", b"\n")
    return SqlFile(path.name, content.decode(), hashlib.sha256(content).hexdigest())
