"""The registry of one controller, and its figures in the Prometheus text format."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

from controller.metrics.collector import StateCollector
from controller.metrics.state_view import EngineView


def new_registry() -> CollectorRegistry:
    """A registry with the figures of the process; nothing global is touched."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    return registry


def observe_engine(registry: CollectorRegistry, engine: EngineView, now: Callable[[], float]) -> None:
    """From now on the registry also has what is in the engine's working set; `now` is the site's clock."""
    registry.register(StateCollector(engine, now))


def exposition(registry: CollectorRegistry) -> bytes:
    """All figures, text format 0.0.4."""
    return generate_latest(registry)
