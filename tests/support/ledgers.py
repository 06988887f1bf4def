"""A database in a file that holds a site and its opening stock, as `nightshift import` leaves it."""

from pathlib import Path

from controller.engine.opening import opening_batch
from controller.intake.holidays import calendar_changes
from controller.intake.site import SiteFolder
from controller.intake.stock import build_opening_packs
from controller.storage.inline import InlineSqliteStore
from controller.storage.schema import migrate


def open_ledger(database: Path, site: SiteFolder, *, now: float) -> InlineSqliteStore:
    """Migrate the database and import the site into it. AssertionError for a site with rows that were refused."""
    assert not site.refusals, site.refusals
    migrate(f"sqlite:///{database}")
    store = InlineSqliteStore(database)
    opening = opening_batch(
        build_opening_packs(site.stock),
        now=now,
        actor="test",
        source="test",
        holidays=calendar_changes(site.holidays, made_at=now, actor="test"),
    )
    store.import_master(site.master, opening)
    return store
