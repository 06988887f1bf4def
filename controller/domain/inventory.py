"""The checksum by which a robot's inventory is compared with the ledger.

The robot contract defines it; it is written here a second time because the rules of the centre do not import the
wire. A test holds the two together.
"""

import hashlib
from collections.abc import Iterable


def inventory_checksum(pack_ids: Iterable[str]) -> str:
    """The sum of 64-bit BLAKE2b digests of the pack ids modulo 2^64, as 16 hex digits; order does not matter."""
    total = sum(int.from_bytes(hashlib.blake2b(pack.encode(), digest_size=8).digest(), "big") for pack in pack_ids)
    return f"{total % 2**64:016x}"
