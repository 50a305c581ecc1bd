from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.store import keys

steady = settings(derandomize=True, deadline=None)
ALLOWED = re.compile(r"[A-Za-z0-9_.~=-]*", re.ASCII)
ANY_TEXT = st.text(st.characters(), max_size=200)
LONG_TEXT = st.text(st.sampled_from("aB/ü🙂=|"), min_size=300, max_size=1_100)


@steady
@given(ANY_TEXT | st.text(st.sampled_from("/\\#?%+=|~\x00\x7f\x9f'")))
def test_a_key_can_be_read_back_unless_it_was_too_long(text: str) -> None:
    key = keys.encode(text)

    assert keys.decode(key) == (text if "==" not in key else None)


@steady
@given(ANY_TEXT | LONG_TEXT)
def test_a_key_holds_only_harmless_characters_and_is_never_too_long(text: str) -> None:
    key = keys.encode(text)

    assert ALLOWED.fullmatch(key)
    assert len(key) <= keys.LONGEST


@steady
@given(st.lists(LONG_TEXT | ANY_TEXT, max_size=2, unique=True))
def test_different_texts_have_different_keys(texts: list[str]) -> None:
    assert len({keys.encode(text) for text in texts}) == len(texts)


@steady
@given(st.tuples(ANY_TEXT, ANY_TEXT), st.tuples(ANY_TEXT, ANY_TEXT))
def test_joined_keys_differ_when_any_part_does(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (keys.join(*one) == keys.join(*other)) == (one == other)
    assert (keys.digest(*one) == keys.digest(*other)) == (one == other)


def test_the_bar_between_parts_cannot_be_mistaken() -> None:
    assert keys.join("a|b", "c") != keys.join("a", "b|c")
    assert keys.join("projects", "C/1") == "projects|C=2F1"


def test_long_texts_that_differ_at_the_end_only_differ_as_keys() -> None:
    one, other = keys.encode("x" * 1_024), keys.encode("x" * 1_023 + "y")

    assert one != other
    assert keys.decode(one) is None


@steady
@given(ANY_TEXT)
def test_a_shard_is_two_hex_digits_and_always_the_same(text: str) -> None:
    assert re.fullmatch("[0-9a-f]{2}", keys.shard(text))
    assert keys.shard(text) == keys.shard(text)


def test_shards_and_digests_do_not_change_between_versions() -> None:
    assert keys.shard("5b0f1c7e-0000-4000-8000-000000000001") == "cf"
    assert keys.digest("a", "b") == "02e6a275b5e9dbcf06b087ee164e498b7c72d4bb"
