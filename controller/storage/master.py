"""What a site folder says of the centre itself, and which files have been taken in."""

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, insert, select

from controller.domain.errors import Conflict
from controller.domain.product import Product, Zone
from controller.domain.site import DeliveryRun, Destination, ManualArea, RobotPlace, Site, StockListLine
from controller.engine.ports import Batch, MasterData
from controller.storage import tables
from controller.storage.rows import Row, destination_row
from controller.storage.writing import write_batch


def import_master(connection: Connection, master: MasterData, batch: Batch) -> bool:
    """Write the site and its opening batch; False where the very same were written before, and nothing is.

    Conflict where the database belongs to another site, or to this one with other content.
    """
    digest = content_digest(master, batch)
    # Of two imports at once the second waits here, and then finds the first.
    connection.execute(select(tables.lease.c.row).with_for_update())
    if is_imported(connection, digest):
        return False
    owner = connection.execute(select(tables.site.c.site)).scalar_one_or_none()
    if owner == master.site.site:
        raise Conflict(f"site {owner} was imported before, with other content: use a new database for this folder")
    if owner is not None:
        raise Conflict(f"this database belongs to site {owner}: use another one for site {master.site.site}")
    place = master.site
    _insert(connection, tables.site, [(place.site, place.name, place.timezone, place.collation_places)])
    _insert(connection, tables.robot_places, _numbered((r.robot, r.kind, r.capacity_packs) for r in master.site.robots))
    _insert(connection, tables.manual_areas, _numbered((area.area, area.zone) for area in master.site.areas))
    _insert(connection, tables.products, [_product_row(product) for product in master.products])
    _insert(
        connection,
        tables.destinations,
        [destination_row(each) for each in master.destinations],
    )
    _insert(
        connection,
        tables.runs,
        [(run.run, run.hospital, run.weekdays, run.cutoff_local, run.departure_local) for run in master.runs],
    )
    _insert(
        connection,
        tables.stock_lists,
        [(line.destination, line.gtin, line.topup_weekday, line.low, line.high) for line in master.stock_lists],
    )
    record_import(connection, digest, "site", batch.at)
    write_batch(connection, batch)
    return True


def content_digest(master: MasterData, batch: Batch) -> str:
    """SHA-256 over the master data and the opening stock, whatever ids its packs were given."""
    stock = sorted((pack.gtin, pack.batch, pack.expiry.isoformat(), pack.account) for pack in batch.packs)
    return hashlib.sha256(msgspec.json.encode((master, stock))).hexdigest()


def is_imported(connection: Connection, digest: str) -> bool:
    """Whether a file or site with this digest was taken in before."""
    imports = tables.imports
    return connection.execute(select(imports.c.at).where(imports.c.digest == digest)).first() is not None


def record_import(connection: Connection, digest: str, kind: str, at: float) -> None:
    """Remember a file or site by its digest; an integrity error of the driver where it is known already."""
    _insert(connection, tables.imports, [(digest, kind, at)])


def read_master(connection: Connection) -> MasterData | None:
    """None where no site was imported. Lists come sorted by their keys, robots and areas as the site had them."""
    head = connection.execute(select(tables.site)).one_or_none()
    if head is None:
        return None
    site = Site(
        site=head.site,
        name=head.name,
        timezone=head.timezone,
        robots=tuple(
            RobotPlace(robot, Zone(kind), capacity)
            for robot, kind, capacity, _ in _rows(connection, tables.robot_places, "position")
        ),
        areas=tuple(
            ManualArea(area, Zone(zone)) for area, zone, _ in _rows(connection, tables.manual_areas, "position")
        ),
        collation_places=head.collation_places,
    )
    return MasterData(
        site=site,
        products=[_product_of(row) for row in _rows(connection, tables.products, "gtin")],
        destinations=[Destination(*row) for row in _rows(connection, tables.destinations, "code")],
        runs=[DeliveryRun(*row) for row in _rows(connection, tables.runs, "run")],
        stock_lists=[
            StockListLine(destination, gtin, low, high, weekday)
            for destination, gtin, weekday, low, high in _rows(
                connection, tables.stock_lists, "destination", "gtin", "topup_weekday"
            )
        ],
    )


def _product_row(product: Product) -> Row:
    return (
        product.gtin,
        product.dmd_code,
        product.name,
        product.zone,
        product.robot_storable,
        product.width_mm,
        product.depth_mm,
        product.height_mm,
        product.mass_g,
        product.has_datamatrix,
    )


def _product_of(row: Any) -> Product:
    gtin, dmd_code, name, zone, robot_storable, width_mm, depth_mm, height_mm, mass_g, has_datamatrix = row
    return Product(
        gtin, dmd_code, name, Zone(zone), robot_storable, width_mm, depth_mm, height_mm, mass_g, has_datamatrix
    )


def _numbered(rows: Iterable[Row]) -> list[Row]:
    return [(*row, position) for position, row in enumerate(rows)]


def _insert(connection: Connection, table: Table, rows: list[Row]) -> None:
    if rows:
        names = [column.name for column in table.columns]
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def _rows(connection: Connection, table: Table, *order: str) -> Iterable[Any]:
    return connection.execute(select(table).order_by(*(table.c[name] for name in order))).fetchall()
