"""`chalkola check`: is everything there that a run needs? Only reads; safe against live Amazon."""

from __future__ import annotations

import typer

from deployments.console import Json, out, print_json, set_up_logging
from tasks.connections import connections
from tasks.upkeep.checks import Check, run_checks

_SIGNS = {True: ("ok", "green"), False: ("no", "red"), None: ("?", "yellow")}


def check(as_json: Json = False) -> None:
    """Check settings, database, tokens, marketplaces, roles and clocks; exits 1 if one is off.

    Reads only: one token for each account, the Sellers API, and one cheap GET for each role.
    """
    conns = connections()
    set_up_logging(conns.settings)
    found = []
    for one in run_checks(conns):
        found.append(one)
        if not as_json:
            _print(one)
    if as_json:
        print_json({"checks": [one.to_dict() for one in found]})
    if any(one.ok is False for one in found):
        raise typer.Exit(1)


def _print(one: Check) -> None:
    sign, style = _SIGNS[one.ok]
    out.print(f"{sign:<4}", style=style, end="")
    out.print(f"{one.subject:<12} {one.name:<42} {one.text}")
