"""Why a source was given a tour, in words: why this place, why now, why not sooner, what it beat.

From the figures that were kept of the decision and what is still known of the orders around it. Nothing is made up:
where the cause is not known, the text says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from controller.domain.decision import Decision, OtherHolder, Passed
from controller.domain.order import Order, OrderClass
from controller.scheduling.gathering import NO_PLACE
from controller.scheduling.wording import LocalTime, count, listed, place, sentence, span

AT_ONCE_S = 90.0
"""An order that waited no longer than this was begun at once."""
SAME_TIME_S = 60.0
"""Due times that lie no further apart are the same to a person."""

_RANK = {OrderClass.DISCHARGE: 0, OrderClass.URGENT: 1, OrderClass.ROUTINE: 2}


@dataclass(frozen=True, slots=True)
class Stop:
    """A time in which a source could do nothing, and what stopped it."""

    from_at: float
    until_at: float | None
    """None: it still lasted."""
    cause: str


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of a decision's surroundings: orders and stops that bear on it."""

    product: str | None = None
    """What the tour begins with: lines that nobody else can serve come first in it."""
    beat: Order | None = None
    """The order that would have come next, where it is still known."""
    served: int = 0
    """Other orders that the source was given between the coming of the order and the decision."""
    last_served: tuple[Order, ...] = ()
    """The last few of them, oldest first."""
    own_tours: int = 0
    """Tours of this order that the source had before."""
    stops: tuple[Stop, ...] = ()
    """Of the source, since the order came."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """Whole sentences, each of which stands alone."""

    in_one_sentence: str
    why_here: str
    why_now: str
    why_not_sooner: str
    what_it_beat: str
    figures: str
    """For whoever checks the weighing; people who run the centre need none of it."""

    @property
    def text(self) -> str:
        return " ".join((self.why_here, self.why_now, self.why_not_sooner, self.what_it_beat))


def explain(decision: Decision, order: Order, around: Around, say: LocalTime) -> Reasons:
    """The reasons of one decision on the order."""
    return Reasons(
        in_one_sentence=_in_one_sentence(decision, around, say),
        why_here=sentence(_why_here(decision, around)),
        why_now=sentence(_why_now(decision, order)),
        why_not_sooner=sentence(_why_not_sooner(decision, around, say)),
        what_it_beat=sentence(_what_it_beat(decision, order, around.beat, say)),
        figures=_figures(decision),
    )


def what_was_given(decision: Decision) -> str:
    """`R3 was given 3 packs`; for the shelves, who picks them."""
    packs = count(decision.packs, "pack")
    if _fetched(decision):
        return f"{_name(decision.source)} stood still: a person was given {packs} to fetch out of it by hand"
    if _by_hand(decision):
        return f"{_name(decision.source)}: a person was given {packs} to pick by hand"
    return f"{_name(decision.source)} was given {packs}"


def holding_up(cause: str) -> str:
    """What kept an order from being begun, as the planner names it, in words."""
    if cause == NO_PLACE:
        return "no place for another order's totes was free"
    source, _, what = cause.rpartition(" ")
    if what == "down" and ":" in source:
        return f"{place(source)}, the only place with some of its packs, was out of service"
    return cause


# ---- one sentence -------------------------------------------------------------------------------------------


def _in_one_sentence(decision: Decision, around: Around, say: LocalTime) -> str:
    here = _here_in_short(decision, around.product or "what it needs")
    if decision.waited_s <= AT_ONCE_S:
        sooner = "at once"
    elif decision.held_up_by is not None:
        sooner = f"not sooner because {holding_up(decision.held_up_by)}"
    elif around.stops:
        sooner = f"not sooner because {_name(decision.source)} could not work for a while"
    elif around.served:
        sooner = f"not sooner because {count(around.served, 'other order')} went first there"
    else:
        sooner = f"{span(decision.waited_s)} after it came"
    beaten = "" if decision.beat is None else f", and before {_other(decision.beat, around.beat, say)}"
    given = f"{what_was_given(decision)} at {say.clock(decision.at)}"
    return f"{given} because {here}, {_margin(decision)}, {sooner}{beaten}."


def _here_in_short(decision: Decision, product: str) -> str:
    passed = {other.passed for other in decision.others}
    if _fetched(decision):
        return f"nothing that works has {product}, and {_name(decision.source)} was not expected back in time"
    if not passed:
        return f"nowhere else has {product}"
    if passed <= {Passed.OUT_OF_SERVICE}:
        return f"no other place with {product} could work"
    if passed <= {Passed.FEFO, Passed.OUT_OF_SERVICE}:
        return f"its packs of {product} go first by expiry or batch"
    return f"it was the first place with {product} to be free"


def _margin(decision: Decision) -> str:
    if decision.slack_s > SAME_TIME_S:
        return f"with {span(decision.slack_s)} to spare"
    if decision.slack_s >= -SAME_TIME_S:
        return "with no time to spare"
    return f"{span(decision.slack_s)} later than it should have been"


# ---- why this place -----------------------------------------------------------------------------------------


def _why_here(decision: Decision, around: Around) -> str:
    """Grouped by what kept each other holder from it, so that the reason that counts stands out."""
    product, name = around.product or "what the tour begins with", _name(decision.source)
    if _fetched(decision):
        also = [place(each.source) for each in decision.others if each.passed is Passed.OUT_OF_SERVICE]
        too = f"; {listed(also)} {'has' if len(also) == 1 else 'have'} it too and could not work either" if also else ""
        return (
            f"nothing that works has {product}, {name} was not expected back before the order would be late, "
            f"and people may go into it{too}"
        )
    if not decision.others:
        return f"no other place has {product}"
    later = [_at(each.source) for each in decision.others if each.passed is Passed.FEFO]
    out = [place(each.source) for each in decision.others if each.passed is Passed.OUT_OF_SERVICE]
    able = [each for each in decision.others if each.passed in (Passed.BUSY, Passed.BACKLOG)]
    texts: list[str] = []
    if able:
        free = f"a person at {name} asked for work" if _by_hand(decision) else f"{name} was free"
        texts.append(f"{free} first; {product} is also {listed(_holder(each) for each in able)}")
    if later:
        what = "those" if able else f"the packs of {product}"
        texts.append(f"{what} {_at(decision.source)} go before those {listed(later)}, by expiry or batch")
    if out:
        texts.append(f"{listed(out)}, which {'has' if len(out) == 1 else 'have'} {product} too, could not work")
    return "; ".join(texts)


def _holder(other: OtherHolder) -> str:
    if other.passed is Passed.BUSY:
        why = "it has its next tours already"
    elif other.backlog_s >= 1.0:
        why = f"{span(other.backlog_s)} of work waits there"
    else:
        why = "it was not asked yet"
    return f"{_at(other.source)} ({why})"


# ---- why now, why not sooner --------------------------------------------------------------------------------


def _why_now(decision: Decision, order: Order) -> str:
    left = f"it still lacked {count(decision.left, 'pack')}"
    if decision.slack_s > SAME_TIME_S:
        return f"{left}, and had to be begun within {span(decision.slack_s)} to be in its totes in time"
    if decision.slack_s >= -SAME_TIME_S:
        return f"{left}, and this was the last moment to begin it in time"
    counts = "; a late order counts more the longer it is late" if decision.slack_s < -SAME_TIME_S else ""
    return f"{left}, and was {span(decision.slack_s)} past the last moment to begin it in time{counts}"


def _why_not_sooner(decision: Decision, around: Around, say: LocalTime) -> str:
    if decision.waited_s <= AT_ONCE_S:
        return "it had only just come"
    causes = list(_causes(decision, around, say))
    return f"it had come {span(decision.waited_s)} before: {'; '.join(causes)}"


def _causes(decision: Decision, around: Around, say: LocalTime) -> Sequence[str]:
    name = f"people at {_name(decision.source)}" if _by_hand(decision) else _name(decision.source)
    found: list[str] = []
    if decision.held_up_by is not None:
        found.append(holding_up(decision.held_up_by))
    found.extend(_stop(name, stop, say) for stop in around.stops)
    own = [f"had {count(around.own_tours, 'tour')} for it"] if around.own_tours else []
    if around.served:
        last = listed(_described(order, say) for order in around.last_served)
        own.append(f"worked for {count(around.served, 'other order')}{', last for ' + last if last else ''}")
    if own:
        found.append(f"since then {name} {' and '.join(own)}")
    if found:
        return found
    if _by_hand(decision):
        return [f"{name} asked for no work sooner, or the packs were not free yet"]
    return [f"{name} was still busy with earlier tours, or the packs were not free yet"]


def _stop(name: str, stop: Stop, say: LocalTime) -> str:
    until = "still" if stop.until_at is None else f"to {say.clock(stop.until_at)}"
    return f"{name} could not work from {say.clock(stop.from_at)} {until} ({stop.cause})"


# ---- what it beat -------------------------------------------------------------------------------------------


def _what_it_beat(decision: Decision, order: Order, beat: Order | None, say: LocalTime) -> str:
    name = _name(decision.source)
    if decision.beat is None:
        if decision.waiting_orders <= 1:
            return f"nothing else waited for {name}"
        others = decision.waiting_orders - 1
        one = "the other order" if others == 1 else f"none of the other {others} orders"
        return f"{one} that waited for {name} could {'not ' if others == 1 else ''}be served there just then"
    if beat is None:
        return f"it came before {decision.beat}"
    return f"it came before {_described(beat, say)}: {_why_before(order, beat)}"


def _why_before(order: Order, beat: Order) -> str:
    """What speaks for the order, then what spoke against it."""
    for_it: list[str] = []
    against: list[str] = []
    ranks = _RANK[beat.order_class] - _RANK[order.order_class]
    if ranks:
        heavier, lighter = (order, beat) if ranks > 0 else (beat, order)
        text = f"{_article(heavier)} counts more than {_article(lighter)}"
        (for_it if ranks > 0 else against).append(text)
    later_s = beat.due_at - order.due_at
    if abs(later_s) > SAME_TIME_S:
        text = f"that one is due {span(later_s)} {'later' if later_s > 0 else 'sooner'}"
        (for_it if later_s > 0 else against).append(text)
    if not for_it:
        for_it.append("it had less time for the work left, was nearer to done, or could less well be served elsewhere")
    return " and ".join(for_it) + (f", although {' and '.join(against)}" if against else "")


# ---- words --------------------------------------------------------------------------------------------------


def _described(order: Order, say: LocalTime) -> str:
    return f"{order.order_ref} ({order.order_class.value}, due {say.clock(order.due_at)})"


def _other(order_ref: str, order: Order | None, say: LocalTime) -> str:
    return order_ref if order is None else _described(order, say)


def _article(order: Order) -> str:
    article = "an" if order.order_class is OrderClass.URGENT else "a"
    return f"{article} {order.order_class.value} order"


def _fetched(decision: Decision) -> bool:
    """A person goes into a robot that is out of service: the work is a person's, and the place is a robot."""
    return decision.source.startswith("robot:") and decision.work_ref.startswith("W")


def _by_hand(decision: Decision) -> bool:
    return decision.source.startswith("area:")


def _name(source: str) -> str:
    return source.partition(":")[2] or source


def _at(source: str) -> str:
    return f"on {place(source)}" if source.startswith("area:") else f"in {place(source)}"


def _figures(decision: Decision) -> str:
    weighed = [f"index {decision.index:.3f}", f"score {decision.score:.3f}"]
    parts = [
        *(["by urgency alone"] if _fetched(decision) else weighed),
        f"slack {decision.slack_s:.0f} s",
        f"waited {decision.waited_s:.0f} s",
        f"{count(decision.left, 'pack')} left",
        f"{count(decision.waiting_orders, 'order')} waiting",
    ]
    if decision.beat is not None:
        second = "" if decision.beat_score is None else f" with score {decision.beat_score:.3f}"
        parts.append(f"next {decision.beat}{second}")
    parts.extend(f"{other.source} {other.passed.value} {other.backlog_s:.0f} s" for other in decision.others)
    return ", ".join(parts)
