"""The process in which forecasts are made: questions come on standard input, answers go to standard output.

It is started by the controller and ends with it, when its standard input does.
"""

import os
import sys
import traceback

from controller.engine.ports import MasterData
from controller.rehearsal.forecast.answer import Task, answer
from controller.rehearsal.forecast.frames import receive, send

NICENESS = 10
"""The live centre goes first where both want the machine."""


def main() -> None:
    os.nice(NICENESS)
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    master = receive(questions)
    while isinstance(master, MasterData) and (task := receive(questions)) is not None:
        assert isinstance(task, Task)
        send(answers, _attempt(task, master))


def _attempt(task: Task, master: MasterData) -> object:
    """The forecast, or why there is none."""
    try:
        return answer(task, master, os.cpu_count() or 1)
    except Exception as error:
        traceback.print_exc()
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    main()
