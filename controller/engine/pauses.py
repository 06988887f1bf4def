"""Night work paused and resumed by a person: of the site, of one robot, of one area."""

from controller.domain.chore import SITE, NightPause
from controller.domain.errors import Conflict, NotFound
from controller.engine import tasks
from controller.engine.actions import PauseNightWork, ResumeNightWork
from controller.engine.turn import Turn


def pause(turn: Turn, action: PauseNightWork) -> dict[str, object]:
    """Begin nothing more in the scope, and cancel what has not begun; a motion under way ends as it would."""
    _check_scope(turn, action.scope)
    night = turn.state.night
    if action.scope not in night.pauses:
        night.pauses[action.scope] = NightPause(action.scope, action.reason, action.actor, turn.now)
        turn.changes.night_pauses[action.scope] = night.pauses[action.scope]
        turn.changes.note(action.actor, "night.paused", _subject(turn, action.scope), reason=action.reason)
    cancelling = 0
    for chore in night.open.values():
        task = turn.state.tasks.get(chore.reference)
        if task is not None and action.scope in (SITE, chore.source):
            tasks.ask_cancel(turn, task)
            cancelling += 1
    return {"scope": action.scope, "paused": True, "cancelling": cancelling}


def resume(turn: Turn, action: ResumeNightWork) -> dict[str, object]:
    """Lift the pause of a scope. Conflict where it is not paused; one of the whole site goes on holding for a robot."""
    _check_scope(turn, action.scope)
    lifted = turn.state.night.pauses.pop(action.scope, None)
    if lifted is None:
        raise Conflict(f"night work of {action.scope or 'the site'} is not paused")
    lifted.lifted_at = turn.now
    turn.changes.night_pauses[action.scope] = lifted
    turn.changes.note(action.actor, "night.resumed", _subject(turn, action.scope), reason=action.reason)
    return {"scope": action.scope, "paused": turn.state.night.paused(action.scope)}


def _check_scope(turn: Turn, scope: str) -> None:
    if scope != SITE and scope not in turn.state.robots and scope not in turn.state.areas:
        raise NotFound(f"no robot and no area {scope} at this site")


def _subject(turn: Turn, scope: str) -> str:
    if scope == SITE:
        return f"site:{turn.state.site.site}"
    return f"{'robot' if scope in turn.state.robots else 'area'}:{scope}"
