"""The outermost layer: every request is observed, and an unforeseen error leaves an id outside and a trace inside."""

import asyncio
from collections.abc import Callable

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from controller.api.desk import RequestObserver
from controller.api.problems import incident

log = structlog.get_logger(__name__)


class Incidents:
    def __init__(self, app: ASGIApp, new_id: Callable[[], str], observer: RequestObserver | None) -> None:
        self._app = app
        self._new_id = new_id
        self._observer = observer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        clock = asyncio.get_running_loop().time
        began = clock()
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception:
            incident_id = self._new_id()
            log.exception("a request failed", action="api.incident", incident=incident_id, path=scope["path"])
            if status:
                raise
            await incident(incident_id)(scope, receive, noting)
        finally:
            if self._observer is not None:
                route = getattr(scope.get("route"), "path", "unmatched")
                self._observer.answered(scope["method"], route, status, clock() - began)
