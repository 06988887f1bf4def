"""`nightshift migrate`: bring the database to the form that this version needs."""

from controller.bootstrap import migrate_database
from controller.cli.output import out
from controller.settings import load_settings


def migrate() -> None:
    """Create or upgrade the tables of NIGHTSHIFT_DATABASE_URL. Does nothing where they are up to date."""
    done = migrate_database(load_settings().database_url)
    if done.before == done.after:
        out.print(f"The database is up to date (revision {done.after}).")
    else:
        out.print(f"The database is now at revision {done.after} (it was {done.before or 'empty'}).")
