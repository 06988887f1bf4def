"""Hypothesis strategies for the messages of the contract, built from their types and bounds."""

from typing import Any

import msgspec
from hypothesis import strategies as st

LONGEST = 4
"""Tuples and dicts are kept short: a bound of 512 is the table's business, not chance's."""


def messages(message_type: Any) -> st.SearchStrategy[Any]:
    """Any value that the decoder of this type accepts."""
    return _strategy(msgspec.inspect.type_info(message_type))


def _strategy(info: msgspec.inspect.Type) -> st.SearchStrategy[Any]:
    match info:
        case msgspec.inspect.Metadata(type=inner):
            return _strategy(inner)
        case msgspec.inspect.StructType(cls=cls, fields=fields):
            return st.builds(cls, **{field.name: _strategy(field.type) for field in fields})
        case msgspec.inspect.UnionType(types=types):
            return st.one_of([_strategy(each) for each in types])
        case msgspec.inspect.StrType(pattern=pattern, max_length=longest):
            return _texts(pattern, longest)
        case msgspec.inspect.IntType(ge=low, le=high):
            return st.integers(low, high)
        case msgspec.inspect.FloatType(ge=low, le=high):
            return st.floats(low, high, allow_nan=False, allow_infinity=False)
        case msgspec.inspect.EnumType(cls=enum):
            return st.sampled_from(enum)
        case msgspec.inspect.VarTupleType(item_type=item, min_length=shortest):
            return st.lists(_strategy(item), min_size=shortest or 0, max_size=LONGEST).map(tuple)
        case msgspec.inspect.DictType(key_type=key, value_type=value):
            return st.dictionaries(_strategy(key), _strategy(value), max_size=LONGEST)
        case msgspec.inspect.BoolType():
            return st.booleans()
        case msgspec.inspect.NoneType():
            return st.none()
        case other:
            raise TypeError(f"no strategy for {other}")


def _texts(pattern: str | None, longest: int | None) -> st.SearchStrategy[str]:
    assert pattern is not None, "every text of the contract has a pattern"
    texts = st.from_regex(pattern, alphabet=st.characters(codec="utf-8"))
    return texts if longest is None else texts.filter(lambda text: len(text) <= longest)
