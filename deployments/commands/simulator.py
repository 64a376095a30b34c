"""`chalkola simulator`: the SP-API simulator alone, for trying other clients against it."""

from __future__ import annotations

from typing import Annotated

import typer

from deployments.console import out
from deployments.simulated import first_report_id


def simulator(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free port.")] = 8899,
    speed: Annotated[
        float,
        typer.Option(min=0.001, help="How much faster than Amazon: processing, queues and quotas."),
    ] = 1.0,
) -> None:
    """Serve a stateful SP-API on 127.0.0.1 until interrupted: LWA, Reports, Sellers.

    It writes nothing to disk. What it does not imitate stands at the top of its package.
    """
    from chalkola_spapi.simulator import serve
    from tasks.errors import ChalkolaError

    try:
        server = serve(port=port, speed=speed, first_report_id=first_report_id())
    except OSError as exc:
        raise ChalkolaError(f"port: {port} cannot be used: {exc.strerror}") from exc
    try:
        server.run(_announce)
    except KeyboardInterrupt:
        out.print("Stopped.")


def _announce(url: str) -> None:
    out.print(f"SP-API simulator: {url}")
    out.print("Point the project at it with")
    for region in ("NA", "EU", "FE"):
        out.print(f"  SP_API_ENDPOINT_{region}={url}")
    out.print(f"  SP_API_LWA_URL={url}/auth/o2/token")
    out.print("and any client id, secret and refresh token. Ctrl-C stops it.")
    out.file.flush()
