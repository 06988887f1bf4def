"""The interlocks as the program sees them: it observes them and cannot release one (RC-23)."""

from dataclasses import dataclass


@dataclass(slots=True)
class Interlocks:
    """`tripped` stays after the door is closed or the E-stop released, until somebody resumes (RC-22)."""

    door_open: bool = False
    estop_pressed: bool = False
    tripped: bool = False

    @property
    def open(self) -> bool:
        return self.door_open or self.estop_pressed
