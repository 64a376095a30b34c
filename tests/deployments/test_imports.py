"""What a command imports: Prefect costs a second, an ephemeral server five."""

from __future__ import annotations

import subprocess
import sys

import pytest

WATCH = """
import atexit, sys
from deployments.cli import main
heavy = ("prefect", "pandas", "fastapi")
atexit.register(lambda: print([n for n in heavy if n in sys.modules], file=sys.stderr))
sys.argv = ["chalkola", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("sqp", "pull", "--help"),
        ("sqp", "plan", "-m", "US", "--start", "2026-01-25", "--asin", "B0CHALK001"),
        ("reports", "list"),
        ("inventory", "show"),
    ],
)
def test_commands_that_only_look_import_no_prefect(shell, arguments):
    ended = subprocess.run(
        [sys.executable, "-c", WATCH, *arguments],
        env=shell.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stderr.splitlines()[-1] == "[]"
