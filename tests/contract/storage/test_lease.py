"""One writer at a time, and each with a higher epoch than the one before."""

import asyncio

import pytest

from controller.domain.errors import StaleEpoch, StoreUnavailable
from controller.engine.ports import Lease
from controller.storage.store import SqlArchive, SqlStore

Ends = tuple[SqlStore, SqlArchive]


async def test_epochs_count_up(both_ends: Ends) -> None:
    store, _ = both_ends
    assert await store.take_lease("A", now=100.0, ttl_s=10.0) == Lease(1, "A", 110.0)
    assert await store.take_lease("A", now=101.0, ttl_s=10.0) == Lease(2, "A", 111.0)


async def test_another_holder_waits_until_the_lease_is_over(both_ends: Ends, other_store: SqlStore) -> None:
    store, _ = both_ends
    await store.take_lease("A", now=100.0, ttl_s=10.0)
    with pytest.raises(StoreUnavailable, match=r"A is the writer, for 0\.5 s more"):
        await other_store.take_lease("B", now=109.5, ttl_s=10.0)
    assert await other_store.take_lease("B", now=110.0, ttl_s=10.0) == Lease(2, "B", 120.0)


async def test_a_lease_is_renewed_by_its_holder(both_ends: Ends, other_store: SqlStore) -> None:
    store, _ = both_ends
    lease = await store.take_lease("A", now=100.0, ttl_s=10.0)
    assert await store.renew_lease(lease, now=109.0, ttl_s=10.0) == Lease(1, "A", 119.0)
    with pytest.raises(StoreUnavailable):
        await other_store.take_lease("B", now=118.0, ttl_s=10.0)


async def test_a_lease_that_ran_out_is_renewed_where_nobody_took_it(both_ends: Ends) -> None:
    store, _ = both_ends
    lease = await store.take_lease("A", now=100.0, ttl_s=10.0)
    assert (await store.renew_lease(lease, now=200.0, ttl_s=10.0)).epoch == 1


async def test_a_lease_that_was_taken_cannot_be_renewed(both_ends: Ends, other_store: SqlStore) -> None:
    store, _ = both_ends
    lease = await store.take_lease("A", now=100.0, ttl_s=10.0)
    await other_store.take_lease("B", now=110.0, ttl_s=10.0)
    with pytest.raises(StaleEpoch):
        await store.renew_lease(lease, now=111.0, ttl_s=10.0)


async def test_of_two_takers_one_gets_it(both_ends: Ends, other_store: SqlStore) -> None:
    store, _ = both_ends
    outcomes = await asyncio.gather(
        store.take_lease("A", now=100.0, ttl_s=10.0),
        other_store.take_lease("B", now=100.0, ttl_s=10.0),
        return_exceptions=True,
    )
    assert {type(outcome) for outcome in outcomes} == {Lease, StoreUnavailable}
