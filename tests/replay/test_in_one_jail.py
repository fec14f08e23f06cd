"""The steps of a replay share a jail, and none is blamed for what another did to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event

import pytest

from application.ports.sandbox import Execution, Outcome, Sandbox, SnippetJob
from application.recorded_nodes import recorded_nodes
from application.replay import ReplayCancelled
from domain.replay import Verdict
from tests.fake_sandbox import FakeSandbox
from tests.replay.story import Story

SPOILT = "df['spoilt'] = 1"
BROKEN = "raise ValueError"


class Jails(FakeSandbox):
    """A sandbox that counts its jails. A shared one runs `changed` in place of every snippet that
    follows another."""

    def __init__(self, real: Sandbox, changed: str | None = None) -> None:
        super().__init__(self._run_alone, real.check)
        self.real = real
        self.changed = changed
        self.shared: list[str] = []
        self.alone: list[str] = []

    @contextmanager
    def one_jail(self) -> Iterator[Sandbox]:
        yield FakeSandbox(self._run_shared)

    def _run_alone(self, job: SnippetJob) -> Execution:
        self.alone.append(job.snippet)
        return self.real.execute(job)

    def _run_shared(self, job: SnippetJob) -> Execution:
        spoilt = self.changed if self.shared else None
        self.shared.append(job.snippet)
        return self.real.execute(replace(job, snippet=spoilt or job.snippet))


def a_story_of_two_steps(story: Story) -> Jails:
    story.upload()
    story.turn("df = df.head(3)", "df = df.head(2)")
    jails = Jails(story.sandbox)
    story.sandbox = jails
    return jails


def test_what_is_reproduced_in_the_shared_jail_needs_no_other(story: Story) -> None:
    jails = a_story_of_two_steps(story)
    assert story.replayed().count(Verdict.REPRODUCED) == 2
    assert (len(jails.shared), jails.alone) == (2, [])


@pytest.mark.parametrize("changed", [SPOILT, BROKEN])
def test_a_step_that_differs_in_the_shared_jail_gets_a_jail_of_its_own(
    story: Story, changed: str
) -> None:
    jails = a_story_of_two_steps(story)
    jails.changed = changed
    assert story.replayed().count(Verdict.REPRODUCED) == 2
    assert (len(jails.shared), jails.alone) == (2, ["df = df.head(2)"])


def test_a_step_that_differs_in_its_own_jail_too_has_diverged(story: Story) -> None:
    story.upload()
    story.turn("df['when'] = pd.Timestamp.now().value")
    jails = story.sandbox = Jails(story.sandbox)
    assert story.replayed().nodes[1].verdict is Verdict.DIVERGED
    assert (len(jails.shared), len(jails.alone)) == (1, 1)


def test_every_step_can_be_given_a_jail_of_its_own(story: Story) -> None:
    jails = a_story_of_two_steps(story)
    replay = story.replayer().replay(recorded_nodes(story.events), fresh_jails=True)
    assert replay.count(Verdict.REPRODUCED) == 2
    assert (jails.shared, len(jails.alone)) == ([], 2)


def test_a_replay_that_is_cancelled_ends_before_its_next_step(story: Story) -> None:
    jails = a_story_of_two_steps(story)
    cancelled = Event()
    with pytest.raises(ReplayCancelled):
        story.replayer().replay(
            recorded_nodes(story.events),
            lambda _what, done, _of: cancelled.set() if done == 2 else None,
            cancelled=cancelled,
        )
    assert len(jails.shared) == 1


def test_a_snippet_that_is_stopped_has_not_diverged(story: Story) -> None:
    jails = a_story_of_two_steps(story)

    jails.real = FakeSandbox(lambda _job: Execution(outcome=Outcome.CANCELLED))
    with pytest.raises(ReplayCancelled):
        story.replayed()
