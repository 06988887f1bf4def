"""The live stream: nothing twice, nothing missing without a reset, and nobody slows anybody else (I18)."""

import asyncio

import pytest
from structlog.testing import capture_logs

from controller.api import stream
from controller.api.app import close
from controller.api.desk import Limits
from controller.domain.journal import JournalEntry
from tests.unit.api.conftest import Centre
from tests.unit.api.event_stream import StreamReader, following
from tests.unit.api.small_centre import entry


def write(centre: Centre, first: int, last: int) -> None:
    for seq in range(first, last + 1):
        centre.engine.write(entry(seq))


async def test_live_entries_come_as_written(centre: Centre) -> None:
    async with following(centre.app) as reader:
        write(centre, 5, 6)
        events = await reader.events(2)
    assert [(event.kind, event.id, event.data["seq"]) for event in events] == [("journal", 5, 5), ("journal", 6, 6)]
    assert events[0].data == (await centre.client.get("/api/v1/journal?after_seq=4&limit=1")).json()["items"][0]


async def test_resume_gives_what_was_missed_then_what_comes(centre: Centre) -> None:
    async with following(centre.app, last_event_id="2") as reader:
        missed = await reader.events(2)
        write(centre, 5, 5)
        live = await reader.events(1)
    assert [event.id for event in missed + live] == [3, 4, 5]


async def test_first_connection_follows_a_snapshot(centre: Centre) -> None:
    seq = (await centre.client.get("/api/v1/overview")).json()["journal_seq"]
    write(centre, 5, 5)
    async with following(centre.app, query=f"after_seq={seq}") as reader:
        assert [event.id for event in await reader.events(1)] == [5]


async def test_the_header_of_a_reconnect_wins_over_the_address(centre: Centre) -> None:
    async with following(centre.app, query="after_seq=0", last_event_id="3") as reader:
        assert [event.id for event in await reader.events(1)] == [4]


async def test_long_absence_is_replayed_over_several_pages(centre: Centre) -> None:
    write(centre, 5, 1_203)
    async with following(centre.app, last_event_id="1") as reader:
        events = await reader.events(1_202)
    assert [event.id for event in events] == list(range(2, 1_204))


async def test_entries_written_during_the_replay_come_once(centre: Centre) -> None:
    archive_journal = centre.archive.journal

    async def writing_meanwhile(*, after_seq: int = 0, limit: int = 500, subject: str | None = None) -> object:
        if after_seq == 2:
            write(centre, 5, 7)
            await asyncio.sleep(0)
        return await archive_journal(after_seq=after_seq, limit=limit, subject=subject)

    centre.archive.journal = writing_meanwhile  # type: ignore[method-assign,assignment]
    async with following(centre.app, last_event_id="2") as reader:
        events = await reader.events(5)
        write(centre, 8, 8)
        events += await reader.events(1)
    assert [event.id for event in events] == [3, 4, 5, 6, 7, 8]


class TestGap:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(replay_entries=100)

    async def test_a_gap_too_large_is_a_reset(self, centre: Centre) -> None:
        write(centre, 5, 106)
        async with following(centre.app, last_event_id="5") as reader:
            (reset,) = await reader.events(1)
            write(centre, 107, 107)
            (live,) = await reader.events(1)
        assert (reset.kind, reset.id, reset.data) == ("reset", 106, {"seq": 106, "reason": "gap"})
        assert (live.kind, live.id) == ("journal", 107)

    async def test_the_largest_gap_that_is_replayed(self, centre: Centre) -> None:
        write(centre, 5, 106)
        async with following(centre.app, last_event_id="6") as reader:
            assert [event.kind for event in await reader.events(100)] == ["journal"] * 100

    async def test_a_client_from_the_future_is_reset(self, centre: Centre) -> None:
        """The database was restored from a backup: what the client knows is not what is."""
        async with following(centre.app, last_event_id="90000") as reader:
            (reset,) = await reader.events(1)
        assert (reset.kind, reset.id) == ("reset", 4)


