"""The health service: /health (this process), /ready (all that runs need), /metrics (numbers)."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deployments.metrics import render
from deployments.readiness import Readiness
from tasks.connections import Connections


def health_app(conns: Connections, readiness: Readiness) -> Starlette:
    """Give the ASGI application. Its endpoints are synchronous: Starlette gives each a thread."""

    def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    def ready(_request: Request) -> Response:
        parts = readiness.parts()
        down = [part.name for part in parts if not part.ok]
        body = {
            "status": "not ready" if down else "ready",
            "down": down,
            "parts": {p.name: {k: v for k, v in asdict(p).items() if k != "name"} for p in parts},
        }
        status = HTTPStatus.SERVICE_UNAVAILABLE if down else HTTPStatus.OK
        return JSONResponse(body, status_code=status)

    def metrics(_request: Request) -> Response:
        return Response(render(conns), media_type=CONTENT_TYPE_LATEST)

    endpoints = {"/health": health, "/ready": ready, "/metrics": metrics}
    return Starlette(routes=[Route(path, endpoint) for path, endpoint in endpoints.items()])
