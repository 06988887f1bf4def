"""What the robot believes to hold: packs as they were told to it, and their places, on its own disk."""

from collections.abc import Iterable

from controller.protocol.reports import InventorySum, StockedPack, inventory_checksum, pack_fingerprint


class Inventory:
    """Pack id to location and description, with the running checksum of the contract."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[int, StockedPack]] = {}
        self._sum = 0
        self._told: InventorySum | None = None

    def __len__(self) -> int:
        return len(self._held)

    def place(self, pack_id: str) -> int | None:
        held = self._held.get(pack_id)
        return None if held is None else held[0]

    def description(self, pack_id: str) -> StockedPack | None:
        held = self._held.get(pack_id)
        return None if held is None else held[1]

    def packs(self) -> list[StockedPack]:
        return [pack for _, pack in self._held.values()]

    def places(self) -> list[tuple[str, int]]:
        return [(pack_id, location) for pack_id, (location, _) in self._held.items()]

    def on(self, locations: range) -> list[tuple[str, int]]:
        """The packs of some neighbouring locations, by location."""
        found = [(location, pack_id) for pack_id, (location, _) in self._held.items() if location in locations]
        return [(pack_id, location) for location, pack_id in sorted(found)]

    def find(self, gtin: str, batch: str, expiry: str, besides: Iterable[str]) -> str | None:
        """The id of any pack of the product, batch and expiry; None where there is none but `besides`."""
        for pack_id, (_, pack) in self._held.items():
            if pack.gtin == gtin and pack.batch == batch and pack.expiry == expiry and pack_id not in besides:
                return pack_id
        return None

    def add(self, location: int, pack: StockedPack) -> None:
        if pack.pack_id not in self._held:
            self._sum += pack_fingerprint(pack.pack_id)
        self._held[pack.pack_id] = (location, pack)
        self._told = None

    def remove(self, pack_id: str) -> StockedPack | None:
        """Forget the pack; harmless where it is not held."""
        held = self._held.pop(pack_id, None)
        if held is None:
            return None
        self._sum -= pack_fingerprint(pack_id)
        self._told = None
        return held[1]

    def summary(self) -> InventorySum:
        if self._told is None:
            self._told = InventorySum(packs=len(self._held), checksum=inventory_checksum(self._sum))
        return self._told
