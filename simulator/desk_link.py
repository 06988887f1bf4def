"""The people's side of HTTP: each request is a call of the public API, repeated until somebody answers."""

import asyncio
import logging
from collections.abc import Callable

import httpx

from simulator.desk import ClaimWork, DeskAnswer, DeskRequest

log = logging.getLogger(__name__)

CONNECTIONS = 200
REQUEST_S = 30.0
CLAIM_S = 300.0
"""A claim may be answered long after it was asked."""
RETRY_S = 0.5
RETRY_LIMIT_S = 5.0


class DeskLink:
    """Asks the service and hands each answer back. All times in real seconds."""

    def __init__(self, api: str, answered: Callable[[int, DeskAnswer], None]) -> None:
        self._client = httpx.AsyncClient(
            base_url=api, limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        )
        self._answered = answered

    async def ask(self, request_id: int, request: DeskRequest) -> None:
        """Ask until there is an answer other than a server error; under the same key, so that it counts once."""
        wait_s = RETRY_S
        while True:
            answer = await self._once(request)
            if answer.status < 500:
                if answer.status >= 400:
                    log.warning("%s %s: %d %s", request.method, request.path, answer.status, answer.body)
                self._answered(request_id, answer)
                return
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, RETRY_LIMIT_S)

    async def _once(self, request: DeskRequest) -> DeskAnswer:
        key = request.idempotency_key
        try:
            response = await self._client.request(
                request.method,
                request.path,
                json=None if request.method == "GET" else request.body(),
                headers={"Idempotency-Key": key} if key is not None else {},
                timeout=CLAIM_S if isinstance(request, ClaimWork) else REQUEST_S,
            )
            return DeskAnswer(response.status_code, response.json() if response.content else None)
        except (httpx.HTTPError, ValueError) as error:
            log.info("%s %s: %s", request.method, request.path, error)
            return DeskAnswer(503)

    async def close(self) -> None:
        await self._client.aclose()
