"""A model server that is away, slow, full or wrong never holds a task and says what to do."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from email.utils import formatdate

import pytest

from application.ports.language_model import ModelMisbehaved, ModelUnavailable
from infrastructure.llm.chat_completions.model import ChatModel
from infrastructure.llm.chat_completions.settings import ChatModelSettings, ModelSettingsInvalid
from tests.chat_completions.conftest import KEY
from tests.chat_completions.questions import ASSIGNMENT, BRIEFING, GOOD, PLAN, SUBMISSION
from tests.model_server import (
    Behaviour,
    ModelServer,
    answers,
    breaks_off,
    fails,
    fails_repeating_the_request,
    hangs,
    hangs_up,
    lists_models,
    never_ends,
    redirects,
    says,
    serves_a_page,
    trickles,
)
from tests.services.ports import free_ports
from tests.waiting import wait_until

Connect = Callable[[float], ChatModel]


@pytest.mark.parametrize(
    "reply", [hangs(), trickles(every_seconds=0.05), fails(429), fails(503), hangs_up(), says("no")]
)
def test_a_question_ends_in_time_whatever_the_server_does(
    connect: Connect, server: ModelServer, reply: Behaviour
) -> None:
    assert any(_seconds_of_a_question(connect, server, reply) < 1.5 for _ in range(5))


def _seconds_of_a_question(connect: Connect, server: ModelServer, reply: Behaviour) -> float:
    """A busy machine only ever adds to it: that it can be so short tells of the code."""
    server.script(reply)
    started = time.monotonic()
    with pytest.raises((ModelUnavailable, ModelMisbehaved)):
        connect(0.7).plan(BRIEFING)
    return time.monotonic() - started


@pytest.mark.parametrize("reply", [hangs(), trickles(every_seconds=0.05)])
def test_a_silent_server_is_named_as_one(
    connect: Connect, server: ModelServer, reply: Behaviour
) -> None:
    server.script(reply)
    with pytest.raises(ModelUnavailable, match=r"within 0\.5 seconds.*TIMEOUT_SECONDS"):
        connect(0.5).write(ASSIGNMENT)


@pytest.mark.parametrize("reply", [fails(429), fails(503), fails(409), breaks_off(), hangs_up()])
def test_what_passes_is_waited_out(model: ChatModel, server: ModelServer, reply: Behaviour) -> None:
    server.script(reply, says(GOOD))
    assert model.plan(BRIEFING).value == PLAN
    assert len(server.asked) == 2


def test_the_wait_is_as_long_as_the_server_asks(model: ChatModel, server: ModelServer) -> None:
    def waited() -> float:
        server.script(fails(429, retry_after="1"), says(GOOD))
        started = time.monotonic()
        model.plan(BRIEFING)
        return time.monotonic() - started

    waits = [waited()]
    while len(waits) < 5 and min(waits) > 2.5:
        waits.append(waited())
    assert 1 <= min(waits) < 2.5


def test_a_wait_past_the_deadline_is_not_begun(connect: Connect, server: ModelServer) -> None:
    server.script(fails(429, retry_after="3600"))
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match="too much to do"):
        connect(100).plan(BRIEFING)
    assert time.monotonic() - started < 50


def test_the_wait_may_be_given_as_a_date(model: ChatModel, server: ModelServer) -> None:
    until = time.time() + 2
    server.script(fails(429, retry_after=formatdate(until, usegmt=True)), says(GOOD))
    model.plan(BRIEFING)
    assert time.time() >= int(until)


@pytest.mark.parametrize(
    "retry_after", ["nan", "-1", "", "Wed, 99 Foo", "Wed, 21 Oct 2015 07:28:00 GMT", "1e9"]
)
def test_a_wait_that_is_no_number_of_seconds_is_ours_to_choose(
    model: ChatModel, server: ModelServer, retry_after: str
) -> None:
    server.script(fails(429, retry_after=retry_after), says(GOOD))
    assert model.plan(BRIEFING).value == PLAN


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (fails(401), "DATATRAIL_MODEL_API_KEY"),
        (fails(403), "DATATRAIL_MODEL_API_KEY"),
        (fails(404, code="model_not_found"), "knows no model scripted.*DATATRAIL_MODEL_NAME"),
        (fails(404), "DATATRAIL_MODEL_BASE_URL"),
        (fails(402), "no credit"),
        (fails(429, code="insufficient_quota"), "no credit"),
        (fails(400, code="context_length_exceeded"), "too long"),
        (fails(413), "too many columns"),
        (fails(400), "refused the question"),
        (redirects("http://127.0.0.1:1/v1"), "another address .302.*DATATRAIL_MODEL_BASE_URL"),
        (answers({"error": {"message": "no", "code": 502}}), "in the place of a reply.*Try again"),
        (serves_a_page(), "does not speak the chat completions protocol"),
        (answers({"hello": "world"}), "does not speak the chat completions protocol"),
        (answers([]), "does not speak the chat completions protocol"),
    ],
)
def test_what_does_not_pass_is_said_at_once_with_what_to_do(
    model: ChatModel, server: ModelServer, reply: Behaviour, sentence: str
) -> None:
    server.script(reply)
    with pytest.raises(ModelUnavailable, match=sentence):
        model.write(ASSIGNMENT)
    assert len(server.asked) == 1


def test_a_server_that_keeps_failing_is_given_up(model: ChatModel, server: ModelServer) -> None:
    server.script(fails(503))
    with pytest.raises(ModelUnavailable, match=r"failed \(503\)"):
        model.write(ASSIGNMENT)
    assert len(server.asked) == 4


@pytest.mark.parametrize(("status", "packed"), [(200, False), (200, True), (500, False)])
def test_a_reply_without_end_is_given_up_before_it_fills_the_memory(
    model: ChatModel, server: ModelServer, status: int, packed: bool
) -> None:
    server.script(never_ends(status, packed=packed))
    with pytest.raises(ModelUnavailable, match=r"more than any reply takes.* again"):
        model.plan(BRIEFING)
    assert len(server.asked) == 1


def test_of_a_long_reply_that_is_of_no_use_the_model_is_told_the_beginning(
    model: ChatModel, server: ModelServer
) -> None:
    server.script(says("no JSON " * 100_000), says(GOOD))
    model.plan(BRIEFING)
    assert "no JSON" in server.asked[1].text
    assert len(server.asked[1].text) < len(server.asked[0].text) + 30_000


def test_a_port_where_nobody_listens_is_named() -> None:
    port = free_ports(1)[0]
    url = f"http://user:pass@127.0.0.1:{port}/v1?token=t"
    model = ChatModel(ChatModelSettings(base_url=url, model="m", timeout_seconds=5))
    for ask in (model.check, lambda: model.plan(BRIEFING)):
        with pytest.raises(ModelUnavailable, match=rf"http://127\.0\.0\.1:{port}/v1 cannot"):
            ask()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 500, 503])
def test_no_exception_holds_the_key_or_the_prompt(
    connect: Connect, server: ModelServer, status: int
) -> None:
    server.script(fails_repeating_the_request(status))
    with pytest.raises(ModelUnavailable) as raised:
        connect(2).plan(BRIEFING)
    told = str(raised.value)
    assert "zebra" not in told
    assert KEY not in told
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_the_key_is_sent_and_never_shown(model: ChatModel, server: ModelServer) -> None:
    server.script(says(GOOD))
    model.plan(BRIEFING)
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    settings = ChatModelSettings(base_url=server.url, model="m", api_key=KEY)
    assert KEY not in repr(settings)


def test_nothing_of_another_account_in_the_environment_is_sent(
    model: ChatModel, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-other")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-other")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    server.script(says(GOOD))
    model.plan(BRIEFING)
    assert "other" not in str(server.asked[0].headers)


@pytest.mark.parametrize("models", [lists_models("scripted", "b"), lists_models()])
def test_a_check_costs_no_question(
    model: ChatModel, server: ModelServer, models: Behaviour
) -> None:
    server.serve_models(models)
    model.check()
    assert not server.asked


@pytest.mark.parametrize("models", [fails(404), fails(405), serves_a_page(), answers({})])
def test_a_server_that_lists_no_models_is_checked_by_a_word(
    model: ChatModel, server: ModelServer, models: Behaviour
) -> None:
    server.serve_models(models)
    server.script(says("ok"))
    model.check()
    assert len(server.asked) == 1
    server.script(fails(404))
    with pytest.raises(ModelUnavailable, match="BASE_URL"):
        model.check()


@pytest.mark.parametrize(
    ("models", "sentence"),
    [
        (lists_models("other"), "does not serve scripted"),
        (fails(401), "DATATRAIL_MODEL_API_KEY"),
        (fails(500), "failed"),
        (hangs(), "did not answer"),
        (trickles(every_seconds=0.05), "did not answer"),
    ],
)
def test_a_model_that_cannot_be_asked_fails_its_check(
    connect: Connect, server: ModelServer, models: Behaviour, sentence: str
) -> None:
    server.serve_models(models)
    with pytest.raises(ModelUnavailable, match=sentence):
        connect(0.5).check()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("base_url", "127.0.0.1:80"),
        ("base_url", "ftp://127.0.0.1"),
        ("base_url", "http://"),
        ("base_url", "http://127.0.0.1:99999/v1"),
        ("base_url", "http://[::1/v1"),
        ("api_key", "sk-1\n"),
        ("api_key", "schlüssel"),
        ("model", " "),
        ("timeout_seconds", 0.0),
        ("max_attempts", 0),
    ],
)
def test_settings_that_cannot_work_are_refused(field: str, value: object) -> None:
    good: dict[str, object] = {"base_url": "http://127.0.0.1/v1", "model": "m"}
    with pytest.raises(ModelSettingsInvalid, match=r"\.$") as raised:
        ChatModelSettings(**{**good, field: value})  # type: ignore[arg-type]  # wrong on purpose
    assert "sk-1" not in str(raised.value)


SLOW = {
    "silent": hangs(),
    "trickling": trickles(every_seconds=0.05),
    "asking to come back later": fails(429, retry_after="90"),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_question_that_nobody_wants_any_more_ends_within_a_second(
    connect: Connect, server: ModelServer, name: str
) -> None:
    server.script(SLOW[name])
    model = connect(100)
    asks: list[Callable[[threading.Event], object]] = [
        lambda cancelled: model.plan(replace(BRIEFING, cancelled=cancelled)),
        lambda cancelled: model.write(replace(ASSIGNMENT, cancelled=cancelled)),
        lambda cancelled: model.review(replace(SUBMISSION, cancelled=cancelled)),
    ]
    for ask in asks:
        assert any(_seconds_after_the_cancel(ask, server) < 1 for _ in range(5))


def _seconds_after_the_cancel(
    ask: Callable[[threading.Event], object], server: ModelServer
) -> float:
    cancelled, asked_before = threading.Event(), len(server.asked)
    cancelled_at = 0.0

    def cancel() -> None:
        nonlocal cancelled_at
        wait_until(lambda: len(server.asked) > asked_before)
        cancelled_at = time.monotonic()
        cancelled.set()

    cancelling = threading.Thread(target=cancel)
    cancelling.start()
    with pytest.raises(ModelUnavailable):
        ask(cancelled)
    ended_at = time.monotonic()
    cancelling.join()
    return ended_at - cancelled_at


def test_nothing_is_sent_that_nobody_wants(model: ChatModel, server: ModelServer) -> None:
    server.script(says(GOOD))
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(ModelUnavailable):
        model.plan(replace(BRIEFING, cancelled=cancelled))
    assert not server.asked


def test_a_server_that_takes_no_connection_holds_nobody() -> None:
    with ExitStack() as open_sockets:
        full = open_sockets.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
        full.listen(0)
        for _ in range(2):  # as many as wait to be accepted; the kernel lets others knock
            waiting = open_sockets.enter_context(closing(socket.socket()))
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/v1"
        cancelled = threading.Event()
        threading.Timer(0.2, cancelled.set).start()
        model = ChatModel(ChatModelSettings(base_url=url, model="m", timeout_seconds=100))
        started = time.monotonic()
        with pytest.raises(ModelUnavailable):
            model.plan(replace(BRIEFING, cancelled=cancelled))
        assert 0.1 < time.monotonic() - started < 50


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    """A question that is over leaves nothing behind that waits for its deadline."""
    yield
    left = [thread for thread in threading.enumerate() if thread.name == "model-request"]
    for thread in left:
        thread.join(90)
    assert not any(thread.is_alive() for thread in left)
