"""A database holds one site, and takes each file in once."""

import asyncio
import dataclasses

import pytest

from controller.domain.errors import Conflict, StaleEpoch
from controller.engine.ports import Batch
from controller.storage.errors import RowRefused
from controller.storage.store import SqlArchive, SqlStore
from tests.contract.storage import examples

Ends = tuple[SqlStore, SqlArchive]


async def test_the_same_site_imported_twice_changes_nothing(store: SqlStore) -> None:
    before = await store.load(examples.NOW)
    opening = examples.opening(epoch=1)
    renamed = [dataclasses.replace(pack, pack_id=f"other-{pack.pack_id}") for pack in opening.packs]
    assert not await store.import_master(examples.master(), dataclasses.replace(opening, packs=renamed))
    assert await store.load(examples.NOW) == before


async def test_the_same_site_with_other_content_is_refused(store: SqlStore) -> None:
    master = examples.master()
    del master.products[1]
    with pytest.raises(Conflict, match="site pdc was imported before, with other content"):
        await store.import_master(master, examples.opening(epoch=1))


async def test_other_stock_is_other_content(store: SqlStore) -> None:
    opening = examples.opening(epoch=1)
    with pytest.raises(Conflict, match="with other content"):
        await store.import_master(examples.master(), dataclasses.replace(opening, packs=opening.packs[1:]))


async def test_a_second_site_is_refused(store: SqlStore) -> None:
    master = examples.master()
    master.site = dataclasses.replace(master.site, site="abz")
    with pytest.raises(Conflict, match="this database belongs to site pdc: use another one for site abz"):
        await store.import_master(master, examples.opening(epoch=1))


async def test_an_opening_batch_that_is_refused_leaves_no_site(both_ends: Ends) -> None:
    store, _ = both_ends
    await store.take_lease("first", now=0.0, ttl_s=30.0)
    with pytest.raises(StaleEpoch):
        await store.import_master(examples.master(), examples.opening(epoch=7))
    assert await store.load(examples.NOW) is None
    assert await store.import_master(examples.master(), examples.opening(epoch=1))


async def test_a_file_is_remembered_by_its_digest(store: SqlStore) -> None:
    await store.record_import("d1", "orders", examples.NOW)
    await store.record_import("d2", "orders", examples.NOW)
    with pytest.raises(RowRefused):
        await store.record_import("d1", "orders", examples.NOW)


async def test_of_two_imports_at_once_one_is_done(both_ends: Ends, other_store: SqlStore) -> None:
    store, _ = both_ends
    await store.take_lease("first", now=0.0, ttl_s=30.0)
    outcomes = await asyncio.gather(
        *(end.import_master(examples.master(), examples.opening(epoch=1)) for end in (store, other_store)),
    )
    assert sorted(outcomes) == [False, True]
    loaded = await store.load(examples.NOW)
    assert loaded is not None
    assert loaded.last_posting_seq == 3


async def test_what_is_set_of_a_destination_stays_and_is_no_other_site(store: SqlStore) -> None:
    lease = await store.take_lease("first", now=examples.NOW, ttl_s=30.0)
    place = dataclasses.replace(examples.master().destinations[0], least_remaining_days=30)
    await store.commit(Batch(lease.epoch, examples.NOW, destinations=[place]))
    found = await store.load(examples.NOW)
    assert found is not None
    assert {each.code: each.least_remaining_days for each in found.master.destinations} == {
        each.code: 30 if each.code == place.code else 7 for each in examples.master().destinations
    }
    assert not await store.import_master(examples.master(), examples.opening(epoch=lease.epoch))


async def test_holidays_come_with_the_first_import_and_a_second_one_changes_none(both_ends: Ends) -> None:
    store, _ = both_ends
    first = dataclasses.replace(examples.opening(epoch=0), calendar_changes=[examples.calendar_change("H-2026-12-25")])
    assert await store.import_master(examples.master(), first)
    other = dataclasses.replace(examples.opening(epoch=0), calendar_changes=[examples.calendar_change("H-2026-12-26")])
    assert not await store.import_master(examples.master(), other)
    found = await store.load(examples.NOW)
    assert found is not None
    assert [change.change_id for change in found.calendar_changes] == ["H-2026-12-25"]
