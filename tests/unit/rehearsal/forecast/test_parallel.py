import os

import pytest

from controller.rehearsal.forecast.parallel import RunLost, map_forked


def test_results_come_in_the_order_of_the_values() -> None:
    assert map_forked(lambda value: value * value, list(range(9)), 2) == [value * value for value in range(9)]


def test_a_large_result_comes_whole() -> None:
    assert [len(found) for found in map_forked(lambda size: b"x" * size, [1 << 20, 3], 2)] == [1 << 20, 3]


def test_a_run_that_dies_is_told() -> None:
    def die(value: int) -> int:
        if value == 2:
            os.kill(os.getpid(), 9)
        return value

    with pytest.raises(RunLost, match="status -9"):
        map_forked(die, [1, 2, 3, 4], 2)


def test_a_run_that_fails_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RunLost, match="status 1"):
        map_forked(lambda value: 1 // value, [0], 1)
    assert "ZeroDivisionError" in capfd.readouterr().err
