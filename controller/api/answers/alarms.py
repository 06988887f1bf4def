from collections.abc import Iterable

from msgspec import Struct

from controller.api.instants import Instant, instant, instant_or_none
from controller.domain.alarm import Alarm, OutOfService, Priority
from controller.faults.alarm_performance import Performance
from controller.faults.alarms import AlarmState, state_of
from controller.faults.conditions import KINDS, SITE_WIDE, is_advice, urgent_first


class AlarmAnswer(Struct, frozen=True):
    """Something that a person must act on."""

    alarm_id: str
    condition: str
    """Kind and subject: there is never a second alarm of the same condition."""
    kind: str
    subject: str
    priority: Priority
    state: AlarmState
    text: str
    response: str
    """What to do."""
    raised_at: Instant
    respond_by: Instant
    """Somebody should have begun by then."""
    robot: str | None
    fault_id: str | None
    times: int
    """How often the condition came while the alarm stood."""
    last_active_at: Instant
    cleared_at: Instant | None
    """When the condition went; null while it stands."""
    latched: bool
    """Only a person's reset ends it."""
    acknowledged_at: Instant | None
    acknowledged_by: str | None
    shelved_until: Instant | None
    shelved_by: str | None
    shelve_reason: str | None
    root: str | None
    """The alarm that explains this one."""
    ended_at: Instant | None
    ended_by: str | None


class StandingAlarm(Struct, frozen=True):
    """An alarm and those that it explains."""

    alarm: AlarmAnswer
    attached: list[AlarmAnswer]


class AlarmList(Struct, frozen=True):
    """What needs somebody now: what is urgent or latched first, advice and then the shelved last."""

    items: list[StandingAlarm]


class AlarmPage(Struct, frozen=True):
    items: list[AlarmAnswer]
    next: str | None


class AlarmReceipt(Struct, frozen=True):
    """What the engine says of the alarm; more fields may follow."""


class OutOfServiceAnswer(Struct, frozen=True):
    """A condition that is not to alarm for a time."""

    condition: str
    by: str
    reason: str
    since: Instant
    until: Instant


class OutOfServiceList(Struct, frozen=True):
    items: list[OutOfServiceAnswer]


class FrequentAlarm(Struct, frozen=True):
    condition: str
    alarms: int
    share: float
    """Of all alarms of the span."""


class AlarmPerformance(Struct, frozen=True):
    """How good the alarms are (ISA-18.2, EEMUA 191), of those that were shown in the span."""

    since: Instant
    until: Instant
    operators: float
    raised: int
    suppressed: int
    """Hidden under another alarm; not counted in the figures below."""
    per_operator_hour: float
    """Aim: at most 6."""
    peak_ten_minutes: int
    peak_at: Instant | None
    flood_share: float
    """Of all ten-minute periods, how many had more than 10 alarms. Aim: below 0.01."""
    critical: int
    high: int
    medium: int
    low: int
    top: list[FrequentAlarm]
    chattering: list[str]
    standing: int
    stale: list[str]
    """Alarms that have stood for more than 24 h."""


def alarm_answer(alarm: Alarm) -> AlarmAnswer:
    return AlarmAnswer(
        alarm_id=alarm.alarm_id,
        condition=alarm.condition,
        kind=alarm.kind,
        subject=alarm.subject,
        priority=alarm.priority,
        state=state_of(alarm),
        text=alarm.text,
        response=KINDS[alarm.kind].response if alarm.kind in KINDS else "",
        raised_at=instant(alarm.raised_at),
        respond_by=instant(alarm.respond_by),
        robot=alarm.robot,
        fault_id=alarm.fault_id,
        times=alarm.times,
        last_active_at=instant(alarm.last_active_at),
        cleared_at=instant_or_none(alarm.cleared_at),
        latched=alarm.latched,
        acknowledged_at=instant_or_none(alarm.acknowledged_at),
        acknowledged_by=alarm.acknowledged_by,
        shelved_until=instant_or_none(alarm.shelved_until),
        shelved_by=alarm.shelved_by,
        shelve_reason=alarm.shelve_reason,
        root=alarm.root,
        ended_at=instant_or_none(alarm.ended_at),
        ended_by=alarm.ended_by,
    )


def alarm_list(alarms: Iterable[Alarm]) -> AlarmList:
    """Roots first, each with what it explains; an alarm that explains itself though it has a root is shown as well."""
    standing = sorted(alarms, key=_urgency)
    attached: dict[str, list[AlarmAnswer]] = {}
    for alarm in standing:
        if alarm.suppressed and alarm.root is not None:
            attached.setdefault(alarm.root, []).append(alarm_answer(alarm))
    return AlarmList(
        [
            StandingAlarm(alarm_answer(alarm), attached.get(alarm.alarm_id, []))
            for alarm in standing
            if not alarm.suppressed
        ]
    )


def needing_somebody(alarms: Iterable[Alarm]) -> list[AlarmAnswer]:
    """Of those that are shown, without advice and what is shelved; the most urgent first."""
    return [
        alarm_answer(alarm)
        for alarm in sorted(alarms, key=_urgency)
        if not (alarm.suppressed or alarm.shelved_until is not None or is_advice(alarm.kind))
    ]


def out_of_service_answer(entry: OutOfService) -> OutOfServiceAnswer:
    return OutOfServiceAnswer(entry.condition, entry.by, entry.reason, instant(entry.since), instant(entry.until))


def performance_answer(found: Performance) -> AlarmPerformance:
    return AlarmPerformance(
        since=instant(found.since),
        until=instant(found.until),
        operators=found.operators,
        raised=found.raised,
        suppressed=found.suppressed,
        per_operator_hour=round(found.per_operator_hour, 3),
        peak_ten_minutes=found.peak_ten_minutes,
        peak_at=instant_or_none(found.peak_at),
        flood_share=round(found.flood_share, 4),
        critical=found.by_priority[Priority.CRITICAL],
        high=found.by_priority[Priority.HIGH],
        medium=found.by_priority[Priority.MEDIUM],
        low=found.by_priority[Priority.LOW],
        top=[FrequentAlarm(each.condition, each.alarms, round(each.share, 4)) for each in found.top],
        chattering=list(found.chattering),
        standing=found.standing,
        stale=list(found.stale),
    )


def _urgency(alarm: Alarm) -> tuple[bool, bool, bool, int, bool, bool, float, str]:
    """What guards people or cannot wait comes first, what is for a quiet hour last.

    Of equal priority, what stands for the whole site comes first: it explains more than is attached yet.
    """
    return (
        alarm.shelved_until is not None,
        is_advice(alarm.kind),
        not (alarm.latched or alarm.priority in (Priority.CRITICAL, Priority.HIGH)),
        urgent_first(alarm.priority),
        not (alarm.kind in SITE_WIDE and alarm.active),
        alarm.acknowledged_at is not None,
        alarm.respond_by,
        alarm.alarm_id,
    )
