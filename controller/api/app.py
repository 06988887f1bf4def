"""The application: routes, guards and error answers around one engine."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache

import structlog
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from controller.api import problems
from controller.api.desk import Desk, Limits, RequestObserver
from controller.api.engine_face import EngineFace
from controller.api.forecast_board import ForecastBoard, Forecaster
from controller.api.guard import Guard
from controller.api.incidents import Incidents
from controller.api.openapi import Document, document, query_names
from controller.api.routes import (
    alarms,
    calendar,
    chores,
    corrections,
    deliveries,
    departures,
    destinations,
    doubts,
    downtime,
    explanations,
    faults,
    forecasts,
    journal,
    maintenance_windows,
    orders,
    overview,
    profiles,
    promises,
    quarantines,
    recalls,
    robots,
    service,
    stations,
    stock,
    stock_lists,
    tasks,
    technicians,
    totes,
    work,
    workload,
)
from controller.api.stream import StreamHub
from controller.api.strict_query import refuse_unknown_query
from controller.engine.ports import Archive, Clock

log = structlog.get_logger(__name__)

API_VERSION = "1.0.0"
"""Of the document, not of the program: grows with every change of the API."""

_ROOMS = (
    profiles,
    technicians,  # before robots, whose address ends in any word
    orders, deliveries, stations, work, downtime, robots, tasks, totes, departures, stock, doubts, journal, stock_lists,
    overview,
    service, explanations, forecasts, calendar, destinations,
    chores, maintenance_windows, workload, promises, recalls, quarantines,
    corrections,
    faults, alarms,
)  # fmt: skip


def create_app(
    engine: EngineFace,
    archive: Archive,
    *,
    clock: Clock,
    new_id: Callable[[], str],
    exposition: Callable[[], bytes],
    forecaster: Forecaster,
    observer: RequestObserver | None = None,
    limits: Limits | None = None,
) -> FastAPI:
    """The API over one engine. `exposition` renders the metrics; `observer` is told of every answer."""
    bounds = limits or Limits()
    app = _routed()
    hub = StreamHub(engine.listen, clients=bounds.stream_clients, capacity=bounds.client_entries)
    app.state.desk = Desk(engine, archive, clock, bounds, hub, exposition, ForecastBoard(forecaster, new_id))
    app.state.query_names = query_names(openapi_document())
    app.add_middleware(Guard, limits=bounds)
    app.add_middleware(Incidents, new_id=new_id, observer=observer)
    return app


@cache
def openapi_document() -> Document:
    """What `openapi.json` holds. Do not change it: it is made once."""
    return document(_routed())


def close(app: FastAPI) -> None:
    """Those who wait for work or a forecast or follow the stream are answered, so that the server can stop."""
    desk: Desk = app.state.desk
    desk.closing.set()
    desk.forecasts.close()
    desk.hub.close()


def _routed() -> FastAPI:
    app = FastAPI(
        title="Nightshift",
        version=API_VERSION,
        description="Control of the robots of a hospital-pharmacy distribution centre.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_stream_hub,
    )
    app.router.routes.extend(_routes())
    problems.install(app)
    app.openapi = openapi_document  # type: ignore[method-assign]  # FastAPI's own hook for a document made elsewhere
    return app


@cache
def _routes() -> Sequence[BaseRoute]:
    """Of all rooms. Made once for a process: with the first request FastAPI works out what each of them takes, for
    about a tenth of a second."""
    house = APIRouter(dependencies=[Depends(refuse_unknown_query)], generate_unique_id_function=_operation_id)
    for room in _ROOMS:
        house.include_router(room.router)
    return house.routes


def _operation_id(route: APIRoute) -> str:
    """`orders_submit`: what a generated client calls the operation."""
    room = str(route.tags[0]).replace(" ", "_")
    return f"{room}_{route.name}"


@asynccontextmanager
async def _stream_hub(app: FastAPI) -> AsyncIterator[None]:
    desk: Desk = app.state.desk
    task = asyncio.create_task(desk.hub.run(), name="api-stream-hub")
    task.add_done_callback(_tell_failure)
    try:
        yield
    finally:
        close(app)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _tell_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("the live stream has stopped", action="api.stream_failed", exc_info=error)
