"""One chat completion over HTTP: retried while it may help, as strict as the server can be."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Self

import openai
from pydantic import BaseModel, BeforeValidator, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from application.ports.language_model import Message, ModelUnavailable
from infrastructure.llm.chat_completions import failures
from infrastructure.llm.chat_completions.bounded_client import BodyTooLong, BoundedClient
from infrastructure.llm.chat_completions.deadline import (
    Connections,
    Deadline,
    DeadlineExpired,
)
from infrastructure.llm.chat_completions.response_format import Form, ResponseFormat
from infrastructure.llm.chat_completions.settings import ChatModelSettings

_RETRIES = 3
# More than any reply takes; the log must be able to keep the sum of many.
_MOST_TOKENS = 1_000_000_000
# A pair of escapes is one letter, and a lone half none: servers cut texts off amid a pair.
_HALF_OF_A_PAIR = re.compile(
    r"\\\\|\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(?P<lone>\\u[dD][89a-fA-F]\w\w)"
)
# Servers without accounts take any key; the client insists on one.
_NO_KEY = "none"


@dataclass(frozen=True, kw_only=True)
class Completion:
    """A model's words, whether they are whole or refused, and what they cost in tokens."""

    text: str
    truncated: bool
    refused: bool
    input_tokens: int
    output_tokens: int


_REFUSED = Completion(text="", truncated=False, refused=True, input_tokens=0, output_tokens=0)


class ChatEndpoint:
    """A chat completions server. Remembers the strictest response format that it took."""

    def __init__(self, settings: ChatModelSettings) -> None:
        self._settings = settings
        self._format = ResponseFormat.JSON_SCHEMA

    def complete(
        self, messages: Sequence[Message], form: Form | None, deadline: Deadline
    ) -> Completion:
        """The model's reply; in `form`, as far as the server knows forms, or else in free text.

        Raises ModelUnavailable.
        """
        request: dict[str, Any] = {"model": self._settings.model, "messages": list(messages)}
        if form is None:
            return self._retried(request, deadline)
        response_format = self._format
        while (parameter := form.parameter(response_format)) is not None:
            try:
                completion = self._retried({**request, "response_format": parameter}, deadline)
            except _FormatRefused:
                response_format = response_format.weaker
            else:
                self._format = response_format
                return completion
        completion = self._retried(request, deadline)
        self._format = response_format
        return completion

    def demand_less(self) -> None:
        """Ask for a weaker form from now on: the server takes this one, and answers nothing."""
        self._format = self._format.weaker

    def check(self, deadline: Deadline) -> None:
        """Raise ModelUnavailable unless the server answers and serves the model."""
        served = self._served_models(deadline)
        if served is None:
            # Not every server lists its models; one that does not is asked a word.
            self.complete([{"role": "user", "content": "Reply with: ok"}], None, deadline)
        elif served and self._settings.model not in served:
            raise ModelUnavailable(
                f"The model server at {self._settings.address} does not serve "
                f"{self._settings.model}. Check DATATRAIL_MODEL_NAME."
            )

    def _served_models(self, deadline: Deadline) -> set[str] | None:
        """The names of the models that are served; None from a server that does not say."""
        try:
            body = self._body(
                lambda client: client.models.with_raw_response.list().http_response.text, deadline
            )
        except openai.APIStatusError as error:
            if error.status_code in {404, 405, 501}:
                return None
            raise ModelUnavailable(failures.sentence(error, self._settings)) from None
        except openai.APIError as error:
            raise ModelUnavailable(self._sentence(error, deadline)) from None
        try:
            return {model.id for model in _ModelList.model_validate_json(body).data}
        except ValidationError:
            return None

    def _retried(self, request: dict[str, Any], deadline: Deadline) -> Completion:
        """Send the request until it succeeds, or it is clear that it will not in time."""
        for retry in range(_RETRIES + 1):
            try:
                return self._send(request, deadline)
            except openai.APIError as error:
                if failures.refuses_content(error):
                    return _REFUSED
                passing = failures.may_pass(error) and retry < _RETRIES
                if (
                    "response_format" in request
                    and failures.refuses_format(error)
                    and not (passing and retry == 0)
                ):
                    raise _FormatRefused from None
                wait = failures.wait_before(retry, error)
                if not passing or wait >= deadline.remaining:
                    raise ModelUnavailable(self._sentence(error, deadline)) from None
                deadline.sleep(wait)
        raise AssertionError("the last retry returns or raises")

    def _send(self, request: dict[str, Any], deadline: Deadline) -> Completion:
        body = self._body(
            lambda client: (
                client.chat.completions.with_raw_response.create(**request).http_response.text
            ),
            deadline,
        )
        try:
            completion = _ChatCompletion.model_validate_json(_with_whole_letters(body))
        except ValidationError:
            raise ModelUnavailable(failures.not_chat_completions(self._settings)) from None
        if completion.choices is None:
            raise ModelUnavailable(failures.error_in_its_place(self._settings))
        return completion.as_completion(completion.choices)

    def _body(self, ask: Callable[[openai.OpenAI], str], deadline: Deadline) -> str:
        """The body that `ask` gets from a client of its own, whose connections end with the
        deadline. Raises openai.APIError and ModelUnavailable.
        """
        if deadline.expired:
            raise ModelUnavailable(failures.out_of_time(self._settings))
        connections = Connections()

        def asked() -> str:
            with BoundedClient(
                event_hooks={"request": [connections.watch]},
                # What the table is like is for the server that was named, and for no other.
                follow_redirects=False,
            ) as http_client:
                client = openai.OpenAI(
                    base_url=self._settings.base_url,
                    api_key=self._settings.api_key or _NO_KEY,
                    timeout=deadline.remaining,
                    max_retries=0,
                    http_client=http_client,
                )
                # The client takes these from the environment; they are of some other account.
                client.organization = client.project = None
                return ask(client)

        try:
            return connections.answer_to(asked, deadline)
        except DeadlineExpired:
            raise ModelUnavailable(failures.out_of_time(self._settings)) from None
        except BodyTooLong:
            raise ModelUnavailable(failures.too_long(self._settings)) from None

    def _sentence(self, error: openai.APIError, deadline: Deadline) -> str:
        if deadline.expired:
            return failures.out_of_time(self._settings)
        return failures.sentence(error, self._settings)


