"""The core: actions in, one batch and what to send out. No I/O: the loop and the rehearsal both drive it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from controller.domain.errors import Conflict, KeyReused, NightshiftError
from controller.domain.robot import Robot, Trust
from controller.domain.task import TaskKind
from controller.engine import actions as act
from controller.engine import (
    alarm_desk,
    allocation,
    by_hand,
    calendar_changes,
    chores,
    consequences,
    corrections,
    degrading,
    destinations,
    downtime,
    faulting,
    goods_in,
    greeting,
    hand_picks,
    interlocks,
    lateness,
    maintenance_windows,
    orders,
    owing,
    pauses,
    people,
    placing,
    procedure_runs,
    profiles,
    quarantines,
    recalls,
    recording,
    recovery,
    reports,
    service_windows,
    stock_counts,
    suspicion,
    tasks,
    technician,
    watch,
    worklog,
)
from controller.engine.changes import Changes, Outgoing, count_rows
from controller.engine.plan import plan
from controller.engine.ports import Batch, Question, RequestRecord, WorkingSet
from controller.engine.state import State, Timings
from controller.engine.turn import Ids, Turn

Answer = dict[str, Any] | NightshiftError | None
"""What an action's sender gets: values, a refusal, or nothing (robots and the clock wait for no answer)."""


@dataclass(slots=True)
class Step:
    """The effect of one turn. `answers` are in the order of the submissions; nothing leaves before the commit."""

    batch: Batch
    answers: list[Answer]
    commands: list[Outgoing]
    questions: list[Question]
    gaps: list[str] = field(default_factory=list)
    """Robots whose reports showed a gap."""

    @property
    def worth_committing(self) -> bool:
        """Whether there is anything to write."""
        batch = self.batch
        forgets = (batch.forget_decisions_before, batch.forget_conditions_before)
        return count_rows(batch) > 0 or forgets != (None, None)


class Core:
    """Holds the state and turns actions into changes. Throw it away when a commit fails."""

    def __init__(
        self, loaded: WorkingSet, epoch: int, now: float, mono_s: float, timings: Timings | None = None
    ) -> None:
        self.state = State(loaded, timings or Timings())
        self.ids = Ids(epoch)
        self.journal_seq = loaded.last_journal_seq
        self.journal_hash = loaded.last_journal_hash
        self.state.index_all()
        turn = Turn(self.state, Changes(now), self.ids, now, mono_s)
        self._begin(turn)
        allocation.rebuild(turn)
        placing.place_all(turn)
        for order in self.state.orders.values():
            orders.schedule_last_call(turn, order)
        turn.changes.note("controller", "controller.started", f"site:{self.state.site.site}", epoch=epoch)
        self._opening: Changes | None = turn.changes

    def _begin(self, turn: Turn) -> None:
        """Nothing that was known of robots before the start may be acted on."""
        for robot in self.state.robots.values():
            greeting.forget_contact(robot)
        for task in self.state.tasks.values():
            # What was kept is of another monotonic clock, which may have been ahead of ours by weeks.
            task.sent_at = turn.mono_s
        owing.remember(turn)
        suspicion.remember(turn)

    def step(self, submissions: Sequence[act.Submission], now: float, mono_s: float) -> Step:
        """Apply every action in order, then plan. One batch results, to be committed before anything is sent."""
        changes = self._opening or Changes(now)
        self._opening = None
        changes.now = now
        turn = Turn(self.state, changes, self.ids, now, mono_s)
        gaps: list[str] = []
        answers: list[Answer] = []
        for submission in submissions:
            answers.append(self._apply(turn, submission, gaps))
        downtime.tend(turn)
        interlocks.tend(turn)
        faulting.settle(turn)
        suspicion.rank_new(turn)
        quarantines.react(turn)
        recovery.react(turn)
        recovery.skip_released(turn)
        owing.tend(turn)
        plan(turn)
        hand_picks.look(turn)
        service_windows.tend(turn)
        technician.tend(turn)
        profiles.tend(turn)
        degrading.tend(turn)
        chores.tend(turn)
        self._acknowledge(turn)
        self._write_up(turn)
        return Step(self._seal(changes), answers, list(changes.commands.values()), changes.questions, gaps)

    def _write_up(self, turn: Turn) -> None:
        """What is for people to read and decides nothing: a core that runs ahead of the clock does without."""
        consequences.keep_up(turn)
        recording.follow(turn)
        worklog.follow(turn)
        lateness.follow(turn)

    def _seal(self, changes: Changes) -> Batch:
        """What the commit writes, with the journal chained on."""
        batch = changes.batch(self.ids.epoch, self.state.book, self.journal_seq, self.journal_hash)
        if batch.journal:
            self.journal_seq = batch.journal[-1].seq
            self.journal_hash = batch.journal[-1].entry_hash
        return batch

    def _apply(self, turn: Turn, submission: act.Submission, gaps: list[str]) -> Answer:
        action = submission.action
        if isinstance(action, act.RobotEvent | act.RobotState | act.RobotJournal | act.RobotInventory):
            if reports.receive(turn, action):
                gaps.append(action.robot)
            return None
        key = submission.idempotency
        if key is not None:
            known = self.state.requests.get(key.key)
            if known is not None:
                if known.digest != key.digest:
                    return KeyReused()
                return known.answer
        try:
            answer = _REDUCERS[type(action)](turn, action)
        except NightshiftError as refusal:
            return refusal
        if answer is not None:
            recording.asked(turn, action)
        if key is not None and answer is not None and answer != people.NO_WORK:
            record = RequestRecord(key.key, key.digest, turn.now, answer)
            self.state.requests[key.key] = record
            turn.changes.requests.append(record)
        return answer

    def _acknowledge(self, turn: Turn) -> None:
        for robot in self.state.robots.values():
            contact = self.state.contacts[robot.robot]
            if contact.to_acknowledge and robot.applied_seq:
                contact.to_acknowledge = False
                turn.changes.questions.append(
                    Question(robot.robot, robot.generation, "acknowledge", seq=robot.applied_seq)
                )


