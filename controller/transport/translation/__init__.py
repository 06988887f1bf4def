"""Between wire and actions: what robots tell becomes actions, what is decided becomes commands.

Pure, and the only place that knows both vocabularies. The rehearsal gives it message objects, the MQTT link
bytes; both get the same actions. Outcomes, refusals, modes and states travel on as plain words and numbers.
"""

from controller.transport.translation.from_robots import KEPT_POISON_BYTES, action_from, condition_from, decode, poison
from controller.transport.translation.telemetry import FaultFrames, TelemetryWindow
from controller.transport.translation.to_robots import command_from, question_from

__all__ = [
    "KEPT_POISON_BYTES",
    "FaultFrames",
    "TelemetryWindow",
    "action_from",
    "command_from",
    "condition_from",
    "decode",
    "poison",
    "question_from",
]
