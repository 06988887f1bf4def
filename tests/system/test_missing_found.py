"""A pack that stands elsewhere in its rack is missing until somebody scans the shelves, and then no more."""

from pathlib import Path

from tests.support.small_centre import START_AT, Run, Template

HOUR_S = 3600.0


def test_whoever_scans_the_shelves_settles_what_is_missing(template: Template, tmp_path: Path) -> None:
    day = Run(template, tmp_path, repairs=False)
    world = day.world
    try:
        _, outputs = world.centre.inject("R1", world.now, cause="wrong_record", severity=1.0, in_s=60.0)
        world.take(outputs)
        world.run_until(START_AT + HOUR_S / 2)
        book = world.core.state.book
        missing = [pack.pack_id for pack in book.packs.values() if "missing" in (pack.hold or "")]
        assert missing
        _, outputs = world.centre.remedy("R1", "rebuild_index", "Tess", world.now)
        world.take(outputs)
        world.run_until(START_AT + HOUR_S)
        assert [pack_id for pack_id in missing if (book.packs[pack_id].hold or "")] == []
        found = {entry.subject for entry in day.store.history().journal if entry.action == "pack.found"}
        assert {f"pack:{pack_id}" for pack_id in missing} <= found
        world.run_until(START_AT + 3 * HOUR_S)
        assert (day.violations(), day.audit()) == ([], [])
    finally:
        day.close()
