"""First expired, first out, with a written tolerance.

The rule: of the usable packs of a product the one that expires first is taken. A later one may be taken where it
expires within the tolerance of the first (so that the robot that is free first can serve), or where the first
stands in a place that is out of service. Each such exception is recorded with its reason (EU GDP 2013/C 343/01,
5.5: exceptions to FEFO are documented; tolerance of 30 days: the measured policies of the team).
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from controller.ledger.book import Book, Shelved

TOLERANCE = timedelta(days=30)

WITHIN_TOLERANCE = "expires within 30 days of the older pack"
OUT_OF_SERVICE = "the older pack stands where nothing can be fetched now"
ONE_BATCH = "every pack of the line must be of one batch"

_LAST_ID = "\uffff"
"""Sorts after every pack id."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A pack that FEFO lets go, and the older one that was passed over, if any."""

    pack_id: str
    older_pack_id: str | None = None
    reason: str | None = None


def choose(
    book: Book, gtin: str, account: str, limit: int, *, expires_after: date, in_service: Callable[[str], bool]
) -> list[Choice]:
    """Up to `limit` packs of the product that may be taken from `account` now, in the order in which they go.

    Empty where `account` has none that outlasts `expires_after`, or an older one elsewhere goes first.
    """
    shelf = book.shelf(gtin, account)
    start = _first_usable(shelf, expires_after)
    if start == len(shelf):
        return []
    served: Shelved | None = None
    blocked: Shelved | None = None
    for other in book.holders(gtin):
        if other == account:
            continue
        theirs = book.shelf(gtin, other)
        place = _first_usable(theirs, expires_after)
        if place == len(theirs):
            continue
        if in_service(other):
            served = theirs[place] if served is None else min(served, theirs[place])
        else:
            blocked = theirs[place] if blocked is None else min(blocked, theirs[place])
    choices: list[Choice] = []
    for expiry, pack_id in shelf[start : start + limit]:
        if served is not None and expiry - served[0] > TOLERANCE:
            break
        choices.append(_judged(pack_id, expiry, served, blocked))
    return choices


def choose_of_batch(
    book: Book, gtin: str, account: str, limit: int, *, expires_after: date, batch: str
) -> list[Choice]:
    """As `choose`, for a line that is bound to one batch: an older pack of another batch is passed over for that."""
    shelf = book.shelf(gtin, account)
    usable = shelf[_first_usable(shelf, expires_after) :]
    chosen = [pack for pack in usable if book.packs[pack[1]].batch == batch][:limit]
    oldest = _oldest(book, gtin, expires_after)
    return [
        Choice(pack_id, oldest[1], ONE_BATCH) if oldest is not None and oldest[0] < expiry else Choice(pack_id)
        for expiry, pack_id in chosen
    ]


def batch_for(book: Book, gtin: str, packs: int, *, expires_after: date) -> str | None:
    """The batch for a line that must be of one: the first to expire that has enough, else the one that has most.

    None where there is no usable pack at all.
    """
    counts: dict[str, tuple[int, date]] = {}
    for account in book.holders(gtin):
        shelf = book.shelf(gtin, account)
        for expiry, pack_id in shelf[_first_usable(shelf, expires_after) :]:
            batch = book.packs[pack_id].batch
            count, first = counts.get(batch, (0, expiry))
            counts[batch] = (count + 1, min(first, expiry))
    enough = [(first, batch) for batch, (count, first) in counts.items() if count >= packs]
    if enough:
        return min(enough)[1]
    return min(counts, key=lambda batch: (-counts[batch][0], counts[batch][1], batch), default=None)


def _oldest(book: Book, gtin: str, expires_after: date) -> Shelved | None:
    firsts: list[Shelved] = []
    for account in book.holders(gtin):
        shelf = book.shelf(gtin, account)
        start = _first_usable(shelf, expires_after)
        if start < len(shelf):
            firsts.append(shelf[start])
    return min(firsts, default=None)


def _judged(pack_id: str, expiry: date, served: Shelved | None, blocked: Shelved | None) -> Choice:
    if served is not None and served[0] < expiry:
        return Choice(pack_id, served[1], WITHIN_TOLERANCE)
    if blocked is not None and blocked[0] < expiry:
        near = expiry - blocked[0] <= TOLERANCE
        return Choice(pack_id, blocked[1], WITHIN_TOLERANCE if near else OUT_OF_SERVICE)
    return Choice(pack_id)


def _first_usable(shelf: list[Shelved], expires_after: date) -> int:
    if not shelf or shelf[0][0] > expires_after:
        return 0
    return bisect_right(shelf, (expires_after, _LAST_ID))
