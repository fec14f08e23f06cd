"""A scripted model server and a chat model that asks it."""

from collections.abc import Callable, Iterator

import pytest

from infrastructure.llm.chat_completions.model import ChatModel
from infrastructure.llm.chat_completions.settings import ChatModelSettings
from tests.model_server import ModelServer

KEY = "sk-very-secret"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture
def connect(server: ModelServer) -> Callable[[float], ChatModel]:
    """A chat model that waits for so many seconds."""

    def connected(seconds: float) -> ChatModel:
        return ChatModel(
            ChatModelSettings(
                base_url=server.url, model="scripted", api_key=KEY, timeout_seconds=seconds
            )
        )

    return connected


@pytest.fixture
def model(connect: Callable[[float], ChatModel]) -> ChatModel:
    return connect(20)
