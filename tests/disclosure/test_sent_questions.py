"""Questions are kept sealed before they are sent, and shown beside what the log records."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest

from application.artifacts import Artifacts
from application.disclosure.disclosed_calls import digest_of, disclosed_calls
from application.disclosure.sent_questions import (
    About,
    Purpose,
    SentQuestion,
    SentQuestions,
    SubjectIsErased,
)
from application.ports.language_model import Question
from application.ports.read_models import ModelCallView
from domain.plan import ModelCall
from infrastructure.keys.sealing import SubjectSealing
from infrastructure.llm.chat_completions.prompts import canonical
from infrastructure.llm.planner.planner import BuiltInPlanner
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.system_clock import UuidV7Ids
from tests.fakes import InMemorySubjectKeys

ABOUT = About(subject_id=UUID(int=1), session_id=UUID(int=2), task_id=UUID(int=3))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class TickingClock:
    """Each look at it is a second later."""

    def __init__(self) -> None:
        self._seconds = count()

    def now(self) -> datetime:
        return NOON + timedelta(seconds=next(self._seconds))


def question(text: str, *, again: bool = False) -> Question:
    messages = ({"role": "system", "content": "Rules"}, {"role": "user", "content": text})
    return Question(
        model="m",
        messages=messages,
        digest=digest_of(messages),
        disclosed_columns=("age",),
        sample_rows=0,
        again=again,
    )


def recorded(text: str, *, seconds: int, model: str = "m") -> ModelCallView:
    call = ModelCall(model=model, prompt_digest=question(text).digest, prompt_bytes=1)
    return ModelCallView(purpose="plan", at=NOON + timedelta(seconds=seconds), call=call)


@pytest.fixture
def keys() -> InMemorySubjectKeys:
    return InMemorySubjectKeys()


@pytest.fixture
def kept(tmp_path: Path, keys: InMemorySubjectKeys) -> SentQuestions:
    (tmp_path / "scratch").mkdir()
    store = ObstoreObjectStore.local(tmp_path / "objects")
    return SentQuestions(
        artifacts=Artifacts(store, tmp_path / "scratch"),
        store=store,
        sealing=SubjectSealing(keys),
        ids=UuidV7Ids(),
        clock=TickingClock(),
    )


def files(directory: Path) -> list[Path]:
    return sorted(path for path in (directory / "objects").rglob("*-*") if path.is_file())


def test_questions_come_back_word_for_word_and_in_order(kept: SentQuestions) -> None:
    asked = [question(f"naïve \u2028 <data> {n}", again=n == 1) for n in range(12)]
    for each in asked:
        kept.keep(ABOUT, Purpose.WRITE, each)
    found = kept.of(ABOUT)
    assert [each.question for each in found] == asked
    assert {each.purpose for each in found} == {Purpose.WRITE}


def test_they_are_not_stored_in_clear(kept: SentQuestions, tmp_path: Path) -> None:
    kept.keep(ABOUT, Purpose.PLAN, question("Xyzzy"))
    (path,) = files(tmp_path)
    assert b"Xyzzy" not in path.read_bytes()
    assert b"Rules" not in path.read_bytes()


def test_of_an_erased_subject_nothing_can_be_read_nor_kept(
    kept: SentQuestions, keys: InMemorySubjectKeys
) -> None:
    kept.keep(ABOUT, Purpose.PLAN, question("Xyzzy"))
    keys.destroy(ABOUT.subject_id)
    (found,) = kept.of(ABOUT)
    assert (found.question, found.unreadable) == (None, "erased")
    with pytest.raises(SubjectIsErased):
        kept.keep(ABOUT, Purpose.PLAN, question("more"))


def test_one_that_was_changed_or_moved_is_damaged(kept: SentQuestions, tmp_path: Path) -> None:
    kept.keep(ABOUT, Purpose.PLAN, question("first"))
    kept.keep(ABOUT, Purpose.PLAN, question("second"))
    first, second = files(tmp_path)
    first.write_bytes(second.read_bytes())
    found = kept.of(ABOUT)
    assert [each.unreadable for each in found] == ["damaged", None]


def test_the_digest_is_that_of_the_prompt() -> None:
    messages = question('a "quote" \\ \u007f \x01 \n ü 🐧 </data>').messages

    assert digest_of(messages) == sha256(canonical(messages)).hexdigest()


def sent(*questions: Question) -> list[SentQuestion]:
    return [
        SentQuestion(
            question_id=UUID(int=n),
            sent_at=NOON + timedelta(seconds=n),
            purpose=Purpose.PLAN,
            question=each,
        )
        for n, each in enumerate(questions)
    ]


def test_what_asks_again_belongs_to_the_question_before() -> None:
    (call,) = disclosed_calls(
        [recorded("a", seconds=5)], sent(question("a"), question("a, again", again=True))
    )
    assert [each.question and each.question.again for each in call.sent] == [False, True]
    assert call.verified


def test_what_the_log_names_no_answer_to_is_shown_too() -> None:
    lost, answered = disclosed_calls([recorded("a", seconds=5)], sent(question("a"), question("a")))
    assert (lost.recorded, lost.verified) == (None, None)
    assert answered.verified


def test_what_was_not_kept_is_not_verified() -> None:
    (call,) = disclosed_calls([recorded("a", seconds=5)], [])
    assert (call.sent, call.verified, call.outside) == ((), None, True)


def test_the_built_in_planner_tells_nobody_also_where_it_stood_in_for_a_model() -> None:
    planner = BuiltInPlanner().name
    asked, planned = disclosed_calls([recorded("b", seconds=5, model=planner)], sent(question("a")))
    assert (asked.outside, asked.recorded) == (True, None)
    assert (planned.outside, planned.sent) == (False, ())


def test_messages_that_do_not_fit_their_digest_are_not_verified() -> None:
    forged = Question(
        model="m",
        messages=({"role": "user", "content": "other"},),
        digest=question("a").digest,
        disclosed_columns=(),
        sample_rows=0,
    )
    (call,) = disclosed_calls([recorded("a", seconds=5)], sent(forged))
    assert call.verified is False
