"""Error files and lists of errors, in whatever form they come."""

from __future__ import annotations

from typing import Any

import pytest

from shared.clients.error_file import Failure, Said, failures, of_the_whole, read_error_file, read_errors

TEXT = 'ConnectionId,Role\r\n7F-1,"a, b"\r\n\r\n7F-2,\r\n'
ROWS = [{"CONNECTIONID": "7F-1", "ROLE": "a, b"}, {"CONNECTIONID": "7F-2", "ROLE": ""}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read_in_each_encoding(encoding: str) -> None:
    assert read_error_file(TEXT.encode(encoding)) == ROWS


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"A,B\r\n"])
def test_a_file_without_rows_names_none(content: bytes) -> None:
    assert read_error_file(content) == []


def test_bytes_that_are_no_text_do_not_fail() -> None:
    assert read_error_file(b"A\r\n\x80\xff\r\n") == [{"A": "��"}]


def test_a_line_shorter_or_longer_than_the_names_is_read_as_far_as_it_goes() -> None:
    assert read_error_file(b"A,B\r\n1\r\n1,2,3\r\n") == [{"A": "1"}, {"A": "1", "B": "2"}]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("[]", []),
        ("", [Said("", "")]),
        (None, []),
        ("not JSON", [Said("", "not JSON")]),
        ('{"a": 1}', []),
        ('["plain"]', [Said("", "plain")]),
        ('[{"RecordId": "7F-1", "Field": "Role", "ErrorMessage": "No."}]', [Said("7F-1", "No.")]),
        ('[{"recordId": null, "Message": "No."}, {}]', [Said("", "No.")]),
        ([{"ErrorMessage": "No."}], [Said("", "No.")]),
    ],
)
def test_a_list_of_errors_is_read_however_it_comes(value: Any, expected: list[Said]) -> None:
    assert read_errors(value) == expected


def test_a_message_finds_its_row_by_the_words_of_the_key() -> None:
    rows = [{"COMPANY": "usmf", "NUMBER": "C-1"}, {"COMPANY": "usmf", "NUMBER": "C-2"}]
    said = [Said("USMF, C-2", "second"), Said("somebody else", "third")]
    assert failures(rows, said) == [Failure(rows[0], ""), Failure(rows[1], "second")]


def test_a_file_that_says_why_itself_is_believed_first() -> None:
    row = {"NUMBER": "C-1", "ERRORMESSAGE": "its own"}
    assert failures([row], [Said("C-1", "another")]) == [Failure(row, "its own")]


def test_of_the_whole_is_said_what_names_no_row_or_else_everything() -> None:
    assert of_the_whole([Said("", "all"), Said("C-1", "one"), Said("", "all")]) == "all"
    assert of_the_whole([Said("C-1", "one"), Said("C-2", "two")]) == "one; two"
    assert of_the_whole([]) == ""
