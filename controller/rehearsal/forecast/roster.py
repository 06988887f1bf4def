"""Who is at work in a forecast: as learned by the hour of the day, and as the question would have it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from controller.domain.forecast import NIGHT_FROM_HOUR, NIGHT_TO_HOUR, Question, Staffing

_STEP_S = 900.0
"""Every zone's clock differs from UTC by a multiple of this: shifts change at no other moment."""


class Roster:
    """People at each station over the time of a forecast."""

    def __init__(
        self,
        by_hour: Mapping[str, tuple[float, ...]],
        question: Question,
        from_at: float,
        until_at: float,
        zone: ZoneInfo,
    ) -> None:
        self._by_hour, self._question = by_hour, question
        self._from_at, self._until_at, self._zone = from_at, until_at, zone
        self._hours: dict[float, int] = {}

    def people(self, station: str, at: float) -> int:
        """How many work there at the moment."""
        hour = self._local_hour(at)
        night = hour >= NIGHT_FROM_HOUR or hour < NIGHT_TO_HOUR
        if night and not self._question.night_shift:
            return 0
        for staffing in self._question.staffing:
            if staffing.station == station and self._holds(staffing, at):
                return staffing.people
        by_hour = self._by_hour.get(station)
        return int(by_hour[hour] + 0.5) if by_hour is not None else 0

    def changes_at(self) -> Iterator[float]:
        """Every moment at which their number may change."""
        moments = {at for staffing in self._question.staffing for at in (staffing.from_at, staffing.until_at) if at}
        at = self._from_at - self._from_at % _STEP_S + _STEP_S
        while at < self._until_at:
            moments.add(at)
            at += _STEP_S
        return iter(sorted(moment for moment in moments if self._from_at < moment < self._until_at))

    def staffed_s(self, station: str, from_at: float, to_at: float) -> float:
        """Time of all people there together."""
        staffed_s, at = 0.0, from_at
        while at < to_at:
            next_at = min(at - at % _STEP_S + _STEP_S, to_at)
            staffed_s += self.people(station, at) * (next_at - at)
            at = next_at
        return staffed_s

    def _holds(self, staffing: Staffing, at: float) -> bool:
        return (staffing.from_at is None or staffing.from_at <= at) and (
            staffing.until_at is None or at < staffing.until_at
        )

    def _local_hour(self, at: float) -> int:
        """Asked some thousand times a run; the zone's answer is kept."""
        slot = at - at % _STEP_S
        hour = self._hours.get(slot)
        if hour is None:
            hour = self._hours[slot] = datetime.fromtimestamp(slot, self._zone).hour
        return hour
