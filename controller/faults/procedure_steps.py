"""The steps that procedures are made of, and how a line of the table becomes a procedure."""

from dataclasses import dataclass

from controller.faults.procedures import AREA_EMPTY, TEST_PICKS, Part, Procedure, ProcedureStep, RobotDoes, StepKind

REFERENCE_MM = 1.5
"""The robot corrects a deviation below this by itself (DOMAIN.md, Table B, AXX-02)."""

KEY = "Take the key with you: nobody can start the robot while it is in your pocket."
AREA = "Look along the whole travel area and behind the door: no person, no tool, no pack."


@dataclass(frozen=True, slots=True)
class Cause:
    """One likely cause: how it is seen, and how it is put right. Without `look` it is done in any case."""

    cause: str
    look: str
    do: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table. `proofs` are names of PROOFS; `inside` where people go into the robot."""

    title: str
    causes: tuple[Cause, ...]
    proofs: tuple[str, ...]
    inside: bool = True
    engineer: str = ""


def procedure_of(code: str, line: Line) -> Procedure:
    """The procedure of a row, in the order in which it is worked through."""
    steps: list[ProcedureStep] = list(_SAFE) if line.inside else []
    for cause in line.causes:
        if cause.look:
            steps.append(
                ProcedureStep(
                    f"look_{cause.cause}", StepKind.LOOK, Part.FIND, cause.look,
                    "ok: it is not this. found: it is.", cause=cause.cause,
                )
            )  # fmt: skip
        steps.append(
            ProcedureStep(
                f"do_{cause.cause}", StepKind.DO, Part.FIND, cause.do, "ok when it is done.",
                cause=cause.cause, remedy=cause.remedy,
            )
        )  # fmt: skip
    if line.inside:
        steps += _CLOSE
    steps += [PROOFS[name] for name in line.proofs]
    return Procedure(code, line.title, line.inside, tuple(steps), _criterion(line), line.engineer)


def _criterion(line: Line) -> str:
    proofs = [PROOFS[name].expected.rstrip(".") for name in line.proofs]
    return "; ".join(["door closed, travel area empty", *proofs] if line.inside else proofs) + "."


def _robot(name: str, does: RobotDoes, text: str, expected: str, **more: str | float) -> ProcedureStep:
    axis, most = more.get("axis"), more.get("most")
    return ProcedureStep(
        name, StepKind.MEASURE if most else StepKind.COMMAND, Part.PROVE, text, expected, does=does,
        axis=str(axis) if axis else None, most=float(most) if most else None,
    )  # fmt: skip


_SAFE = (
    ProcedureStep(
        "take_out", StepKind.COMMAND, Part.SAFE,
        "Take the robot out of work: it ends its motion, is held, and goes into maintenance mode.",
        "The robot says maintenance mode, or stands still because of its fault.", does=RobotDoes.TAKE_OUT,
    ),
    ProcedureStep(
        "key_inside", StepKind.CONFIRM, Part.SAFE,
        "Turn the key to service, take it out, open the door, and take the key inside.",
        "The key is in your pocket.", safety=KEY,
    ),
)  # fmt: skip
_CLOSE = (
    ProcedureStep(
        AREA_EMPTY, StepKind.CONFIRM, Part.PROVE,
        "Come out with all tools and packs. Look along the travel area, then close the door and put the key back.",
        "Nobody and nothing is inside, the door is closed.", safety=AREA,
    ),
    _robot("resume", RobotDoes.RESUME, "Lift the hold, so that the robot may move in maintenance mode.",
           "The robot is free to move"),
    _robot("home", RobotDoes.HOME, "Reference run of all axes.", "The reference run ends well."),
)  # fmt: skip

PROOFS = {
    "self_test": _robot("self_test", RobotDoes.SELF_TEST, "Self-test of drives, gripper and sensors.",
                        "The self-test ends well."),
    **{
        f"calibrate_{axis}": _robot(
            f"calibrate_{axis}", RobotDoes.CALIBRATE, f"Measure the {axis} axis at its reference marks.",
            f"At most {REFERENCE_MM} mm off on {axis}.", axis=axis, most=REFERENCE_MM,
        )
        for axis in ("x", "y", "z", "r")
    },
    "test_picks": _robot("test_picks", RobotDoes.TEST_PICKS,
                         f"{TEST_PICKS} test picks: the robot moves packs from shelf to shelf, none for an order.",
                         f"{TEST_PICKS} picks, no failure."),
    "watch": ProcedureStep("watch", StepKind.CONFIRM, Part.PROVE,
                           "Watch the next five packs go through where the fault was.",
                           "Five packs pass without the fault."),
    "told": ProcedureStep("told", StepKind.CONFIRM, Part.PROVE,
                          "Read on the robot's page that the fault has gone and what is still open.",
                          "The fault is cleared; nothing of it is open."),
    "qa": ProcedureStep("qa", StepKind.CONFIRM, Part.PROVE,
                        "Quality assurance has decided about every pack that it concerns, by name and in writing.",
                        "Decided.", safety="Nothing leaves quarantine before that."),
    "shelf_counted": ProcedureStep("shelf_counted", StepKind.CONFIRM, Part.PROVE,
                                   "The count of the shelf is finished and its differences are settled.",
                                   "The shelf is counted."),
}  # fmt: skip
"""What proves a cure, by the name that the table uses."""
