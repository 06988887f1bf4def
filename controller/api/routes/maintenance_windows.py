"""Planned maintenance: windows in which a robot is kept from work."""

from fastapi import APIRouter, Response

from controller.api.answers.maintenance_windows import WindowPage, WindowReceipt, window_answer
from controller.api.bodies import Body, Identifier, Limit, PathId, Person, QueryId, Reason
from controller.api.cursor import CursorQuery, cursor_key, next_cursor
from controller.api.desk import DeskDep
from controller.api.idempotency import OptionalKey, idempotency
from controller.api.instants import InstantIn, with_instants
from controller.api.replies import answers, reply
from controller.domain.maintenance_window import WindowStatus
from controller.engine.actions import CancelMaintenance, PlanMaintenance

router = APIRouter(prefix="/api/v1/maintenance-windows", tags=["maintenance"])


class WindowIn(Body):
    robot: Identifier
    from_at: InstantIn
    to_at: InstantIn
    reason: Reason
    actor: Person


class CancelIn(Body):
    reason: Reason
    actor: Person


@router.get("", **answers(WindowPage, "Maintenance windows by id, past ones too, a page at a time."))
async def find(
    desk: DeskDep,
    cursor: CursorQuery = None,
    limit: Limit = 100,
    robot: QueryId = None,
    status: WindowStatus | None = None,
) -> Response:
    rows = await desk.archive.maintenance_windows(
        after=cursor_key("maintenance-windows", cursor), limit=limit + 1, robot=robot, status=status
    )
    onward = next_cursor("maintenance-windows", rows, limit, lambda window: window.window_id)
    return reply(WindowPage([window_answer(window) for window in rows[:limit]], onward))


@router.post("", **answers(WindowReceipt, "The window is committed.", 201))
async def plan(body: WindowIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = PlanMaintenance(body.robot, body.from_at, body.to_at, body.reason, body.actor)
    answer = await desk.engine.do(action, idempotency(key, "maintenance-windows", body))
    return reply(with_instants(answer), 201)


@router.post("/{window_id}/cancel", **answers(WindowReceipt, "It will not begin, or it ends now; committed."))
async def cancel(window_id: PathId, body: CancelIn, desk: DeskDep, key: OptionalKey = None) -> Response:
    action = CancelMaintenance(window_id, body.reason, body.actor)
    answer = await desk.engine.do(action, idempotency(key, f"maintenance-windows/{window_id}/cancel", body))
    return reply(with_instants(answer))
