"""The language model port over chat completions."""

import hashlib
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from application.crew.strategist import objection
from application.ports.cancellation import Cancellation
from application.ports.language_model import (
    Assignment,
    Briefing,
    Disclosing,
    Message,
    ModelFailure,
    ModelMisbehaved,
    Question,
    Reply,
    Submission,
)
from domain.plan import ModelCall, Plan, Review
from domain.stand_ins import StandIns
from infrastructure.llm.chat_completions.deadline import Deadline
from infrastructure.llm.chat_completions.endpoint import ChatEndpoint, Completion
from infrastructure.llm.chat_completions.malformed import MalformedReply
from infrastructure.llm.chat_completions.prompts import (
    Prompt,
    asked_again,
    canonical,
    plan_prompt,
    review_prompt,
    snippet_prompt,
)
from infrastructure.llm.chat_completions.replies import (
    PLAN_FORM,
    REVIEW_FORM,
    read_plan,
    read_review,
    read_snippet,
)
from infrastructure.llm.chat_completions.response_format import Form
from infrastructure.llm.chat_completions.settings import ChatModelSettings

T = TypeVar("T")

_LONGEST_CHECK_SECONDS = 10.0


def _no_objection(_: object) -> None:
    """For what is good once it has its form."""


class ChatModel:
    """A LanguageModel at any OpenAI-compatible endpoint. May be shared by threads.

    Replies are always validated here, whatever the server promises. One that is not usable is
    asked for again with what is wrong about it; one that comes back unchanged ends the question. So
    is a plan that the table does not allow, but the last of these is passed on: the Strategist
    tells the person why it cannot be done.
    """

    def __init__(self, settings: ChatModelSettings) -> None:
        self._settings = settings
        self._endpoint = ChatEndpoint(settings)

    @property
    def name(self) -> str:
        return self._settings.model

    def plan(self, briefing: Briefing) -> Reply[Plan]:
        return self._ask(
            plan_prompt(briefing),
            PLAN_FORM,
            partial(read_plan, tree=briefing.tree),
            briefing.disclosing,
            briefing.cancelled,
            partial(objection, briefing=briefing),
        )

    def write(self, assignment: Assignment) -> Reply[str]:
        return self._ask(
            snippet_prompt(assignment),
            None,
            read_snippet,
            assignment.disclosing,
            assignment.cancelled,
        )

    def review(self, submission: Submission) -> Reply[Review]:
        return self._ask(
            review_prompt(submission),
            REVIEW_FORM,
            read_review,
            submission.disclosing,
            submission.cancelled,
        )

    def check(self) -> None:
        seconds = min(self._settings.timeout_seconds, _LONGEST_CHECK_SECONDS)
        self._endpoint.check(Deadline(seconds))

    def _ask(
        self,
        prompt: Prompt,
        form: Form | None,
        read: Callable[[str, StandIns], T],
        disclosing: Disclosing | None,
        cancelled: Cancellation | None,
        objection: Callable[[T], str | None] = _no_objection,
    ) -> Reply[T]:
        started = time.monotonic()
        deadline = Deadline(self._settings.timeout_seconds, cancelled)
        messages: Sequence[Message] = prompt.messages
        completions: list[Completion] = []
        try:
            while True:
                if disclosing is not None:
                    disclosing.on_asking(self._question(prompt, messages))
                completion = self._endpoint.complete(messages, form, deadline)
                completions.append(completion)
                try:
                    value = read(_whole(completion, self.name), prompt.stand_ins)
                except MalformedReply as malformed:
                    if self._is_hopeless(completions):
                        raise self._of_no_use(completions, malformed) from None
                    correction = malformed.correction
                    if form and not completion.text.strip():
                        self._endpoint.demand_less()
                else:
                    wrong = objection(value)
                    if wrong is None or self._is_hopeless(completions):
                        return Reply(value=value, call=self._call(prompt, completions, started))
                    correction = f"{wrong} If the message does not say what is meant, ask back."
                messages = asked_again(prompt, completion.text, correction)
        except ModelFailure as failure:
            # What it took is paid for, too.
            failure.call = self._call(prompt, completions, started)
            raise

    def _question(self, prompt: Prompt, messages: Sequence[Message]) -> Question:
        return Question(
            model=self.name,
            messages=tuple(messages),
            digest=hashlib.sha256(canonical(messages)).hexdigest(),
            disclosed_columns=prompt.disclosed_columns,
            sample_rows=prompt.sample_rows,
            again=len(messages) > len(prompt.messages),
        )

    def _is_hopeless(self, completions: list[Completion]) -> bool:
        """Whether asking once more would not help, or cost too much."""
        *earlier, last = completions
        repeated = bool(last.text.strip()) and last.text in {reply.text for reply in earlier}
        return repeated or len(completions) >= self._settings.max_attempts

    def _of_no_use(
        self, completions: list[Completion], malformed: MalformedReply
    ) -> ModelMisbehaved:
        replies = "one reply" if len(completions) == 1 else f"{len(completions)} replies"
        return ModelMisbehaved(
            f"The model {self.name} gave {replies} that cannot be used; of the last, "
            f"{malformed.reason}. Put the message in other words, or use a stronger model."
        )

    def _call(self, prompt: Prompt, completions: list[Completion], started: float) -> ModelCall:
        input_tokens = sum(completion.input_tokens for completion in completions)
        output_tokens = sum(completion.output_tokens for completion in completions)
        prices = self._settings.prices
        return ModelCall(
            model=self.name,
            prompt_digest=prompt.digest,
            prompt_bytes=len(prompt.canonical),
            disclosed_columns=prompt.disclosed_columns,
            sample_rows=prompt.sample_rows,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            latency_seconds=time.monotonic() - started,
            attempts=len(completions),
            estimated_cost=None if prices is None else prices.of(input_tokens, output_tokens),
        )


def _whole(completion: Completion, model: str) -> str:
    """The reply's text. Raises ModelMisbehaved if the model refused, MalformedReply if cut off."""
    if completion.refused:
        raise ModelMisbehaved(
            f"The model {model} refused to answer. Put the message in other words, or use "
            "another model."
        )
    if completion.truncated:
        raise MalformedReply(
            "it was cut off, as the server allows too short replies or too small a context for it",
            "The reply was cut off. Send a shorter one.",
        )
    if not completion.text.strip():
        raise MalformedReply("it was empty", "The reply was empty.")
    return completion.text
