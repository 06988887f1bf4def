from collections.abc import Mapping, Sequence

from msgspec import Struct

from controller.api.instants import Instant, instant, instant_or_none
from controller.domain.fault import Fault
from controller.domain.maintenance import LogEntry, ProcedureRun
from controller.faults.catalogue import kind_of
from controller.faults.kpi import Figures
from controller.faults.procedure_table import procedure_for
from controller.faults.procedures import Part, Procedure, ProcedureStep, StepKind, missing, next_step
from controller.faults.service import Service


class GuidedStep(Struct, frozen=True):
    """One step of a guided procedure."""

    step: str
    kind: StepKind
    part: Part
    text: str
    expected: str
    safety: str
    results: list[str]
    """What a person may say of it; empty where the robot does it."""
    cause: str | None
    remedy: str | None
    most: float | None
    """What is measured is good up to this size."""


class ProcedureAnswer(Struct, frozen=True):
    """A guided procedure: the steps for one fault code."""

    code: str
    title: str
    takes_out: bool
    criterion: str
    engineer: str
    """When to call an engineer instead of going on."""
    steps: list[GuidedStep]


class ProcedureList(Struct, frozen=True):
    items: list[ProcedureAnswer]


class StepDoneAnswer(Struct, frozen=True):
    step: str
    at: Instant
    by: str
    result: str
    note: str


class RunAnswer(Struct, frozen=True):
    """A procedure that is or was worked through at a robot."""

    run_id: str
    procedure: str
    title: str
    robot: str
    fault_id: str | None
    begun_at: Instant
    begun_by: str
    steps: list[StepDoneAnswer]
    next: GuidedStep | None
    """What to do now; null where nothing is left."""
    missing: list[str]
    """Steps between the robot and its work; empty once the pass criterion is met."""
    criterion: str
    ended_at: Instant | None
    ended_by: str | None
    outcome: str | None


class RunList(Struct, frozen=True):
    items: list[RunAnswer]


class RunReceipt(Struct, frozen=True):
    """What the engine says of the procedure; more fields may follow."""


class LogLine(Struct, frozen=True):
    entry_id: str
    at: Instant
    who: str
    kind: str
    text: str
    fault_id: str | None


class WorkLog(Struct, frozen=True):
    """A robot's work log, the newest first."""

    robot: str
    items: list[LogLine]


class LogReceipt(Struct, frozen=True):
    """What was written; more fields may follow."""


class KpiAnswer(Struct, frozen=True):
    """Figures over a span; null where there was nothing to divide by. Buckets of ISO 22400-2, times in seconds."""

    robot: str
    """Empty: all robots of the site."""
    since: Instant
    until: Instant
    pbt_s: float
    apt_s: float
    adet_s: float
    adot_s: float
    pdot_s: float
    availability: float | None
    technical_availability: float | None
    faults: int
    stops: int
    mtbf_s: float | None
    mttr_s: float | None
    response_s: float | None
    repair_s: float | None
    picks: int
    """Of the whole hours that the span touches."""
    faults_per_1000_picks: float | None
    late_orders: int


class PartDue(Struct, frozen=True):
    """A part of a robot and when it is due; cycles are picks since the last service."""

    part: str
    cycles: int
    cycles_limit: int
    days: float
    days_limit: float
    due_at: Instant


class ServiceAnswer(Struct, frozen=True):
    """When the robot is due for service, and a quiet window for it. Accept it as a maintenance window."""

    robot: str
    serviced_at: Instant | None
    parts: list[PartDue]
    due_at: Instant
    overdue: bool
    proposed_from_at: Instant
    proposed_to_at: Instant


def step_answer(step: ProcedureStep) -> GuidedStep:
    return GuidedStep(
        step.step, step.kind, step.part, step.text, step.expected, step.safety, list(step.results()), step.cause,
        step.remedy, step.most,
    )  # fmt: skip


def procedure_answer(procedure: Procedure) -> ProcedureAnswer:
    return ProcedureAnswer(
        procedure.code, procedure.title, procedure.takes_out, procedure.criterion, procedure.engineer,
        [step_answer(step) for step in procedure.steps],
    )  # fmt: skip


def run_answer(run: ProcedureRun) -> RunAnswer:
    procedure = procedure_for(run.procedure)
    coming = next_step(procedure, run.steps) if run.ended_at is None else None
    return RunAnswer(
        run.run_id,
        run.procedure,
        procedure.title,
        run.robot,
        run.fault_id,
        instant(run.begun_at),
        run.begun_by,
        [StepDoneAnswer(done.step, instant(done.at), done.by, done.result, done.note) for done in run.steps],
        None if coming is None else step_answer(coming),
        [step.step for step in missing(procedure, run.steps)],
        procedure.criterion,
        instant_or_none(run.ended_at),
        run.ended_by,
        run.outcome,
    )


def log_answer(robot: str, entries: Sequence[LogEntry]) -> WorkLog:
    return WorkLog(
        robot,
        [LogLine(each.entry_id, instant(each.at), each.who, each.kind, each.text, each.fault_id) for each in entries],
    )


def kpi_answer(figures: Figures, since: float, until: float) -> KpiAnswer:
    return KpiAnswer(
        figures.robot, instant(since), instant(until), figures.pbt_s, figures.apt_s, figures.adet_s, figures.adot_s,
        figures.pdot_s, figures.availability, figures.technical_availability, figures.faults, figures.stops,
        figures.mtbf_s, figures.mttr_s, figures.response_s, figures.repair_s, figures.picks,
        figures.faults_per_1000_picks, figures.late_orders,
    )  # fmt: skip


def service_answer(robot: str, service: Service) -> ServiceAnswer:
    return ServiceAnswer(
        robot,
        instant_or_none(service.serviced_at),
        [
            PartDue(due.part, due.cycles, due.cycles_limit, round(due.days, 2), due.days_limit, instant(due.due_at))
            for due in service.parts
        ],
        instant(service.due_at),
        service.overdue,
        instant(service.from_at),
        instant(service.to_at),
    )


class StandingFault(Struct, frozen=True):
    """A fault that stands, in the words of the catalogue."""

    fault_id: str
    code: str
    level: int
    title: str
    meaning: str
    operator: str
    """What to do at once."""
    raised_at: Instant
    location: str | None


class SituationAnswer(Struct, frozen=True):
    """What the technician at the machine has to know: what is wrong, and what to do next."""

    robot: str
    trust: str
    mode: str
    out: str | None
    """Why it is out of work."""
    faults: list[StandingFault]
    run: RunAnswer | None
    """The procedure that is open at it."""
    advice: str


def standing_faults(faults: Mapping[str, Fault], robot: str) -> list[StandingFault]:
    """The most severe first."""
    standing = [fault for fault in faults.values() if fault.robot == robot and fault.cleared_at is None]
    told: list[StandingFault] = []
    for fault in sorted(standing, key=lambda fault: (fault.level, fault.raised_at)):
        kind = kind_of(fault.code)
        told.append(
            StandingFault(
                fault.fault_id, fault.code, fault.level, kind.title, kind.meaning, kind.operator,
                instant(fault.raised_at), fault.location,
            )
        )  # fmt: skip
    return told
