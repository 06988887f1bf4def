"""A recall in the middle of a rehearsed day: nothing of the batch leaves any more, and all else goes on."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from controller.domain.disposal import Ending
from controller.domain.recall import SentPack
from controller.engine import actions as act
from controller.engine import holds
from controller.storage import tracing
from controller.storage.connections import open_reader
from tests.support.small_centre import ORDERS, START_AT, Run, Template, gtin

BATCH = "OLD0"
"""Of the product that most orders want; three packs in each robot."""
PRODUCT = gtin(0)
HOUR_S = 3600.0


def recalled_day(template: Template, folder: Path, at_s: float) -> tuple[list[str], list[str], int]:
    """What the checks find, the packs of the batch that left after the recall, and how many of it were blocked."""
    run = Run(template, folder, seed=3)
    try:
        run.world.run_until(START_AT + at_s)
        run.world.submit(act.StartRecall(PRODUCT, BATCH, 1, "glass in the pack", "Ann"))
        run.finish(until_at=START_AT + 10 * 3600.0)
        history = run.store.history()
        left = [
            posting.pack_id
            for posting in history.postings
            if (posting.gtin, posting.batch) == (PRODUCT, BATCH)
            and posting.to_account.startswith("dispatched:")
            and posting.at > START_AT + at_s
        ]
        findings = [f"{found.invariant}: {found.detail}" for found in run.violations()] + run.audit()
        findings += [
            f"order {reference} is {run.statuses.get(reference)}"
            for _, reference, _, _ in ORDERS
            if run.statuses.get(reference) not in ("dispatched", "short")
        ]
        (recall,) = run.world.core.state.recalls.values()
        return findings, left, recall.blocked_packs
    finally:
        run.close()


@pytest.mark.parametrize("at_s", [150.0, 600.0, 5400.0], ids=["while they are picked", "in totes", "checked"])
def test_after_a_recall_no_pack_of_the_batch_leaves_and_every_order_is_served(
    template: Template, tmp_path: Path, at_s: float
) -> None:
    findings, left, blocked = recalled_day(template, tmp_path, at_s)
    assert (findings, left) == ([], [])
    assert blocked > 0


@pytest.mark.parametrize(
    ("product", "at_s", "ends"),
    [(0, 600.0, {"written-off"}), (2, 8400.0, {"written-off", "dispatched"})],
    ids=["in totes", "after the first van"],
)
def test_one_decision_takes_the_batch_to_its_end_and_the_close_accounts_for_every_pack(
    template: Template, tmp_path: Path, product: int, at_s: float, ends: set[str]
) -> None:
    lot = (gtin(product), f"OLD{product}")
    run = Run(template, tmp_path, seed=3)
    try:
        world = run.world
        world.run_until(START_AT + at_s)
        world.submit(act.StartRecall(*lot, 1, "glass in the pack", "Ann"))
        world.run_until(START_AT + at_s + 600.0)
        (recall,) = world.core.state.recalls.values()
        world.submit(act.DisposeRecalled(recall.recall_id, Ending.RETURNED, "as the company asks", "Ann"))
        run.finish(until_at=START_AT + 10 * HOUR_S)
        world.run_until(START_AT + 12 * HOUR_S)
        step = world.core.step(
            [act.Submission(act.CloseRecall(recall.recall_id, "all told", "Ann"))], world.now, world.now
        )
        history = run.store.history()
        sent = asyncio.run(_sent(tmp_path, *lot))
        findings = [f"{found.invariant}: {found.detail}" for found in run.violations()] + run.audit()
        machines = [robot.machine for robot in world.centre.robots.values()]
    finally:
        run.close()
    assert findings == []
    (answer,) = step.answers
    assert isinstance(answer, dict)
    assert answer["not_accounted_for"] == []
    packs = [pack for pack in history.packs if (pack.gtin, pack.batch) == lot]
    assert {pack.account.partition(":")[0] for pack in packs} == ends
    assert {each.destination for each in sent} == ({"GGH-WA1"} if "dispatched" in ends else set())
    assert all(each.sent_at < START_AT + at_s for each in sent), "what is listed left before it was known"
    assert not [pack for machine in machines for pack in machine.shelved.values() if (pack.gtin, pack.batch) == lot]
    gone = [entry for entry in history.journal if entry.action == "stock.disposed"]
    assert {entry.data["ending"] for entry in gone} == {"returned"}
    assert len(gone) + len(sent) == len(packs)


async def _sent(folder: Path, product: str, batch: str) -> Sequence[SentPack]:
    """Who got the batch, as the API lists it."""
    reader = open_reader(f"sqlite:///{folder / 'ledger.sqlite'}")
    try:
        return await reader.run(lambda connection: tracing.sent(connection, product, batch))
    finally:
        await reader.close()


def test_without_the_hold_packs_of_the_batch_leave(
    template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ablation: what the test above looks for does happen."""

    def nothing(turn: object, packs: object, reason: str, *, instead: bool = False) -> list[object]:
        return []

    monkeypatch.setattr(holds, "block", nothing)
    _, left, _ = recalled_day(template, tmp_path, 150.0)
    assert left
