"""How much one robot may say (RC-27): a token bucket each, so that a flood costs the others nothing."""

from dataclasses import dataclass, field

MESSAGES_PER_S = 200.0
"""Nine robots send fewer than 100 messages a second together (STACK.md)."""
MESSAGE_BURST = 1000.0
"""A robot that comes back repeats up to 4096 events; they are spread by its own repetition."""
POISON_PER_S = 1.0
"""Each one is kept, with up to 4 KiB: a robot that only talks nonsense must not fill the database."""
POISON_BURST = 50.0
COMPLAINT_INTERVAL_S = 60.0
MAX_ROBOTS = 256
"""Names beyond these share one bucket: a made-up name in each topic must not cost memory."""
_OTHERS = ""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at_s: float
    dropped: int = 0
    complained_at_s: float | None = None


@dataclass(slots=True)
class FloodGate:
    """Counts and complains of what it turns away. Times are seconds of one monotonic clock, in real time."""

    noun: str = "messages"
    per_s: float = MESSAGES_PER_S
    """Sustained, for each robot."""
    burst: float = MESSAGE_BURST
    dropped: int = 0
    """Messages turned away, of all robots together."""
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def admits(self, robot: str, now_s: float) -> bool:
        """Whether one more message of `robot` may pass now."""
        bucket = self._bucket(robot, now_s)
        bucket.tokens = min(self.burst, bucket.tokens + (now_s - bucket.filled_at_s) * self.per_s)
        bucket.filled_at_s = now_s
        if bucket.tokens >= 1.0:
            bucket.tokens -= 1.0
            return True
        bucket.dropped += 1
        self.dropped += 1
        return False

    def complaint(self, robot: str, now_s: float) -> str | None:
        """What to tell the engine after a message was turned away: at most one complaint of a robot a minute."""
        bucket = self._bucket(robot, now_s)
        if bucket.complained_at_s is not None and now_s - bucket.complained_at_s < COMPLAINT_INTERVAL_S:
            return None
        bucket.complained_at_s = now_s
        return f"flooding: more than {self.per_s:g} {self.noun} a second; {bucket.dropped} dropped so far"

    def _bucket(self, robot: str, now_s: float) -> _Bucket:
        bucket = self._buckets.get(robot)
        if bucket is None:
            if len(self._buckets) >= MAX_ROBOTS and robot != _OTHERS:
                return self._bucket(_OTHERS, now_s)
            bucket = self._buckets[robot] = _Bucket(self.burst, now_s)
        return bucket
