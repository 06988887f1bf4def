"""`nightshift explain`: what is printed of an explanation, and what a wrong reference or a missing centre tells."""

from typing import Any

import httpx
import pytest

from controller.cli.app import run
from controller.cli.explain import fetch, show
from controller.cli.order_post import CentreUnreachable
from controller.domain.errors import NotFound

Said = pytest.CaptureFixture[str]

REASONS = {
    "in_one_sentence": "All of it.",
    "why_here": "No other place has what it took.",
    "why_now": "It still lacked 3 packs.",
    "why_not_sooner": "It had come only 40 s before.",
    "what_it_beat": "Nothing else waited for R3.",
}
FOUND: dict[str, Any] = {
    "headline": "T000173: routine order of W1 (Ward [1]), 3 packs.",
    "standing": "Of 3 packs: 3 being fetched.",
    "waits": ["1 pack waits for R5."],
    "promise": None,
    "lateness": None,
    "events": [
        {"local": "10:41", "kind": "came", "text": "Received from W1.", "reasons": None, "figures": None},
        {"local": "10:42", "kind": "given", "text": "R3 was given 3 packs.", "reasons": REASONS, "figures": "index -2"},
    ],
    "notes": ["Older reasons are gone."],
}


def answering(status: int, body: Any = None) -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: httpx.Response(status, json=body))


@pytest.mark.parametrize(
    ("full", "tour"),
    [
        (False, ["10:42  All of it."]),
        (
            True,
            [
                "10:42  R3 was given 3 packs.",
                "       No other place has what it took. It still lacked 3 packs. It had come",
                "       only 40 s before. Nothing else waited for R3.",
            ],
        ),
    ],
)
def test_the_story_is_printed_without_figures(capsys: Said, full: bool, tour: list[str]) -> None:
    show(FOUND, full=full, figures=False)
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "T000173: routine order of W1 (Ward [1]), 3 packs.",
        "Of 3 packs: 3 being fetched.",
        "1 pack waits for R5.",
        "",
        "10:41  Received from W1.",
        *tour,
        "Older reasons are gone.",
    ]


def test_a_late_order_says_why(capsys: Said) -> None:
    cause = {"text": "R3 could not work (AXX-01 Head runs behind on X), which cost 20 min."}
    also = [{"text": "It waited 5 min for somebody at CHECK."}]
    show(
        {**FOUND, "lateness": {"late_s": 720.0, "left": True, "cause": cause, "also": also}}, full=False, figures=False
    )
    assert (
        "It left 12 min late. R3 could not work (AXX-01 Head runs behind on X), which cost 20 min. It waited 5 min for "
        "somebody at CHECK."
    ) in " ".join(capsys.readouterr().out.split())


def test_figures_are_for_whoever_asks(capsys: Said) -> None:
    show(FOUND, full=False, figures=True)
    assert "       [index -2]" in capsys.readouterr().out


def test_the_address_names_the_order_whatever_is_in_its_reference() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path.decode())
        return httpx.Response(200, json=FOUND)

    assert fetch("http://centre", "T#1/2?", httpx.MockTransport(answer)) == FOUND
    assert asked == ["/api/v1/orders/T%231%2F2%3F/explanation"]


@pytest.mark.parametrize("status", [404, 422])
def test_an_unknown_order(status: int) -> None:
    with pytest.raises(
        NotFound, match=r"^The centre knows no order T9: look at the reference on the ward's request\.$"
    ):
        fetch("http://centre", "T9", answering(status))


def test_a_centre_that_cannot_answer() -> None:
    with pytest.raises(CentreUnreachable, match="answered 503"):
        fetch("http://centre", "T9", answering(503))


@pytest.mark.parametrize("words", [["order", "T1"], ["T1"]])
def test_a_centre_that_is_not_there(words: list[str], capsys: Said) -> None:
    assert run(["explain", *words, "--api", "http://127.0.0.1:1"]) == 1
    errors = " ".join(capsys.readouterr().err.split())
    assert "Nothing answers at http://127.0.0.1:1" in errors
    assert "`nightshift up`" in errors
