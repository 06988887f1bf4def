"""What left the centre and should not have: from the postings, the packs as they left, and the journal's recalls."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from controller.domain.departure import Departure
from controller.domain.journal import JournalEntry
from controller.domain.pack import DISPATCHED_WITH, Pack, Posting, dispatched_account

_Span = tuple[float, float]
"""From a moment until before another."""


def unfit_departed(
    packs: Mapping[str, Pack],
    postings: Iterable[Posting],
    departures: Iterable[Departure],
    journal: Iterable[JournalEntry],
    timezone: str,
) -> Iterator[str]:
    """A sentence for each pack that left though it was held, of a batch under recall, or expired on that local day."""
    zone = ZoneInfo(timezone)
    left_at = {each.departure_id: each.departed_at for each in departures if each.departed_at is not None}
    recalled = _recalled(journal)
    for posting in postings:
        pack = packs.get(posting.pack_id)
        if pack is None or not posting.to_account.startswith(dispatched_account("")):
            continue
        # A departure may be noticed late: the van went at its own time.
        at = left_at.get(posting.reason.removeprefix(DISPATCHED_WITH), posting.at)
        left = f"pack {pack.pack_id} left for {posting.to_account.partition(':')[2]}"
        if pack.hold is not None:
            yield f"{left} while it was held: {pack.hold}"
        if pack.expiry <= datetime.fromtimestamp(at, zone).date():
            yield f"{left} and had expired: {pack.expiry}"
        for begun_at, closed_at in recalled.get((pack.gtin, pack.batch), ()):
            if begun_at < posting.at < closed_at:
                yield f"{left} while its batch {pack.batch} was under recall"


def _recalled(journal: Iterable[JournalEntry]) -> Mapping[tuple[str, str], list[_Span]]:
    """When each batch was under recall, drills apart."""
    spans: dict[tuple[str, str], list[_Span]] = defaultdict(list)
    under_way: dict[str, tuple[tuple[str, str], float]] = {}
    for entry in journal:
        if entry.action == "recall.begun":
            under_way[entry.subject] = ((entry.data["gtin"], entry.data["batch"]), entry.at)
        elif entry.action == "recall.closed" and entry.subject in under_way:
            batch, begun_at = under_way.pop(entry.subject)
            spans[batch].append((begun_at, entry.at))
    for batch, begun_at in under_way.values():
        spans[batch].append((begun_at, float("inf")))
    return spans
