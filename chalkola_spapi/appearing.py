"""Files that are there whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def appearing(target: Path) -> Iterator[BinaryIO]:
    """Give a file, to write and to read, that takes the place of `target` at the end of the block.

    If the block fails it is gone. No two blocks share one; only its owner may read it.
    """
    number, name = _new_beside(target)
    try:
        with os.fdopen(number, "w+b") as part:
            yield part
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _new_beside(target: Path) -> tuple[int, str]:
    try:
        return tempfile.mkstemp(prefix=f"{target.name}.", suffix=".part", dir=target.parent)
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
        return tempfile.mkstemp(prefix=f"{target.name}.", suffix=".part", dir=target.parent)
