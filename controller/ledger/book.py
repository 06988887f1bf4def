"""The stock book: every pack, where it is, and whether it may be bound to a task.

Stock changes by `post` alone, one pack from one account to another, so what one account gives another gets.
Binding (`claim`) is where the safety rules stand: an expired, held or already bound pack is refused here,
at the moment of the decision, whatever the planner thought.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from datetime import date

from controller.domain.disposal import Disposal
from controller.domain.errors import NotFound, StockRefused
from controller.domain.hold import is_for, reasons, together, without
from controller.domain.inventory import pack_fingerprint
from controller.domain.pack import GOODS_IN, MISSING, Pack, PackStanding, Posting
from controller.domain.quarantine import HELD_FOR

_LEGAL_MOVES: dict[str, frozenset[str]] = {
    "supplier": frozenset({"goods-in", "robot", "area"}),
    "goods-in": frozenset({"input", "area", "quarantine", "written-off"}),
    "input": frozenset({"robot", "goods-in", "quarantine", "written-off"}),
    "robot": frozenset({"tote", "quarantine", "written-off", "robot", "goods-in"}),
    "area": frozenset({"tote", "quarantine", "written-off"}),
    "tote": frozenset({"dispatched", "quarantine"}),
    "quarantine": frozenset({"goods-in", "written-off"}),
    "written-off": frozenset(),
    "dispatched": frozenset(),
}
"""From which family of accounts a pack may go to which (I8)."""
TRANSFERRED = "put out for another robot"
"""The only reason for which a pack goes from a robot back to goods-in: it is carried to another."""

Shelved = tuple[date, str]
"""(expiry, pack id): the order in which FEFO takes packs."""


def family(account: str) -> str:
    """The kind of an account: `robot` of `robot:R3`."""
    return account.partition(":")[0]


def _gravity(reason: str, barred: str | None) -> int:
    """The place of a reason among those for which a pack is held."""
    if reason.startswith(HELD_FOR):
        return 0
    return 1 if reason == barred else 3 if reason.startswith(MISSING) else 2


class Book:
    """All packs in the centre, with the indexes that the planner asks."""

    def __init__(self, *, last_posting_seq: int = 0, balances: dict[str, int] | None = None) -> None:
        self.packs: dict[str, Pack] = {}
        self.balances: dict[str, int] = dict(balances or {})
        """Packs an account, from the postings; the sum over all accounts is zero."""
        self.reserved: dict[str, int] = {}
        """Packs a product that are promised to order lines and not yet bound."""
        self.posting_seq = last_posting_seq
        self.changed: dict[str, Pack] = {}
        self.postings: list[Posting] = []
        self.fresh: dict[tuple[str, str], None] = {}
        """(GTIN, account) at which a pack has become available since this was last emptied."""
        self.thinned: dict[str, None] = {}
        """GTINs of which a pack has ceased to be available since this was last emptied: FEFO may now allow another."""
        self._barred: dict[tuple[str, str], str] = {}
        self._available: dict[str, dict[str, list[Shelved]]] = {}
        self._at_input: dict[str, dict[str, None]] = {}
        self._arriving: dict[str, int] = {}
        self._sums: dict[str, tuple[int, int]] = {}
        """Account → packs and the sum of their fingerprints; only of accounts that somebody has asked about."""
        self._held: dict[str, dict[str, None]] = {}
        """Account → packs in it that are held, for robots and areas."""

    # ---- reading ----------------------------------------------------------------------------------------

    def pack(self, pack_id: str) -> Pack:
        """NotFound where no such pack is in the centre."""
        try:
            return self.packs[pack_id]
        except KeyError:
            raise NotFound(f"no pack {pack_id} in the centre") from None

    def holders(self, gtin: str) -> Iterator[str]:
        """The accounts that have at least one available pack of the product."""
        return (account for account, shelf in self._available.get(gtin, {}).items() if shelf)

    def shelf(self, gtin: str, account: str) -> list[Shelved]:
        """Available packs of the product at one account, oldest expiry first. Do not change the list."""
        return self._available.get(gtin, {}).get(account, [])

    def available(self, gtin: str, expires_after: date) -> int:
        """Available packs of the product that expire after the date, anywhere."""
        least = (expires_after, "\uffff")
        return sum(len(shelf) - bisect_right(shelf, least) for shelf in self._available.get(gtin, {}).values())

    def arriving(self, gtin: str) -> int:
        """Packs of the product at goods-in or on an input belt: not to be picked yet, but on their way."""
        return self._arriving.get(gtin, 0)

    def at_input(self, robot: str) -> Iterable[str]:
        """Packs on the input belt or reject lane of a robot."""
        return self._at_input.get(robot, {})

    def count_at(self, gtin: str, account: str) -> int:
        return len(self.shelf(gtin, account))

    def held_at(self, account: str) -> Iterable[str]:
        """Packs on hold in a robot or an area."""
        return self._held.get(account, {})

    def inventory_of(self, account: str) -> tuple[int, int]:
        """How many packs the account has, and the sum of their fingerprints (domain/inventory.py).

        The first question counts, all later ones know: the sum is kept with each posting from then on.
        """
        if account not in self._sums:
            packs = [pack.pack_id for pack in self.packs.values() if pack.account == account]
            self._sums[account] = (len(packs), sum(map(pack_fingerprint, packs)))
        return self._sums[account]

    # ---- changing ---------------------------------------------------------------------------------------

    def admit(self, pack: Pack) -> None:
        """Take a pack that the database already has; no posting."""
        self.packs[pack.pack_id] = pack
        self._index(pack)
        self._sum(pack.account, pack.pack_id, 1)

    def receive(self, pack: Pack, *, source: str, at: float, reason: str, reference: str) -> None:
        """A pack enters the centre: StockRefused where its id is known."""
        if pack.pack_id in self.packs:
            raise StockRefused(f"pack {pack.pack_id} is already in the book, at {self.packs[pack.pack_id].account}")
        destination = pack.account
        pack.account = source
        pack.hold = self.barred(pack.gtin, pack.batch) or pack.hold
        self.packs[pack.pack_id] = pack
        self.post(pack.pack_id, destination, at=at, reason=reason, reference=reference)

    def post(self, pack_id: str, to_account: str, *, at: float, reason: str, reference: str) -> None:
        """Move a pack; StockRefused where no pack may go that way."""
        pack = self.pack(pack_id)
        source = pack.account
        if family(to_account) not in _LEGAL_MOVES.get(family(source), frozenset()):
            raise StockRefused(f"pack {pack_id}: nothing goes from {source} to {to_account} ({reason})")
        if family(source) == "robot" and to_account == GOODS_IN and reason != TRANSFERRED:
            raise StockRefused(f"pack {pack_id}: goes from {source} to {to_account} for another robot only ({reason})")
        self._unindex(pack)
        pack.account = to_account
        self._index(pack)
        self._sum(source, pack_id, -1)
        self._sum(to_account, pack_id, 1)
        self.posting_seq += 1
        self.postings.append(
            Posting(self.posting_seq, at, pack_id, pack.gtin, pack.batch, source, to_account, reason, reference)
        )
        self.balances[source] = self.balances.get(source, 0) - 1
        self.balances[to_account] = self.balances.get(to_account, 0) + 1
        self.changed[pack_id] = pack

    def claim(self, pack_id: str, task_id: str, *, expires_after: date) -> Pack:
        """Bind a pack to a task; StockRefused where it is held, bound, not on a shelf, or expires too early."""
        pack = self.pack(pack_id)
        if pack.standing is not PackStanding.AVAILABLE:
            raise StockRefused(f"pack {pack_id} is {pack.standing} ({pack.hold or pack.claim or pack.account})")
        if pack.expiry <= expires_after:
            raise StockRefused(f"pack {pack_id} expires {pack.expiry}; it must outlast {expires_after}")
        self._set_claim(pack, task_id)
        return pack

    def bind_arriving(self, pack_id: str, task_id: str) -> Pack:
        """Bind a pack at goods-in or on an input belt, to be carried or stored."""
        pack = self.pack(pack_id)
        if pack.standing is not PackStanding.ARRIVING:
            raise StockRefused(f"pack {pack_id} is {pack.standing}, not arriving")
        self._set_claim(pack, task_id)
        return pack

    def bind_condemned(self, pack_id: str, task_id: str) -> Pack:
        """Bind a shelved pack of which it is decided that it leaves for good, so that it is put out."""
        pack = self.pack(pack_id)
        if family(pack.account) != "robot" or pack.claim is not None or Disposal.of(pack.hold) is None:
            raise StockRefused(f"pack {pack_id} at {pack.account} ({pack.hold or 'not held'}) is not to be put out")
        self._set_claim(pack, task_id)
        return pack

    def unclaim(self, pack_id: str) -> None:
        """The task is over for this pack; harmless where it is not bound."""
        pack = self.packs.get(pack_id)
        if pack is not None and pack.claim is not None:
            self._set_claim(pack, None)

    def bar(self, gtin: str, batch: str, reason: str) -> None:
        """From now on every pack of the batch that comes, or that somebody would hold or release, is held for this.

        What is there already is not changed: `hold` it.
        """
        self._barred[gtin, batch] = reason

    def unbar(self, gtin: str, batch: str) -> None:
        """The bar is lifted; what is held stays held."""
        self._barred.pop((gtin, batch), None)

    def barred(self, gtin: str, batch: str) -> str | None:
        """Why no pack of the batch may be picked; None where nothing bars it."""
        return self._barred.get((gtin, batch))

    def hold(self, pack_id: str, reason: str) -> None:
        """Nothing may pick it until every reason for which it is held has been lifted by `release`.

        Quarantines come first, then what bars its batch, last that it is missing. What was condemned stays so.
        """
        pack = self.pack(pack_id)
        if Disposal.of(pack.hold) is not None:
            return
        known = reasons(pack.hold)
        if reason not in known and not (reason.startswith(MISSING) and is_for(pack.hold, MISSING)):
            known = (*known, reason)
        self._hold_for(pack, known)

    def condemn(self, pack_id: str, reason: str) -> None:
        """It is to leave for good: from now on it is held for this, whatever it was held for before."""
        self._set_hold(self.pack(pack_id), reason)

    def release(self, pack_id: str, *beginnings: str) -> None:
        """Lift every reason that begins with one of these (none named: all); it may be picked where none is left.

        Not what bars its batch: whoever finds such a pack does not set it free.
        """
        pack = self.pack(pack_id)
        self._hold_for(pack, reasons(without(pack.hold, *beginnings)) if beginnings else ())

    def reserve(self, gtin: str, packs: int) -> None:
        """Promise (or, negative, free) packs of a product."""
        left = self.reserved.get(gtin, 0) + packs
        if left < 0:
            raise StockRefused(f"product {gtin}: {left} packs reserved")
        self.reserved[gtin] = left

    def drain(self) -> tuple[list[Pack], list[Posting]]:
        """What changed since the last call, for the commit. Packs that have left the centre are dropped from memory."""
        changed, postings = list(self.changed.values()), self.postings
        self.changed, self.postings = {}, []
        for pack in changed:
            if family(pack.account) in ("dispatched", "written-off"):
                self.packs.pop(pack.pack_id, None)
        return changed, postings

    # ---- indexes ----------------------------------------------------------------------------------------

    def _hold_for(self, pack: Pack, why: tuple[str, ...]) -> None:
        barred = self.barred(pack.gtin, pack.batch)
        if barred is not None and barred not in why:
            why = (*why, barred)
        self._set_hold(pack, together(tuple(sorted(why, key=lambda reason: _gravity(reason, barred)))))

    def _set_hold(self, pack: Pack, hold: str | None) -> None:
        self._unindex(pack)
        pack.hold = hold
        self._index(pack)
        self.changed[pack.pack_id] = pack

    def _set_claim(self, pack: Pack, task_id: str | None) -> None:
        self._unindex(pack)
        pack.claim = task_id
        self._index(pack)
        self.changed[pack.pack_id] = pack

    def _index(self, pack: Pack) -> None:
        kind, _, name = pack.account.partition(":")
        if kind == "input":
            self._at_input.setdefault(name, {})[pack.pack_id] = None
        if kind in ("input", "goods-in"):
            self._arriving[pack.gtin] = self._arriving.get(pack.gtin, 0) + 1
        elif kind in ("robot", "area") and pack.hold is not None:
            self._held.setdefault(pack.account, {})[pack.pack_id] = None
        elif kind in ("robot", "area") and pack.claim is None:
            shelves = self._available.setdefault(pack.gtin, {})
            insort(shelves.setdefault(pack.account, []), (pack.expiry, pack.pack_id))
            self.fresh[(pack.gtin, pack.account)] = None

    def _unindex(self, pack: Pack) -> None:
        kind, _, name = pack.account.partition(":")
        if kind == "input":
            self._at_input[name].pop(pack.pack_id, None)
        if kind in ("input", "goods-in"):
            self._arriving[pack.gtin] -= 1
        elif kind in ("robot", "area") and pack.hold is not None:
            self._held[pack.account].pop(pack.pack_id, None)
        elif kind in ("robot", "area") and pack.claim is None:
            shelf = self._available[pack.gtin][pack.account]
            del shelf[bisect_left(shelf, (pack.expiry, pack.pack_id))]
            self.thinned[pack.gtin] = None

    def _sum(self, account: str, pack_id: str, sign: int) -> None:
        known = self._sums.get(account)
        if known is not None:
            self._sums[account] = (known[0] + sign, known[1] + sign * pack_fingerprint(pack_id))
