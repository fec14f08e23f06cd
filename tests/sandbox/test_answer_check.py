"""What a jail says to be an answer is one that every client can read, or it is none."""

from pathlib import Path

import pytest

from domain.execution import AnswerKind
from infrastructure.nsjail.answer_check import NotAnAnswer, check_answer
from infrastructure.nsjail.limits import JailLimits

COUNT = '{"type": "integer", "value": 3}'


def check(kind: AnswerKind, content: bytes, directory: Path) -> None:
    path = directory / "answer"
    path.write_bytes(content)
    with path.open("rb") as file:
        check_answer(kind, file.fileno(), JailLimits())


def test_a_scalar_and_a_chart_are_accepted(tmp_path: Path) -> None:
    check(AnswerKind.SCALAR, COUNT.encode(), tmp_path)
    check(AnswerKind.CHART, b'{"mark": "bar", "data": {"values": [{"url": "x"}]}}', tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"3",
        b'{"type": "integer"}',
        b'{"type": "page", "value": "<script>"}',
        b'{"type": "number", "value": NaN}',
        b'{"type": "text", "value": "\xff"}',
        COUNT.encode("utf-16"),
        COUNT.encode("utf-8-sig"),
        b'{"value": ' + b"[" * 10**6,
    ],
)
def test_what_is_no_scalar_in_json_and_utf_8_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NotAnAnswer):
        check(AnswerKind.SCALAR, content, tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b'{"mark": "bar", "data": {"url": "https://example.org"}}',
        b'{"layer": [{"mark": "image", "encoding": {"url": {"field": "u"}}}]}',
        b'{"mark": "bar", "encoding": {"href": {"field": "u"}}}',
    ],
)
def test_a_chart_that_fetches_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NotAnAnswer, match="fetch"):
        check(AnswerKind.CHART, content, tmp_path)


def test_a_table_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAnAnswer, match="table"):
        check(AnswerKind.TABLE, b"PAR1 and no more PAR1", tmp_path)


MODEL = b'{"skops": "UEsDBAo=", "scores": {"R2": 0.5}, "importance": {}}'


def test_a_model_is_accepted_unread(tmp_path: Path) -> None:
    check(AnswerKind.MODEL, MODEL, tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        COUNT.encode(),
        MODEL.replace(b"UEsDBAo=", b"gASVBAo="),
        MODEL.replace(b"UEsDBAo=", b"UEsD<>"),
        MODEL.replace(b"0.5", b'"a cell"'),
        MODEL.replace(b"{}", b"[]"),
        MODEL.replace(b'"importance"', b'"more"'),
    ],
)
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NotAnAnswer, match="model"):
        check(AnswerKind.MODEL, content, tmp_path)
