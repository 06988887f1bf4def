"""The OpenAPI document: requests as FastAPI sees them, answers from the very types that are encoded."""

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from controller.api.answers.alarms import (
    AlarmAnswer,
    AlarmList,
    AlarmPage,
    AlarmPerformance,
    AlarmReceipt,
    OutOfServiceList,
)
from controller.api.answers.calendar import CalendarAnswer, CalendarChangeList, CalendarReceipt
from controller.api.answers.chores import ChorePage, PauseList, PauseReceipt
from controller.api.answers.consequences import DowntimeReceipt, FaultConsequences, HandPickList, RobotConsequences
from controller.api.answers.departures import DeparturePage
from controller.api.answers.destinations import DestinationReceipt
from controller.api.answers.doubts import DoubtPage, SettleReceipt
from controller.api.answers.explanations import DecisionList, ExplanationAnswer
from controller.api.answers.faults import FaultDetail, FaultPage, FindingReceipt, RecordingAnswer, SimilarFaults
from controller.api.answers.forecasts import ForecastAnswer, ForecastList
from controller.api.answers.journal import JournalPage
from controller.api.answers.maintenance_windows import WindowPage, WindowReceipt
from controller.api.answers.orders import CancelReceipt, OrderAnswer, OrderPage, OrderReceipt
from controller.api.answers.overview import Overview
from controller.api.answers.profiles import ProfileList, ProfileReceipt
from controller.api.answers.promises import PromisePage
from controller.api.answers.recalls import RecallDetail, RecallList, RecallReceipt
from controller.api.answers.robots import RobotAnswer, RobotList, RobotReceipt
from controller.api.answers.service import Alive, CountReceipt, DeliveryReceipt, PoisonList, Ready
from controller.api.answers.stock import PackHistory, PackPage, StockAnswer, StockReceipt
from controller.api.answers.stock_truth import (
    CorrectionReceipt,
    QuarantineDetail,
    QuarantineList,
    QuarantineReceipt,
    StockCountReceipt,
    TakenList,
)
from controller.api.answers.tasks import TaskPage
from controller.api.answers.technicians import (
    KpiAnswer,
    LogReceipt,
    ProcedureAnswer,
    ProcedureList,
    RunAnswer,
    RunList,
    RunReceipt,
    ServiceAnswer,
    SituationAnswer,
    WorkLog,
)
from controller.api.answers.totes import TotePage
from controller.api.answers.work import ClaimAnswer, FinishReceipt, StationList, WorkPage
from controller.api.answers.workload import WorkloadAnswer
from controller.api.problems import MEDIA_TYPE, Problem

_RECEIPTS = (
    OrderReceipt, CancelReceipt, DeliveryReceipt, FinishReceipt, RobotReceipt, StockReceipt, SettleReceipt,
    CountReceipt, CalendarReceipt, DestinationReceipt,
    PauseReceipt, WindowReceipt,
    FindingReceipt, RecallReceipt, QuarantineReceipt, CorrectionReceipt, StockCountReceipt,
    AlarmReceipt,
    DowntimeReceipt,
    RunReceipt, LogReceipt, ProfileReceipt,
)  # fmt: skip
"""Answers of the engine that are passed on: they may carry more than is declared."""
_EXACT = (
    OrderPage, OrderAnswer, TaskPage, TotePage, DeparturePage, RobotList, RobotAnswer, StationList, ClaimAnswer,
    WorkPage, StockAnswer, PackPage, PackHistory, DoubtPage, JournalPage, PoisonList, Overview, Alive, Ready, Problem,
    ForecastAnswer, ForecastList, ExplanationAnswer, DecisionList, CalendarAnswer, CalendarChangeList,
    ChorePage, PauseList, WindowPage, PromisePage, WorkloadAnswer,
    FaultPage, FaultDetail, RecordingAnswer, SimilarFaults,
    RecallList, RecallDetail, QuarantineList, QuarantineDetail, TakenList,
    AlarmList, AlarmAnswer, AlarmPage, AlarmPerformance, OutOfServiceList,
    RobotConsequences, FaultConsequences, HandPickList,
    ProcedureList, ProcedureAnswer, RunList, RunAnswer, WorkLog, ProfileList, KpiAnswer, ServiceAnswer, SituationAnswer,
)  # fmt: skip

Document = dict[str, Any]


def document(app: FastAPI) -> Document:
    """The whole document; the same for every site and setting."""
    found: Document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(_answer_schemas())
    for generated in ("HTTPValidationError", "ValidationError"):
        schemas.pop(generated, None)
    problem = {"description": "What went wrong (RFC 9457).", "content": {MEDIA_TYPE: {"schema": _ref("Problem")}}}
    for operation in operations(found).values():
        operation["responses"].pop("422", None)
        operation["responses"]["default"] = problem
    found["components"]["schemas"] = dict(sorted(schemas.items()))
    return found


def operations(found: Document) -> dict[tuple[str, str], Document]:
    """(METHOD, path template) → operation."""
    return {
        (method.upper(), path): operation
        for path, methods in found["paths"].items()
        for method, operation in methods.items()
    }


def query_names(found: Document) -> dict[tuple[str, str], frozenset[str]]:
    """(METHOD, path template) → the query parameters that it takes."""
    return {
        key: frozenset(each["name"] for each in operation.get("parameters", ()) if each["in"] == "query")
        for key, operation in operations(found).items()
    }


def _answer_schemas() -> dict[str, Document]:
    _, schemas = msgspec.json.schema_components((*_RECEIPTS, *_EXACT), ref_template="#/components/schemas/{name}")
    open_ended = {receipt.__name__ for receipt in _RECEIPTS}
    for name, schema in schemas.items():
        if schema.get("type") == "object" and name not in open_ended:
            schema["additionalProperties"] = False
    return schemas


def _ref(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}
