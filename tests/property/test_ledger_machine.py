"""The stock book against a naive model of it, over whatever sequence of calls Hypothesis thinks of."""

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from controller.domain.errors import StockRefused
from controller.domain.pack import Pack
from controller.ledger import fefo
from controller.ledger.book import Book

GTINS = ("05000000000012", "05000000000029")
SHELVES = ("robot:R1", "robot:R2", "area:A")
ACCOUNTS = (
    *SHELVES, "goods-in", "input:R1", "input:R2", "tote:T1-1", "quarantine", "written-off", "dispatched:W1", "supplier",
)  # fmt: skip
NEXT = {
    "supplier": {"goods-in", "robot", "area"},
    "goods-in": {"input", "area", "quarantine", "written-off"},
    "input": {"robot", "goods-in", "quarantine", "written-off"},
    "robot": {"tote", "quarantine", "written-off", "robot"},
    "area": {"tote", "quarantine", "written-off"},
    "tote": {"dispatched", "quarantine"},
    "quarantine": {"goods-in", "written-off"},
    "written-off": set[str](),
    "dispatched": set[str](),
}
DAYS = st.integers(0, 90).map(lambda days: date(2027, 1, 1) + timedelta(days=days))


class Known:
    """What the model keeps of a pack: nothing is indexed, everything is looked for."""

    def __init__(self, gtin: str, expiry: date, account: str) -> None:
        self.gtin = gtin
        self.expiry = expiry
        self.account = account
        self.claim: str | None = None
        self.hold = False

    @property
    def free(self) -> bool:
        return self.account in SHELVES and self.claim is None and not self.hold


class BookMachine(RuleBasedStateMachine):
    packs = Bundle("packs")

    @initialize()
    def begin(self) -> None:
        self.book = Book()
        self.model: dict[str, Known] = {}
        self.promised = dict.fromkeys(GTINS, 0)
        self.moves = 0

    @rule(target=packs, gtin=st.sampled_from(GTINS), expiry=DAYS, account=st.sampled_from((*SHELVES, "goods-in")))
    def receive(self, gtin: str, expiry: date, account: str) -> str:
        pack_id = f"P{len(self.model):03d}"
        pack = Pack(pack_id, gtin, "B", expiry, account)
        self.book.receive(pack, source="supplier", at=0.0, reason="delivered", reference="DN")
        self.model[pack_id] = Known(gtin, expiry, account)
        self.moves += 1
        return pack_id

    @rule(pack_id=packs)
    def receive_again(self, pack_id: str) -> None:
        pack = Pack(pack_id, GTINS[0], "B", date(2027, 1, 1), "robot:R1")
        assert _refused(
            lambda: self.book.receive(pack, source="supplier", at=0.0, reason="delivered", reference="DN"),
        )

    @rule(pack_id=packs, account=st.sampled_from(ACCOUNTS))
    def post(self, pack_id: str, account: str) -> None:
        known = self.model[pack_id]
        legal = account.partition(":")[0] in NEXT[known.account.partition(":")[0]]
        refused = _refused(lambda: self.book.post(pack_id, account, at=0.0, reason="moved", reference="X"))
        assert refused != legal
        if legal:
            known.account = account
            self.moves += 1

    @rule(pack_id=packs, day=DAYS)
    def claim(self, pack_id: str, day: date) -> None:
        known = self.model[pack_id]
        may = known.free and known.expiry > day
        assert _refused(lambda: self.book.claim(pack_id, "C1", expires_after=day)) != may
        if may:
            known.claim = "C1"

    @rule(pack_id=packs)
    def bind_arriving(self, pack_id: str) -> None:
        known = self.model[pack_id]
        arriving = known.account.partition(":")[0] in ("goods-in", "input")
        may = arriving and known.claim is None and not known.hold
        assert _refused(lambda: self.book.bind_arriving(pack_id, "W1")) != may
        if may:
            known.claim = "W1"

    @rule(pack_id=packs)
    def unclaim(self, pack_id: str) -> None:
        self.book.unclaim(pack_id)
        self.model[pack_id].claim = None

    @rule(pack_id=packs, held=st.booleans())
    def hold_or_release(self, pack_id: str, held: bool) -> None:
        if held:
            self.book.hold(pack_id, "recall")
        else:
            self.book.release(pack_id)
        self.model[pack_id].hold = held

    @rule(gtin=st.sampled_from(GTINS), packs=st.integers(-4, 4))
    def reserve(self, gtin: str, packs: int) -> None:
        may = self.promised[gtin] + packs >= 0
        assert _refused(lambda: self.book.reserve(gtin, packs)) != may
        if may:
            self.promised[gtin] += packs

    @rule(
        gtin=st.sampled_from(GTINS),
        account=st.sampled_from(SHELVES),
        day=DAYS,
        limit=st.integers(1, 4),
        down=st.sets(st.sampled_from(SHELVES)),
    )
    def choose(self, gtin: str, account: str, day: date, limit: int, down: set[str]) -> None:
        chosen = fefo.choose(
            self.book, gtin, account, limit, expires_after=day, in_service=lambda other: other not in down
        )
        usable = sorted(
            (known.expiry, pack_id, known.account)
            for pack_id, known in self.model.items()
            if known.free and known.gtin == gtin and known.expiry > day
        )
        others = [expiry for expiry, _, place in usable if place != account and place not in down]
        expected = [
            pack_id
            for expiry, pack_id, place in usable
            if place == account and all(expiry - other <= timedelta(days=30) for other in others)
        ]
        assert [choice.pack_id for choice in chosen] == expected[:limit]
        for choice in chosen:
            older = [pack_id for expiry, pack_id, place in usable if expiry < self.model[choice.pack_id].expiry]
            passed_over = [pack_id for pack_id in older if self.model[pack_id].account != account]
            assert (choice.older_pack_id in passed_over) if passed_over else choice.older_pack_id is None

    @invariant()
    def every_account_has_what_the_model_has(self) -> None:
        here: dict[str, int] = {}
        for known in self.model.values():
            here[known.account] = here.get(known.account, 0) + 1
        balances = {account: packs for account, packs in self.book.balances.items() if packs and account != "supplier"}
        assert balances == here
        assert sum(self.book.balances.values()) == 0
        assert self.book.posting_seq == len(self.book.postings) == self.moves

    @invariant()
    def what_is_available_is_free(self) -> None:
        for gtin in GTINS:
            for account in SHELVES:
                expected = sorted(
                    (known.expiry, pack_id)
                    for pack_id, known in self.model.items()
                    if known.free and known.gtin == gtin and known.account == account
                )
                assert self.book.shelf(gtin, account) == expected
            for day in (date(2026, 12, 31), date(2027, 2, 14)):
                expected_packs = sum(
                    known.free and known.gtin == gtin and known.expiry > day for known in self.model.values()
                )
                assert self.book.available(gtin, day) == expected_packs

    @invariant()
    def belts_and_promises_agree(self) -> None:
        for robot in ("R1", "R2"):
            there = {pack_id for pack_id, known in self.model.items() if known.account == f"input:{robot}"}
            assert set(self.book.at_input(robot)) == there
        assert {gtin: self.book.reserved.get(gtin, 0) for gtin in GTINS} == self.promised


def _refused(call: Callable[[], object]) -> bool:
    try:
        call()
    except StockRefused:
        return True
    return False


TestBook = BookMachine.TestCase
TestBook.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
