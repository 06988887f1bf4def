"""The first commit of a new centre: the opening stock, posted pack by pack from the supplier account."""

from collections.abc import Iterable

from controller.domain.pack import SUPPLIER, Pack
from controller.engine.changes import Changes
from controller.engine.ports import Batch
from controller.ledger.audit import GENESIS
from controller.ledger.book import Book


def opening_batch(packs: Iterable[Pack], *, now: float, actor: str, source: str) -> Batch:
    """Everything that stands in the centre when Nightshift takes over, as postings. StockRefused on a double id."""
    book = Book()
    for pack in packs:
        book.receive(pack, source=SUPPLIER, at=now, reason="opening stock", reference=source)
    changes = Changes(now)
    changes.note(actor, "site.imported", "site", source=source, packs=len(book.packs))
    return changes.batch(0, book, 0, GENESIS)
