"""The input belt of a robot of a forecast: one pack after another is offered, a few wait for the head."""

from collections import deque
from collections.abc import Callable, Iterable

from controller.engine import actions as act
from controller.engine.state import State
from controller.rehearsal.forecast.agenda import Agenda
from controller.rehearsal.forecast.outages import Outages

INPUT_INTERVAL_S = 14.4
"""250 packs an hour and loader (DOMAIN.md Table A)."""
TRANSFER_PLACES = 3
"""Packs that are accepted and not shelved yet."""

Say = Callable[[act.Fact, float], list[act.Action]]


class Belt:
    """Every code is read: the few that are not cost a person half a minute."""

    def __init__(self, robot: str, state: State, outages: Outages, agenda: Agenda, say: Say, now: float) -> None:
        self._robot, self._state, self._outages, self._agenda, self._say = robot, state, outages, agenda, say
        self._packs: deque[str] = deque()
        self._offers = 0
        self._offering = False
        self._shelving = 0
        self._scan_at = now

    @property
    def waiting(self) -> int:
        return len(self._packs)

    def feed(self, pack_ids: Iterable[str], now: float) -> None:
        """Packs are put on it."""
        self._packs.extend(pack_ids)
        self._scan_soon(now)

    def accepted(self, now: float, shelved_at: float) -> None:
        """The offered pack is to be shelved, and will be by then."""
        self._offering = False
        self._shelving += 1
        self._agenda.add(shelved_at, self._shelved)
        self._scan_soon(now)

    def rejected(self, now: float) -> None:
        """The offered pack goes to the reject lane."""
        self._offering = False
        self._scan_soon(now)

    def _scan_soon(self, now: float) -> None:
        if self._packs and not self._offering and self._shelving < TRANSFER_PLACES:
            self._offering = True
            self._agenda.add(self._outages.working_at(max(now, self._scan_at)), self._scan)

    def _scan(self, at: float) -> Iterable[act.Action]:
        pack = self._state.book.packs.get(self._packs.popleft())
        if pack is None:
            self.rejected(at)
            return ()
        self._scan_at = at + INPUT_INTERVAL_S
        self._offers += 1
        product = self._state.products[pack.gtin]
        named = product.has_datamatrix
        offered = act.PackOffered(
            offer_id=f"{self._robot}-forecast-{self._offers}",
            raw_code="",
            gtin=pack.gtin,
            batch=pack.batch if named else None,
            expiry=pack.expiry if named else None,
            serial=None,
            width_mm=product.width_mm,
            depth_mm=product.depth_mm,
            height_mm=product.height_mm,
        )
        return self._say(offered, at)

    def _shelved(self, at: float) -> Iterable[act.Action]:
        self._shelving -= 1
        self._scan_soon(at)
        return ()
