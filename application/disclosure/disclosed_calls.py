"""A turn's questions to models: those that the log records beside those that were kept."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from application.disclosure.sent_questions import SentQuestion
from application.ports.language_model import Message, Question
from application.ports.read_models import ModelCallView

BUILT_IN_PLANNER = "built-in planner"
"""What the log names it by."""


@dataclass(frozen=True, kw_only=True)
class DisclosedCall:
    """A question to a model, and again as often as its reply was of no use.

    `recorded` is None where the log names no answer: it failed, or its worker was lost.
    `verified`: what was kept has the digest that the log recorded; None where one of both is
    missing.
    """

    recorded: ModelCallView | None
    sent: tuple[SentQuestion, ...]
    verified: bool | None

    @property
    def outside(self) -> bool:
        """Whether anything was sent; the built-in planner runs in here.

        Of a question that it stood in for, its call counts the replies of the model, too.
        """
        return self.recorded is None or self.recorded.call.model != BUILT_IN_PLANNER


def disclosed_calls(
    recorded: Sequence[ModelCallView], sent: Sequence[SentQuestion]
) -> Sequence[DisclosedCall]:
    """The calls in the order in which they were made; both come in theirs."""
    unpaired = _calls(sent)
    calls = []
    for view in recorded:
        digest = view.call.prompt_digest
        # Of several that were alike, the last one is the one whose worker was not lost.
        alike = [each for each in unpaired if _claimed_digest(each[0]) == digest]
        kept = alike[-1] if alike else ()
        if kept:
            unpaired.remove(kept)
        calls.append(DisclosedCall(recorded=view, sent=kept, verified=_verified(kept, digest)))
    calls += [DisclosedCall(recorded=None, sent=each, verified=None) for each in unpaired]
    return sorted(calls, key=_began)


def digest_of(messages: Sequence[Message]) -> str:
    """The SHA-256 of the messages as canonical JSON (RFC 8785).

    Of objects whose members are texts, that is what Python writes without spaces.
    """
    text = json.dumps(
        [dict(message) for message in messages],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _calls(sent: Sequence[SentQuestion]) -> list[tuple[SentQuestion, ...]]:
    """The questions that can be read, each with those that asked for the same again."""
    calls: list[tuple[SentQuestion, ...]] = []
    for each in sent:
        if each.question is None:
            continue
        if each.question.again and calls:
            calls[-1] = (*calls[-1], each)
        else:
            calls.append((each,))
    return calls


def _claimed_digest(sent: SentQuestion) -> str | None:
    return None if sent.question is None else sent.question.digest


def _verified(kept: Sequence[SentQuestion], digest: str) -> bool | None:
    questions: list[Question] = [each.question for each in kept if each.question is not None]
    if not questions:
        return None
    return digest_of(questions[0].messages) == digest and all(
        digest_of(question.messages) == question.digest for question in questions
    )


def _began(call: DisclosedCall) -> datetime:
    times = [each.sent_at for each in call.sent if each.sent_at is not None]
    if times:
        return times[0]
    return call.recorded.at if call.recorded else datetime.max.replace(tzinfo=UTC)
