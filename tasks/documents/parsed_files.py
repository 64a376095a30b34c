"""Parsed documents: what is known of their files, and checksums.

What we wrote ourselves is checked by XXH3, 20 times as fast as SHA-256: nobody forges it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, BinaryIO

from xxhash import xxh3_128


@dataclass(frozen=True)
class ParsedDocument:
    """The file, its checksum, its rows, and what else the document held.

    checksum is the file's; content_checksum, where it is known, that of the rows without the
    report's id. rows_by_asin are the file's lines, where they are counted. extra_fields are kept in
    the column extra, if they were a row's, and named here by their dotted names.
    """

    path: Path
    checksum: str
    rows: int
    extra_fields: tuple[str, ...]
    specification: dict[str, object]
    content_checksum: str | None = None
    rows_by_asin: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As JSON can keep it."""
        return asdict(self) | {"path": str(self.path), "extra_fields": list(self.extra_fields)}

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> ParsedDocument:
        """What to_dict gave, of an older version too: results are kept over an upgrade."""
        known = {one.name: given[one.name] for one in fields(cls) if one.name in given}
        extra_fields = tuple(given["extra_fields"])
        return cls(**{**known, "path": Path(given["path"]), "extra_fields": extra_fields})


def write_lines(output: BinaryIO, batches: Iterable[list[str]]) -> tuple[str, int]:
    """Write lines as UTF-8; gives their checksum and their number."""
    checksum = xxh3_128()
    lines = 0
    for batch in batches:
        text = "".join(batch).encode()
        checksum.update(text)
        output.write(text)
        lines += len(batch)
    return checksum.hexdigest(), lines


def sha256_of(path: Path) -> str:
    """The checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
