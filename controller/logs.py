"""Log lines: a short sentence, a stable `action` to match on, and the ids of what it is about.

Logging never raises into the caller and never stops it: a line that cannot be written is counted and dropped.
"""

import json
import logging
import sys
from typing import Any, ClassVar, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

LogFormat = Literal["console", "json"]
_NOISY = ("uvicorn.access", "alembic", "httpx", "httpcore")


class DroppingHandler(logging.StreamHandler[TextIO]):
    """Writes lines to a stream; what fails (a full disk, a closed pipe, an odd value) is counted in `dropped`."""

    dropped: ClassVar[int] = 0

    def handleError(self, record: logging.LogRecord) -> None:
        DroppingHandler.dropped += 1


def configure(level: str = "info", log_format: LogFormat = "console", stream: TextIO | None = None) -> None:
    """Send every log line, of ours and of the libraries, to `stream` (standard error). May be called again."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _give_every_line_an_action,
    ]
    target = stream or sys.stderr
    renderer: Processor = (
        structlog.processors.JSONRenderer(serializer=_to_json)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=target.isatty(), pad_event_to=0)
    )
    handler = DroppingHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _give_every_line_an_action(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A library's line has no action of ours: its logger's name stands in, so that the field is always there."""
    if "action" not in event:
        record = event.get("_record")
        event["action"] = record.name if record is not None else "log"
    return event


def _to_json(event: EventDict, **_options: Any) -> str:
    return json.dumps(event, default=repr, ensure_ascii=False)