def _command_robot(turn: Turn, action: act.CommandRobot) -> dict[str, Any]:
    robot = turn.state.robot(action.robot)
    if action.kind not in robot.commands:
        raise Conflict(f"{robot.robot} does not offer {action.kind}; its factsheet lists {', '.join(robot.commands)}")
    if action.kind != TaskKind.HOLD.value:
        procedure_runs.refuse_while_inside(turn, robot.robot, action.kind)
        if robot.withdrawn is not None:
            known = turn.state.withdrawn[robot.robot]
            raise Conflict(f"{robot.robot} is out: {known.reason} ({known.actor}). It moves again once it is put back")
    task = tasks.issue(turn, robot, TaskKind(action.kind), tasks.CONTROL_VALID_S, reason=action.reason[:40])
    turn.changes.note(
        action.actor,
        "robot.commanded",
        f"robot:{robot.robot}",
        kind=action.kind,
        reason=action.reason,
        task_id=task.task_id,
    )
    return {"task_id": task.task_id, "robot": robot.robot, "kind": action.kind}


def _confirm_robot(turn: Turn, action: act.ConfirmRobot) -> dict[str, Any]:
    robot: Robot = turn.state.robot(action.robot)
    if robot.trust is Trust.READY:
        raise Conflict(f"{robot.robot} is trusted: what it is doing is not for people to settle")
    greeting.confirm(turn, robot)
    turn.changes.note(action.actor, "robot.confirmed", f"robot:{robot.robot}", reason=action.reason)
    return {"robot": robot.robot, "trust": robot.trust.value}


def _violated(turn: Turn, action: act.InvariantViolated) -> None:
    turn.changes.note("controller", "invariant.violated", f"invariant:{action.invariant}", detail=action.detail[:500])
    turn.state.alarm_memory.violated_at[action.invariant] = (turn.now, action.detail)


def _poison(turn: Turn, action: act.PoisonReceived) -> None:
    reports.poison(turn, action)


_REDUCERS: dict[type, Callable[[Turn, Any], dict[str, Any] | None]] = {
    act.RobotPresence: greeting.presence,
    act.RobotFactsheet: greeting.factsheet,
    act.RobotCondition: faulting.condition_told,
    act.RobotFrames: recording.frames_told,
    act.PoisonReceived: _poison,
    act.InvariantViolated: _violated,
    act.LinkChanged: lambda turn, action: watch.link_changed(turn, action.up),
    act.Tick: watch.tick,
    act.SubmitOrder: orders.submit,
    act.CancelOrder: orders.cancel,
    act.BookDelivery: goods_in.book,
    act.ClaimWork: people.claim,
    act.FinishWork: people.finish,
    act.SettleDoubt: people.settle,
    act.HoldStock: people.hold_stock,
    act.ReleaseStock: people.release_stock,
    act.CommandRobot: _command_robot,
    act.ConfirmRobot: _confirm_robot,
    act.RecordWardCount: people.record_count,
    act.PauseNightWork: pauses.pause,
    act.ResumeNightWork: pauses.resume,
    act.PlanMaintenance: maintenance_windows.plan,
    act.CancelMaintenance: maintenance_windows.cancel,
    act.AddCalendarChange: calendar_changes.add,
    act.HoldVan: calendar_changes.hold,
    act.WithdrawCalendarChange: calendar_changes.withdraw,
    act.SetLeastRemainingDays: destinations.set_least_remaining_days,
    act.RecordFinding: faulting.found,
    act.StartRecall: recalls.start,
    act.CloseRecall: recalls.close,
    act.DisposeRecalled: recalls.dispose,
    act.QuarantinePlace: quarantines.hold_place,
    act.DecideQuarantine: quarantines.decide,
    act.FoundPack: corrections.found,
    act.WriteOff: corrections.write_off,
    act.RestoreStock: corrections.put_back,
    act.CountStock: stock_counts.ask,
    act.AcknowledgeAlarm: alarm_desk.acknowledge,
    act.ShelveAlarm: alarm_desk.shelve,
    act.UnshelveAlarm: alarm_desk.unshelve,
    act.ResetAlarm: alarm_desk.reset,
    act.TakeConditionOutOfService: alarm_desk.take_out,
    act.PutConditionBackInService: alarm_desk.put_back,
    act.StoreFailed: alarm_desk.store_failed,
    act.TakeOut: downtime.take_out,
    act.PutBack: degrading.put_back,
    act.BeginProcedure: technician.begin,
    act.TakeStep: technician.take_step,
    act.FinishProcedure: technician.finish,
    act.CommandInMaintenance: by_hand.command,
    act.SetProfile: profiles.set_values,
    act.RollBackProfile: profiles.roll_back,
    act.WriteLog: worklog.add,
}
