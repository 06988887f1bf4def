"""Where packs went: who got a batch, what was taken from a place, what is held until somebody decides."""

from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from controller.domain.disposal import DISPOSED, NOT_FOUND
from controller.domain.hold import OVER
from controller.domain.pack import DISPATCHED_WITH, MISSING, Pack, dispatched_account, tote_account
from controller.domain.quarantine import HELD_FOR, QuarantinedLot, TakenPack
from controller.domain.recall import SentPack
from controller.storage import entities, tables
from controller.storage.hourly import first_seq

_DISPATCHED, _TOTE = dispatched_account(""), tote_account("")


def sent(connection: Connection, gtin: str, batch: str) -> list[SentPack]:
    """By destination and time. From the batch's packs to their last postings: a year of others costs nothing."""
    pack, posting, tote = tables.packs.c, tables.postings.c, tables.totes.c
    left = tables.packs.join(
        tables.postings, and_(posting.pack_id == pack.pack_id, posting.to_account == pack.account)
    ).outerjoin(tables.totes, tote.tote_id == posting.reference)
    query = (
        select(pack.pack_id, pack.account, posting.at, posting.reason, posting.reference, tote.order_ref)
        .select_from(left)
        .where(pack.gtin == gtin, pack.batch == batch, pack.account.startswith(_DISPATCHED))
        .order_by(pack.account, posting.seq)
    )
    return [_sent_pack(row) for row in connection.execute(query)]


def taken(connection: Connection, account: str, since: float) -> list[TakenPack]:
    """Into totes, in order. Reads all postings since then: meant for hours, not for months."""
    pack, posting, tote = tables.packs.c, tables.postings.c, tables.totes.c
    moved = tables.postings.join(tables.packs, pack.pack_id == posting.pack_id).outerjoin(
        tables.totes, tote.tote_id == func.substr(posting.to_account, len(_TOTE) + 1)
    )
    query = (
        select(pack.pack_id, pack.gtin, pack.batch, posting.at, tote.tote_id, tote.order_ref, pack.account)
        .select_from(moved)
        .where(
            posting.seq >= first_seq(connection, since),
            posting.from_account == account,
            posting.to_account.startswith(_TOTE),
        )
        .order_by(posting.seq)
    )
    return [
        TakenPack(row.pack_id, row.gtin, row.batch, row.at, row.tote_id or "", row.order_ref or "", row.account)
        for row in connection.execute(query)
    ]


def left_from(connection: Connection, account: str, since: float, until: float) -> list[SentPack]:
    """Taken from the account from `since` on and gone from the centre by `until`; by destination and time."""
    pack, taken_out, tote = tables.packs.c, tables.postings.alias("taken_out"), tables.totes.c
    gone = tables.postings.alias("gone")
    moved = (
        taken_out.join(tables.packs, pack.pack_id == taken_out.c.pack_id)
        .join(gone, and_(gone.c.pack_id == pack.pack_id, gone.c.to_account == pack.account))
        .outerjoin(tables.totes, tote.tote_id == gone.c.reference)
    )
    query = (
        select(pack.pack_id, pack.account, gone.c.at, gone.c.reason, gone.c.reference, tote.order_ref)
        .distinct()
        .select_from(moved)
        .where(
            taken_out.c.seq >= first_seq(connection, since),
            taken_out.c.from_account == account,
            pack.account.startswith(_DISPATCHED),
            gone.c.at <= until,
        )
        .order_by(pack.account, gone.c.at, pack.pack_id)
    )
    return [_sent_pack(row) for row in connection.execute(query)]


def missing(connection: Connection, limit: int) -> list[Pack]:
    """By place: packs that were not where the books have them, and that nobody has found or written off."""
    pack = tables.packs.c
    besides = pack.hold.like(f"%{OVER}{MISSING}%")
    lost = or_(pack.hold.startswith(MISSING), besides, pack.hold.like(f"{DISPOSED}%: {NOT_FOUND}%"))
    query = select(tables.packs).where(pack.present, lost).order_by(pack.account, pack.pack_id).limit(limit)
    return [entities.pack_of(row) for row in connection.execute(query)]


def quarantined(connection: Connection) -> list[QuarantinedLot]:
    """By case, product, batch and place."""
    pack = tables.packs.c
    lot = (pack.hold, pack.gtin, pack.batch, pack.account)
    query = (
        select(*lot, func.count().label("packs"))
        .where(pack.present, pack.hold.startswith(HELD_FOR))
        .group_by(*lot)
        .order_by(*lot)
    )
    return [QuarantinedLot.of(*row) for row in connection.execute(query)]


def _sent_pack(row: Any) -> SentPack:
    return SentPack(
        pack_id=row.pack_id,
        destination=row.account.removeprefix(_DISPATCHED),
        order_ref=row.order_ref or "",
        tote_id=row.reference,
        sent_at=row.at,
        carrier=row.reason.removeprefix(DISPATCHED_WITH),
    )
