"""The database, seen from the one writer."""

from dataclasses import dataclass
from typing import Protocol

from controller.engine.ports.batch import Batch
from controller.engine.ports.working_set import WorkingSet


@dataclass(frozen=True, slots=True)
class Lease:
    epoch: int
    holder: str
    expires_at: float


class Store(Protocol):
    """The database, seen from the loop. One writer."""

    async def take_lease(self, holder: str, now: float, ttl_s: float) -> Lease:
        """Become the writer: the epoch grows by one. StoreUnavailable where another holder's lease still runs."""
        ...

    async def renew_lease(self, lease: Lease, now: float, ttl_s: float) -> Lease:
        """StaleEpoch where somebody else has taken it."""
        ...

    async def load(self, now: float) -> WorkingSet | None:
        """None where no site has been imported yet."""
        ...

    async def commit(self, batch: Batch) -> None:
        """All or nothing, durable when it returns. StaleEpoch, StoreUnavailable."""
        ...

    async def close(self) -> None: ...
