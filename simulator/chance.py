"""Everything random in the simulator, from one seed (the only caller of `random` here)."""

import hashlib
from random import Random

__all__ = ["Chance", "Random"]


class Chance:
    """Named streams of one seed: a draw in one stream never changes what another stream gives."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def stream(self, name: str) -> Random:
        """A fresh generator; the same seed and name give the same draws in every process."""
        digest = hashlib.sha256(f"{self._seed}/{name}".encode()).digest()
        return Random(int.from_bytes(digest, "big"))
