from msgspec import Struct

from controller.api.instants import Instant, instant, instant_or_none
from controller.domain.maintenance_window import MaintenanceWindow, WindowStatus


class WindowAnswer(Struct, frozen=True):
    """A time for which a robot is kept from work."""

    window_id: str
    robot: str
    from_at: Instant
    to_at: Instant
    reason: str
    actor: str
    made_at: Instant
    status: WindowStatus
    ended_at: Instant | None
    ended_by: str | None


class WindowPage(Struct, frozen=True):
    items: list[WindowAnswer]
    next: str | None


class WindowReceipt(Struct, frozen=True):
    """What the engine says of the window; more fields may follow."""


def window_answer(window: MaintenanceWindow) -> WindowAnswer:
    return WindowAnswer(
        window.window_id,
        window.robot,
        instant(window.from_at),
        instant(window.to_at),
        window.reason,
        window.actor,
        instant(window.made_at),
        window.status,
        instant_or_none(window.ended_at),
        window.ended_by,
    )
