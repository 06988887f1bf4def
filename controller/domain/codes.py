"""Check digits: GTIN (GS1 General Specifications 7.9) and dm+d ids (SNOMED CT SCTID, Verhoeff 1969)."""

_D = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
"""Multiplication in the dihedral group D5."""
_SWAP = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
"""The permutation that is applied once more for each place from the right."""


def gtin_is_valid(gtin: str) -> bool:
    """Whether the text is a GTIN-14 whose last digit is the modulo-10 check digit of the others."""
    if len(gtin) != 14 or not (gtin.isascii() and gtin.isdigit()):
        return False
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(gtin))
    return weighted % 10 == 0


def sctid_is_valid(sctid: str) -> bool:
    """Whether the text is a SNOMED CT id (6 to 18 digits) whose last digit is its Verhoeff check digit."""
    if not (6 <= len(sctid) <= 18 and sctid.isascii() and sctid.isdigit()):
        return False
    check = 0
    for place, digit in enumerate(reversed(sctid)):
        value = int(digit)
        for _ in range(place % 8):
            value = _SWAP[value]
        check = _D[check][value]
    return check == 0
