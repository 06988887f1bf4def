"""Every hidden physical cause that the simulated machines can have, by its id.

These ids stand in the simulator's own record and in scenarios only: no robot ever says one (RC-21 has codes).
"""

from simulator.hardware.causes.axes import AXES
from simulator.hardware.causes.gripping import GRIPPING
from simulator.hardware.causes.kinds import CauseKind
from simulator.hardware.causes.reading import READING
from simulator.hardware.causes.surroundings import SURROUNDINGS
from simulator.hardware.causes.transport import TRANSPORT

CAUSES: dict[str, CauseKind] = {kind.cause: kind for kind in (*AXES, *GRIPPING, *READING, *TRANSPORT, *SURROUNDINGS)}

REMEDIES = tuple(sorted({action for kind in CAUSES.values() for action in (*kind.remedies, *kind.mild_remedies)}))
"""All that a person can do to a machine beside `reset`, which cures nothing."""


def causes_of(code: str) -> list[CauseKind]:
    """What can bring about the fault: first those whose main fault it is, the most frequent one first."""
    main = [kind for kind in CAUSES.values() if kind.strikes[0].code == code]
    others = [kind for kind in CAUSES.values() if any(strike.code == code for strike in kind.strikes[1:])]
    return sorted(main, key=lambda kind: -kind.share) + others
