"""The crew at the steps of a turn that ask a model, up to the events that record its work."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from application.budgets import Bookkeeper
from application.crew.engineer import Engineer
from application.crew.strategist import Strategist
from application.crew.tester import Tester
from application.disclosure.discloser import Discloses
from application.disclosure.sent_questions import Purpose
from application.ports.cancellation import Cancellation
from application.ports.language_model import (
    Assignment,
    Briefing,
    Disclosing,
    LanguageModel,
    Submission,
    Utterance,
)
from application.ports.snapshots import Snapshots
from domain.plan import Intent
from domain.session.consent import as_a_model_may_know
from domain.session.events import PlanMade, SnippetReviewed, SnippetWritten
from domain.session.next_step import MakePlan, ReviewSnippet, WriteSnippet
from domain.session.state import Exchange, Session

CONVERSATION_LINES = 12


@dataclass(frozen=True, kw_only=True)
class Crew:
    """Strategist, Engineer and Tester over one model.

    Without a `discloser` the model is one that runs in here, and keeps all to itself; without a
    `bookkeeper` it costs nothing. While it is away, `fallback` plans what it understands.

    Every method raises ModelUnavailable, ModelMisbehaved, NotToBeTold and BudgetUsedUp. Once
    `cancelled` is set, no model elsewhere is waited for.
    """

    model: LanguageModel
    snapshots: Snapshots
    fallback: LanguageModel | None = None
    discloser: Discloses | None = None
    bookkeeper: Bookkeeper | None = None

    def answers_at_once(self, step: MakePlan | WriteSnippet | ReviewSnippet) -> bool:
        """Whether the step asks no model that is elsewhere.

        To look up in which columns words stand is what the built-in planner may do of it.
        """
        if self.discloser is None:
            return True
        match step:
            case MakePlan():
                return False
            case WriteSnippet():
                return bool(step.given or step.step.actions)
            case ReviewSnippet():
                return bool(step.step.actions)

    def plan(self, session: Session, step: MakePlan, cancelled: Cancellation) -> PlanMade:
        """What the Strategist makes of the message."""
        self._require_budget(session)
        disclosing = self._disclosing(session, step, Purpose.PLAN, step.message)
        if disclosing is not None:
            session = as_a_model_may_know(session)
        tree = session.tree
        reply = Strategist(self.model, self.fallback).plan(
            Briefing(
                message=step.message,
                mode=step.mode,
                shape=step.table.shape,
                conversation=_utterances(session),
                can_undo=tree.pointer is not None and tree.node(tree.pointer).parent_id is not None,
                can_redo=bool(tree.undone),
                exchanges=session.conversation,
                tree=tree,
                columns_holding=partial(self.snapshots.columns_holding, step.table),
                disclosing=disclosing,
                cancelled=cancelled,
            )
        )
        return PlanMade(task_id=step.task_id, plan=reply.value, call=reply.call)

    def write(
        self, session: Session, step: WriteSnippet, cancelled: Cancellation
    ) -> SnippetWritten:
        """The code that a person gave for the step, or the Engineer's."""
        if step.given is None and not step.step.actions:
            self._require_budget(session)
        about = f"{step.message}\n{step.step.description}"
        assignment = Assignment(
            message=step.message,
            step=step.step,
            shape=step.table.shape,
            refusals=step.refusals,
            disclosing=self._disclosing(session, step, Purpose.WRITE, about),
            cancelled=cancelled,
        )
        code, call = (step.given, None) if step.given else Engineer(self.model).write(assignment)
        return SnippetWritten(
            task_id=step.task_id, step=step.index, attempt=step.attempt, code=code, call=call
        )

    def review(
        self, session: Session, step: ReviewSnippet, cancelled: Cancellation
    ) -> SnippetReviewed:
        """What the Tester says of the code."""
        if not step.step.actions:
            self._require_budget(session)
        about = f"{step.step.description}\n{step.code}"
        review, call = Tester(self.model).review(
            Submission(
                message=step.message,
                step=step.step,
                shape=step.table.shape,
                snippet=step.code,
                rehearsal=step.rehearsal,
                disclosing=self._disclosing(session, step, Purpose.REVIEW, about),
                cancelled=cancelled,
            ),
            step.rejected,
        )
        return SnippetReviewed(
            task_id=step.task_id,
            step=step.index,
            attempt=step.attempt,
            review=review,
            call=call,
            assertions=() if step.rehearsal is None else step.rehearsal.assertions,
        )

    def _disclosing(
        self,
        session: Session,
        step: MakePlan | WriteSnippet | ReviewSnippet,
        purpose: Purpose,
        about: str,
    ) -> Disclosing | None:
        if self.discloser is None:
            return None
        return self.discloser.disclosing(session, step.task_id, purpose, step.table, about)

    def _require_budget(self, session: Session) -> None:
        if self.bookkeeper is not None:
            self.bookkeeper.require_left(session)


def _utterances(session: Session) -> Sequence[Utterance]:
    lines = [
        Utterance(speaker=speaker, text=text)
        for exchange in session.conversation
        for speaker, text in (("person", exchange.message), ("crew", _retold(exchange)))
    ]
    return lines[-CONVERSATION_LINES:]


def _retold(exchange: Exchange) -> str:
    """The reply; of an explanation no more than that, for it quotes code, in which may be cells."""
    explained = exchange.plan is not None and exchange.plan.intent is Intent.EXPLAIN
    return "I told from the record what was done." if explained else exchange.reply
