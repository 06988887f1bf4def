"""Whole hours or days since the epoch, in SQL: the two databases round a number to an integer differently."""

from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Whole(FunctionElement[int]):
    """The whole part of a number that is not negative."""

    type = BigInteger()
    inherit_cache = True


def whole_periods(at: Column[Any], length_s: float) -> ColumnElement[int]:
    """How many whole periods of `length_s` have passed since the epoch at the moments of the column."""
    return _Whole(at / literal(length_s))


@compiles(_Whole, "sqlite")
def _sqlite(element: _Whole, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS INTEGER)"


@compiles(_Whole, "postgresql")
def _postgresql(element: _Whole, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(floor({compiler.process(element.clauses, **options)}) AS BIGINT)"
