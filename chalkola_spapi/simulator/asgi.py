"""The simulator over HTTP: reads a request, lets `handle` answer, treats the connection as told."""

import asyncio
from collections.abc import Callable

from starlette.concurrency import iterate_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.types import Receive, Scope, Send

from chalkola_spapi.simulator.handle import handle
from chalkola_spapi.simulator.messages import Answer, Call
from chalkola_spapi.simulator.state import State

HangUp = Callable[[Scope], None]


class Application:
    """An ASGI application around a state.

    ASGI has no word for ending a connection: `hang_up` is the server's way to do it.
    """

    def __init__(self, state: State, *, hang_up: HangUp) -> None:
        self._state = state
        self._hang_up = hang_up

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = HttpRequest(scope, receive)
        call = Call(
            method=scope["method"],
            path=scope["path"],
            query=tuple(request.query_params.multi_items()),
            headers=dict(request.headers),
            body=await request.body(),
        )
        answer = handle(self._state, call)
        if answer.delay_s:
            await asyncio.sleep(answer.delay_s)
        if answer.stream is None:
            await self._send(answer, scope, receive, send)
        else:
            await _send_stream(answer, request, send)

    async def _send(self, answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
        is_whole = answer.connection == "keep"
        if answer.connection != "close_unanswered":
            headers = {"content-length": str(len(answer.body)), **answer.headers}
            raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
            start = {"type": "http.response.start", "status": answer.status, "headers": raw}
            await send(start)
            body = {"type": "http.response.body", "body": answer.body, "more_body": not is_whole}
            await send(body)
        if not is_whole:
            self._hang_up(scope)
            # Wait until the server has seen it; an application that just returns makes it
            # answer 500 in its own name.
            await receive()


async def _send_stream(answer: Answer, request: HttpRequest, send: Send) -> None:
    """Send piece by piece, made in a thread of its own: others are answered meanwhile."""
    raw = [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    async for piece in iterate_in_threadpool(answer.stream or iter(())):
        if await request.is_disconnected():
            return
        if piece:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
