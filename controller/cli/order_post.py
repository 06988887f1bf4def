"""Place orders over the API, so that a repeated import places none of them twice."""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import httpx

from controller.domain.errors import NightshiftError
from controller.engine.actions import LineRequest, SubmitOrder
from controller.intake.refusals import Refusal

AT_ONCE = 8
"""Orders under way together: they share commits."""
ATTEMPTS = 5
TIMEOUT_S = 30.0


class CentreUnreachable(NightshiftError):
    """Nothing answers at the address of the API."""

    code = "centre_unreachable"


@dataclass(slots=True)
class Outcome:
    placed: int = 0
    known: int = 0
    """Placed before, with the same content."""
    refusals: list[Refusal] = field(default_factory=list)


async def post_orders(
    base: str, orders: Sequence[SubmitOrder], file: str, transport: httpx.AsyncBaseTransport | None = None
) -> Outcome:
    """Place every order. CentreUnreachable where the API does not answer; it may be tried again then."""
    outcome = Outcome()
    gate = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(base_url=base, timeout=TIMEOUT_S, transport=transport) as client:

        async def post(order: SubmitOrder) -> None:
            async with gate:
                await _post(client, order, file, outcome)

        silent: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                for order in orders:
                    tasks.create_task(post(order))
        except* httpx.TransportError as errors:
            silent = errors.exceptions[0]
    if silent is not None:
        # not raised above: early releases of Python 3.11 put what is raised there into a group of its own
        raise CentreUnreachable(
            f"Nothing answers at {base} ({silent or 'no connection'}). "
            "Start the centre with `nightshift up`, or name its address with --api."
        ) from silent
    return outcome


async def _post(client: httpx.AsyncClient, order: SubmitOrder, file: str, outcome: Outcome) -> None:
    if await _is_known(client, order):
        outcome.known += 1
        return
    body = _body(order)
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    response = await client.post(
        "/api/v1/orders", json=body, headers={"Idempotency-Key": f"import-{order.order_ref}-{digest[:16]}"}
    )
    for _ in range(ATTEMPTS - 1):
        if response.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
            break
        await asyncio.sleep(float(response.headers.get("Retry-After", "1")))
        response = await client.send(response.request)
    if response.is_success:
        outcome.placed += 1
    else:
        reason = _reason(response)
        remedy = "Mend it in the file and import the file again."
        outcome.refusals.append(Refusal(file, 0, "order_ref", order.order_ref, reason, remedy))


async def _is_known(client: httpx.AsyncClient, order: SubmitOrder) -> bool:
    """Whether the centre has this very order: it keeps answers under a key for two days only."""
    response = await client.get(f"/api/v1/orders/{order.order_ref}")
    if not response.is_success:
        return False
    found = response.json()
    lines = {line["gtin"]: line["ordered"] for line in found["lines"]}
    same = (order.destination, order.order_class, {line.gtin: line.quantity for line in order.lines})
    return (found["destination"], found["class"], lines) == same


def _body(order: SubmitOrder) -> dict[str, Any]:
    return {
        "order_ref": order.order_ref,
        "destination": order.destination,
        "class": order.order_class.value,
        "due_at": None if order.due_at is None else _instant(order.due_at),
        "run": order.run,
        "run_date": order.run_date,
        "lines": [_line(line) for line in order.lines],
    }


def _line(line: LineRequest) -> dict[str, Any]:
    asked: dict[str, Any] = {"gtin": line.gtin, "quantity": line.quantity}
    return asked | {"single_batch": True} if line.single_batch else asked


def _instant(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _reason(response: httpx.Response) -> str:
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"answered {response.status_code}"
