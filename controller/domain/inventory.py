"""The checksum by which a robot's inventory is compared with the ledger.

The robot contract defines it; it is written here a second time because the rules of the centre do not import the
wire. A test holds the two together.
"""

import hashlib


def pack_fingerprint(pack_id: str) -> int:
    """The 64-bit BLAKE2b digest of the pack id."""
    return int.from_bytes(hashlib.blake2b(pack_id.encode(), digest_size=8).digest(), "big")


def checksum_of(fingerprint_sum: int) -> str:
    """The checksum from the sum of the fingerprints: modulo 2^64, as 16 hex digits."""
    return f"{fingerprint_sum % 2**64:016x}"
