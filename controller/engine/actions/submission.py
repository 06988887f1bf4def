"""An action on its way into the loop, and which actions somebody waits for an answer to."""

from dataclasses import dataclass

from controller.engine.actions.alarms import AlarmRequest
from controller.engine.actions.calendar import CalendarRequest
from controller.engine.actions.orders import OrderRequest
from controller.engine.actions.reports import RobotMessage
from controller.engine.actions.robots import RobotRequest
from controller.engine.actions.service import Notice
from controller.engine.actions.stock import StockRequest
from controller.engine.actions.technicians import TechnicianRequest
from controller.engine.actions.work import WorkRequest

Request = (
    OrderRequest | WorkRequest | StockRequest | RobotRequest | CalendarRequest | TechnicianRequest | AlarmRequest
)  # fmt: skip
"""What somebody waits for an answer to."""

Action = RobotMessage | Notice | Request


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The caller's key and a digest of the request: the same key with the same digest gets the first answer again."""

    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Submission:
    """An action on its way into the loop."""

    action: Action
    idempotency: Idempotency | None = None
