"""What a pack is held for: one reason over another, and each is lifted by itself.

A pack may be missing, recalled and too warm at once. That somebody has found it lifts the first of these alone.
"""

OVER = "; over: "
"""Between a reason and the one below it. In the words of a person it makes one reason more, which holds as well."""


def reasons(hold: str | None) -> tuple[str, ...]:
    """All that a pack is held for, the gravest first."""
    return () if hold is None else tuple(hold.split(OVER))


def together(all_reasons: tuple[str, ...]) -> str | None:
    """The hold of a pack that is held for all of these; None where it is for nothing."""
    return OVER.join(all_reasons) or None


def is_for(hold: str | None, *beginnings: str) -> bool:
    """Whether a reason of the hold begins with one of these."""
    return any(reason.startswith(beginnings) for reason in reasons(hold))


def without(hold: str | None, *beginnings: str) -> str | None:
    """What is left of the hold once every reason that begins with one of these is lifted."""
    return together(tuple(reason for reason in reasons(hold) if not reason.startswith(beginnings)))
