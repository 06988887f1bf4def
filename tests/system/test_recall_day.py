"""A recall in the middle of a rehearsed day: nothing of the batch leaves any more, and all else goes on."""

from pathlib import Path

import pytest

from controller.engine import actions as act
from controller.engine import holds
from tests.support.small_centre import ORDERS, START_AT, Run, Template, gtin

BATCH = "OLD0"
"""Of the product that most orders want; three packs in each robot."""
PRODUCT = gtin(0)


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


def test_without_the_hold_packs_of_the_batch_leave(
    template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ablation: what the test above looks for does happen."""

    def nothing(turn: object, packs: object, reason: str, *, instead: bool = False) -> list[object]:
        return []

    monkeypatch.setattr(holds, "block", nothing)
    _, left, _ = recalled_day(template, tmp_path, 150.0)
    assert left