class TestOverflow:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(client_entries=3)

    async def test_a_slow_client_gets_a_reset_and_goes_on(self, centre: Centre) -> None:
        async with following(centre.app) as slow, following(centre.app) as quick:
            slow.takes.clear()
            write(centre, 5, 5)
            assert [event.id for event in await quick.events(1)] == [5]
            for seq in range(6, 13):
                write(centre, seq, seq)
                assert [event.id for event in await quick.events(1)] == [seq]
            slow.takes.set()
            events = await slow.events(2)
            last = events[-1].id
            write(centre, 13, 13)
            events += [event for event in await slow.events(1) if event.id > last]
        kinds = [event.kind for event in events]
        assert kinds[0] == "journal"
        assert "reset" in kinds
        ids = [event.id for event in events]
        assert ids == sorted(ids)
        assert events[kinds.index("reset")].data["reason"] == "too_slow"
        assert 13 in ids

    async def test_a_slow_hub_resets_every_client(self, centre: Centre) -> None:
        async with following(centre.app) as reader:
            (listener,) = centre.engine.listeners
            write(centre, 5, 5)
            assert [event.id for event in await reader.events(1)] == [5]
            centre.engine.listened.clear()
            listener.overflowed = True
            listener.end()
            (reset,) = await reader.events(1)
            await centre.engine.listened.wait()
            write(centre, 9, 9)
            (live,) = await reader.events(1)
        assert (reset.kind, reset.id, live.id) == ("reset", 5, 9)


class TestSilence:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(heartbeat_s=0.001)

    async def test_a_quiet_stream_shows_that_it_lives(self, centre: Centre) -> None:
        async with following(centre.app) as reader:
            assert await reader.chunk() == ": still here\n\n"
            write(centre, 5, 5)
            assert [event.id for event in await reader.events(1)] == [5]


class TestDeafClient:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(send_s=0.001)

    async def test_who_takes_nothing_is_dropped(self, centre: Centre) -> None:
        with capture_logs() as lines:
            async with following(centre.app) as deaf:
                deaf.takes.clear()
                write(centre, 5, 5)
                await deaf.connection
        assert [line["action"] for line in lines] == ["api.stream_dropped"]


class TestCrowd:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(stream_clients=1)

    async def test_as_many_clients_as_may_and_a_place_becomes_free(self, centre: Centre) -> None:
        async with following(centre.app):
            refused = StreamReader(centre.app, {}, "")
            start = await refused.message()
            assert start["status"] == 503
            assert (b"retry-after", b"2") in start["headers"]
            await refused.leave()
        async with following(centre.app):
            pass


async def test_closing_ends_every_stream(centre: Centre) -> None:
    async with following(centre.app) as one, following(centre.app) as other:
        close(centre.app)
        assert [await one.chunk(), await other.chunk()] == ["", ""]
        await asyncio.gather(one.connection, other.connection)


async def test_streams_end_with_the_engine(centre: Centre) -> None:
    async with following(centre.app) as reader:
        (listener,) = centre.engine.listeners
        listener.end()
        assert await reader.chunk() == ""
    async with following(centre.app) as late:
        assert await late.chunk() == ""


async def test_leaving_frees_the_place(centre: Centre) -> None:
    async with following(centre.app) as reader:
        await reader.leave()
    with centre.app.state.desk.hub.client() as client:
        assert client is not None
    assert centre.app.state.desk.hub._clients == set()


@pytest.mark.parametrize("last_event_id", ["", "x", "-1", "1.5", "9" * 16])
async def test_last_event_id_is_a_number(centre: Centre, last_event_id: str) -> None:
    answer = await centre.client.get("/api/v1/stream", headers={"Last-Event-ID": last_event_id})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["place"] == "header.Last-Event-ID"


async def test_each_entry_is_encoded_once_for_all(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[int] = []
    real = stream.entry_event

    def counting(of: JournalEntry) -> bytes:
        encoded.append(of.seq)
        return real(of)

    monkeypatch.setattr(stream, "entry_event", counting)
    async with following(centre.app) as one, following(centre.app) as two, following(centre.app) as three:
        write(centre, 5, 5)
        for reader in (one, two, three):
            assert [event.id for event in await reader.events(1)] == [5]
    assert encoded == [5]
