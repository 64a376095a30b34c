"""`chalkola health`: the service that a load balancer, a platform and Prometheus ask."""

from __future__ import annotations

from typing import Annotated

import typer

from deployments.console import out, set_up_logging
from tasks.connections import connections


def health(
    host: Annotated[
        str, typer.Option(help="0.0.0.0 in a container; it has no login.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8080,
) -> None:
    """Serve /health, /ready and /metrics until interrupted.

    /ready answers 503 and names what is down: database, migrations, Prefect, an account's token.
    """
    import uvicorn
    from prefect.settings import PREFECT_API_URL

    from deployments.health import health_app
    from deployments.readiness import Readiness

    conns = connections()
    set_up_logging(conns.settings)
    readiness = Readiness(conns, prefect_api_url=PREFECT_API_URL.value())
    out.print(f"Health: http://{host}:{port}/ready")
    out.file.flush()
    try:
        uvicorn.run(
            health_app(conns, readiness), host=host, port=port, log_config=None, access_log=False
        )
    finally:
        readiness.close()
