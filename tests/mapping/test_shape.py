"""Shapes: what to read, put together so that nothing is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.mapping.shape import Shape

_NAMES = st.sampled_from(["a", "b", "c"])
_COLUMNS = st.lists(_NAMES, unique=True, max_size=3).map(tuple)
SHAPES: st.SearchStrategy[Shape] = st.recursive(
    st.builds(Shape, _COLUMNS),
    lambda inner: st.builds(
        Shape,
        _COLUMNS,
        st.dictionaries(st.sampled_from(["x", "y"]), st.dictionaries(st.sampled_from(["t", "u"]), inner, max_size=2)),
    ),
    max_leaves=4,
)


def paths_of(shape: Shape) -> set[tuple[str, ...]]:
    """All that a shape reads, as paths."""
    below = {
        (column, table, *path)
        for column, tables in shape.lookups.items()
        for table, inner in tables.items()
        for path in paths_of(inner)
    }
    return {(column,) for column in shape.columns} | below


@given(SHAPES, SHAPES)
def test_a_union_reads_what_either_reads_and_nothing_else(one: Shape, other: Shape) -> None:
    assert paths_of(one.union(other)) == paths_of(one) | paths_of(other)


@given(SHAPES)
def test_a_union_with_itself_or_with_nothing_is_the_same(shape: Shape) -> None:
    assert shape.union(shape) == shape
    assert shape.union(Shape(())) == shape


@given(SHAPES, SHAPES)
def test_equal_shapes_have_equal_hashes(one: Shape, other: Shape) -> None:
    again = Shape(one.columns, dict(one.lookups))
    assert again == one
    assert hash(again) == hash(one)
    assert hash(one.union(other)) == hash(one.union(other))
