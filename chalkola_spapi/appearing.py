"""Files that are there whole or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def appearing(target: Path) -> Iterator[BinaryIO]:
    """Give a file, to write and to read, that takes the place of `target` at the end of the block.

    If the block fails it is gone. No two blocks share one; only its owner may read it.
    """
    name = f"{target}.{secrets.token_hex(8)}.part"
    try:
        with _new(name) as part:
            yield part
        # pathlib would take both names apart, at five times the cost.
        os.replace(name, target)  # noqa: PTH105
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _new(name: str) -> BinaryIO:
    try:
        return open(name, "x+b", opener=_for_its_owner)
    except FileNotFoundError:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        return open(name, "x+b", opener=_for_its_owner)


def _for_its_owner(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)
