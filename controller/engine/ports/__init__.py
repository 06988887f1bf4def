"""What the engine needs of the world. Adapters implement these; the engine never imports one."""

from controller.engine.ports.archive import Archive
from controller.engine.ports.batch import Batch, FefoException, PoisonMessage, RequestRecord, WardCount
from controller.engine.ports.clock import Clock
from controller.engine.ports.gauge import Gauge
from controller.engine.ports.link import Question, RobotLink
from controller.engine.ports.store import Lease, Store
from controller.engine.ports.working_set import MasterData, WorkingSet

__all__ = [
    "Archive",
    "Batch",
    "Clock",
    "FefoException",
    "Gauge",
    "Lease",
    "MasterData",
    "PoisonMessage",
    "Question",
    "RequestRecord",
    "RobotLink",
    "Store",
    "WardCount",
    "WorkingSet",
]