class _FormatRefused(Exception):
    """The server does not take the response format."""


def _with_whole_letters(body: str) -> str:
    """The JSON with the sign for an unknown letter in the place of each half of a pair."""
    return _HALF_OF_A_PAIR.sub(lambda m: r"\ufffd" if m["lone"] else m[0], body)


def _counted(tokens: object) -> int:
    """What a server counted; nothing where that is no count of tokens."""
    return tokens if isinstance(tokens, int) and 0 <= tokens <= _MOST_TOKENS else 0


_Tokens = Annotated[int, BeforeValidator(_counted)]
_AnyUsage = BeforeValidator(lambda usage: usage if isinstance(usage, dict) else {})


class _Part(BaseModel):
    type: str = "text"
    text: str | None = None


class _Message(BaseModel):
    content: str | list[_Part] | None = None
    refusal: str | None = None

    @property
    def text(self) -> str:
        """The content; some servers give it in parts, of which some are thoughts."""
        if isinstance(self.content, list):
            return "".join(part.text or "" for part in self.content if part.type == "text")
        return self.content or ""


class _Choice(BaseModel):
    message: _Message
    finish_reason: Any = None


class _Usage(BaseModel):
    prompt_tokens: _Tokens = 0
    completion_tokens: _Tokens = 0


class _ChatCompletion(BaseModel):
    """What is read of a response; servers differ in all the rest.

    Some proxies answer 200 with an `error` and no choices.
    """

    choices: list[_Choice] | None = None
    usage: Annotated[_Usage, _AnyUsage] = _Usage()
    error: Any = None

    @model_validator(mode="after")
    def _said_or_failed(self) -> Self:
        if self.choices is None and self.error is None:
            raise PydanticCustomError("nothing", "neither choices nor an error")
        return self

    def as_completion(self, choices: Sequence[_Choice]) -> Completion:
        choice = choices[0] if choices else _Choice(message=_Message())
        return Completion(
            text=choice.message.text,
            truncated=choice.finish_reason == "length",
            refused=bool(choice.message.refusal) or choice.finish_reason == "content_filter",
            input_tokens=self.usage.prompt_tokens,
            output_tokens=self.usage.completion_tokens,
        )


class _Model(BaseModel):
    id: str


class _ModelList(BaseModel):
    data: list[_Model]
