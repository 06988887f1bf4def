"""Whether the machine may move: faults, interlocks, homing, hold and mode, and the PackML state that follows."""

from collections.abc import Callable

from controller.protocol.events import MachineStateChanged, ModeChanged
from controller.protocol.vocabulary import Mode, PackmlState
from simulator.firmware.faults import StandingFaults
from simulator.firmware.head import Head
from simulator.firmware.reporter import Reporter
from simulator.firmware.safety import Interlocks
from simulator.timeline import Clockwork, Timer


class Condition:
    """One boot's. `on_ready` is called whenever the machine may have become free to work."""

    def __init__(
        self,
        clock: Clockwork,
        reporter: Reporter,
        faults: StandingFaults,
        interlocks: Interlocks,
        head: Head,
        home_s: float,
        report_state: Callable[[], None],
        on_ready: Callable[[], None],
        on_homed: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._reporter = reporter
        self.faults = faults
        self._interlocks = interlocks
        self._head = head
        self._home_s = home_s
        self._report_state = report_state
        self._on_ready = on_ready
        self._on_homed = on_homed
        self.mode = Mode.AUTOMATIC
        self.held = False
        self._homing: Timer | None = None
        self._told = PackmlState.STOPPED

    @property
    def safe_to_resume(self) -> bool:
        return not (self.faults.robot_down or self._interlocks.open)

    @property
    def may_move(self) -> bool:
        return not (
            self.held
            or self._homing is not None
            or self._interlocks.open
            or self._interlocks.tripped
            or self.faults.robot_down
        )

    @property
    def packml(self) -> PackmlState:
        busy = self._head.task is not None
        if self._interlocks.open:
            return PackmlState.ABORTED
        if self._interlocks.tripped:
            return PackmlState.STOPPED
        if self.faults.robot_down:
            return PackmlState.HELD
        if self._homing is not None:
            return PackmlState.RESETTING
        if self.held:
            return PackmlState.HOLDING if busy else PackmlState.HELD
        return PackmlState.EXECUTE if busy else PackmlState.IDLE

    def tell(self) -> bool:
        """Tell of a new PackML state, if a person would notice it; False where there was nothing to tell."""
        packml = self.packml
        shown = PackmlState.IDLE if packml is PackmlState.EXECUTE else packml
        if shown is self._told:
            return False
        self._told = shown
        self._reporter.event(MachineStateChanged(packml=packml))
        self._report_state()
        return True

    def _tell_change(self) -> None:
        """A state report, once, whether or not the PackML state is among what changed."""
        if not self.tell():
            self._report_state()

    def set_mode(self, mode: Mode, by: str) -> None:
        if mode is not self.mode:
            self.mode = mode
            self._reporter.event(ModeChanged(mode=mode, by=by))
            self._report_state()

    def resume(self) -> None:
        """Leave Held or Stopped; after an interlock with a reference run first."""
        self.held = False
        if self._interlocks.tripped:
            self._interlocks.tripped = False
            self.home()
        self.tell()
        self._on_ready()

    def home(self) -> None:
        """Reference run of all axes; then the machine goes on where it stopped."""
        if self._homing is not None:
            self._homing.cancel()
        self._homing = self._clock.call_in(self._home_s, self._homed)
        self.tell()

    def _homed(self) -> None:
        self._homing = None
        self._on_homed()
        if not self.safe_to_resume or self._interlocks.tripped:
            return
        self._head.thaw()
        self.tell()
        self._on_ready()

    def raise_fault(
        self,
        code: str,
        level: int,
        command_id: str | None = None,
        pack_id: str | None = None,
        location: str | None = None,
        axis: str | None = None,
    ) -> str:
        """A sensor found a fault; from level 2 the machine stops where it is. The queue stays (RC-16)."""
        occurrence = self.faults.raise_fault(code, level, command_id, pack_id, location, axis)
        if self.faults.robot_down:
            self._head.freeze()
        self._tell_change()
        return occurrence

    def stop_until(self, at: float, code: str) -> None:
        """A level 2 fault that somebody has cleared by `at`."""
        self._clock.call_at(at, self.clear_fault, self.raise_fault(code, 2))

    def clear_fault(self, occurrence: str) -> None:
        """The machine homes and goes on where it stopped, unless an interlock is open. Harmless for what is cleared."""
        if not self.faults.knows(occurrence):
            return
        was_down = self.faults.robot_down
        self.faults.clear(occurrence)
        if was_down and self.safe_to_resume and not self._interlocks.tripped:
            self.home()
        self._tell_change()
        if not was_down:
            self._on_ready()

    def interlock_opened(self) -> None:
        """Drives lose power at once."""
        self._head.freeze()
        self._tell_change()

    def interlock_closed(self) -> None:
        """Permits a restart and starts nothing (RC-22)."""
        self._tell_change()
