"""The first commit of a new centre: its holidays, and the opening stock, posted pack by pack from the supplier."""

from collections.abc import Iterable

from controller.domain.calendar_change import CalendarChange
from controller.domain.pack import SUPPLIER, Pack
from controller.engine.changes import Changes
from controller.engine.ports import Batch
from controller.ledger.audit import GENESIS
from controller.ledger.book import Book


def opening_batch(
    packs: Iterable[Pack], *, now: float, actor: str, source: str, holidays: Iterable[CalendarChange] = ()
) -> Batch:
    """Everything that stands in the centre when Nightshift takes over, as postings. StockRefused on a double id."""
    book = Book()
    for pack in packs:
        book.receive(pack, source=SUPPLIER, at=now, reason="opening stock", reference=source)
    changes = Changes(now)
    changes.calendar_changes = {holiday.change_id: holiday for holiday in holidays}
    changes.note(
        actor, "site.imported", "site", source=source, packs=len(book.packs), holidays=len(changes.calendar_changes)
    )
    return changes.batch(0, book, 0, GENESIS)
