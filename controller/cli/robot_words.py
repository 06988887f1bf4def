"""States of robots in words that people use."""

_TRUST = {
    "ready": "answers",
    "silent": "is silent",
    "gone": "is gone from the network",
    "greeting": "is being greeted",
    "unknown": "was not heard yet",
    "quarantined": "is not confirmed: its command journal is not the one we knew",
}
_PACKML = {
    1: "clearing", 2: "stopped", 3: "starting", 4: "idle", 5: "suspended", 6: "working", 7: "stopping", 8: "aborting",
    9: "aborted", 10: "holding", 11: "held", 12: "unholding", 13: "suspending", 14: "unsuspending", 15: "resetting",
    16: "completing", 17: "complete",
}  # fmt: skip
"""PackTags v3."""


def contact(trust: str) -> str:
    """Whether and how the robot is heard."""
    return _TRUST.get(trust, trust)


def machine_state(packml: int) -> str:
    """The PackML state by its name; what has none by its number."""
    return _PACKML.get(packml, f"in PackML state {packml}")
