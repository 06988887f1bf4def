"""The lease: who may write. Its epoch only grows, and every commit names the epoch it was made under."""

from sqlalchemy import Connection, or_, select, update

from controller.domain.errors import StaleEpoch, StoreUnavailable
from controller.engine.ports import Lease
from controller.storage.tables import lease


def take_lease(connection: Connection, holder: str, now: float, ttl_s: float) -> Lease:
    """As Store.take_lease: one statement, so that of two takers one gets it."""
    taken = connection.execute(
        update(lease)
        .where(or_(lease.c.expires_at <= now, lease.c.holder == holder))
        .values(epoch=lease.c.epoch + 1, holder=holder, expires_at=now + ttl_s)
        .returning(lease.c.epoch)
    ).scalar_one_or_none()
    if taken is None:
        current = connection.execute(select(lease.c.holder, lease.c.expires_at)).one()
        raise StoreUnavailable(f"{current.holder} is the writer, for {current.expires_at - now:.1f} s more")
    return Lease(epoch=taken, holder=holder, expires_at=now + ttl_s)


def renew_lease(connection: Connection, held: Lease, now: float, ttl_s: float) -> Lease:
    """As Store.renew_lease. One that ran out can be renewed as long as nobody else has taken it."""
    renewed = connection.execute(
        update(lease).where(lease.c.epoch == held.epoch, lease.c.holder == held.holder).values(expires_at=now + ttl_s)
    )
    if renewed.rowcount != 1:
        raise StaleEpoch(f"epoch {held.epoch} of {held.holder} is over")
    return Lease(epoch=held.epoch, holder=held.holder, expires_at=now + ttl_s)
