"""Two ways of doing the same, timed in turn: the ratio holds when the machine's speed drifts, the figures do not."""

import statistics
import timeit
from collections.abc import Callable

from rich.console import Console

ROUNDS = 7


def compare(console: Console, title: str, ours: Callable[[], object], baseline: Callable[[], object], per: int) -> None:
    """Print the median time of each for one of `per` things, and the median ratio baseline / ours of paired rounds."""
    ours()
    baseline()
    pairs = [(timeit.timeit(ours, number=1), timeit.timeit(baseline, number=1)) for _ in range(ROUNDS)]
    own = statistics.median(own for own, _ in pairs)
    other = statistics.median(other for _, other in pairs)
    ratio = statistics.median(other / own for own, other in pairs)
    console.print(f"{title:66} {1e6 * own / per:9.1f} µs   {1e6 * other / per:9.1f} µs   {ratio:6.2f}×")
