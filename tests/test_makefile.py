"""How the Makefile installs: by uv, with pip's index, and by pip where uv cannot."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MIRROR = "https://mirror.example/simple"
DEV = "-q --no-compile --no-deps --require-hashes -r requirements-dev.lock"
PIP = f"""#!/bin/sh
if [ "$1 $2" = "config list" ]; then
    echo "global.extra-index-url='https://other.example/simple'"
    echo "global.index-url='{MIRROR}'"
else
    echo "pip $*" >> calls
fi
"""
UV = """#!/bin/sh
echo "uv $UV_DEFAULT_INDEX $*" >> calls
echo "no wheel" >&2
exit "$UV_ENDS_WITH"
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Give a clone in a folder with a space, whose pip and uv only note how they are called."""
    clone = tmp_path / "a clone"
    (clone / ".venv" / "bin").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", *(path.name for path in ROOT.glob("*.lock"))):
        shutil.copy(ROOT / name, clone)
    for name, text in (("pip", PIP), ("uv", UV)):
        program = clone / ".venv" / "bin" / name
        program.write_text(text)
        program.chmod(0o755)
    (clone / ".venv" / ".runtime").touch()
    return clone


def install(clone: Path, *, uv_ends_with: int = 0, **more: str) -> tuple[str, list[str]]:
    """Give what a person sees, and what was called."""
    environment = {
        n: v for n, v in os.environ.items() if not n.startswith(("UV_", "MAKE", "MFLAGS"))
    }
    said = subprocess.run(
        ["make", ".venv/.dev"],
        cwd=clone,
        env=environment | {"UV_ENDS_WITH": str(uv_ends_with)} | more,
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stderr == ""
    return said.stdout, (clone / "calls").read_text().splitlines()


def test_uv_installs_from_pips_index(clone: Path) -> None:
    said, calls = install(clone)
    assert said == ""
    assert len(calls) == 1
    assert calls[0].startswith(f"uv {MIRROR} pip install -q --python .venv/bin/python --no-deps")
    assert calls[0].endswith("--require-hashes -r requirements-dev.lock")


def test_uvs_own_index_goes_before_pips(clone: Path) -> None:
    _, calls = install(clone, UV_DEFAULT_INDEX="https://own.example/simple")
    assert calls[0].startswith("uv https://own.example/simple pip install")


def test_where_uv_cannot_pip_installs_the_same_and_the_reason_is_kept(clone: Path) -> None:
    said, calls = install(clone, uv_ends_with=2)
    assert len(said.splitlines()) == 1
    assert ".venv/uv.log" in said
    assert calls[1] == f"pip install {DEV}"
    assert (clone / ".venv" / "uv.log").read_text() == "no wheel\n"
