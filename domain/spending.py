"""What questions to language models took together, and what they may take."""

from dataclasses import dataclass

from domain.plan import ModelCall


@dataclass(frozen=True, kw_only=True)
class Spending:
    """Replies of models, tokens of both directions, the estimated cost of those with one, and how
    long they were waited for."""

    calls: int = 0
    tokens: int = 0
    cost: float = 0.0
    seconds: float = 0.0

    def plus(self, call: ModelCall | None) -> "Spending":
        """With one more question, if it is one."""
        if call is None:
            return self
        return Spending(
            calls=self.calls + call.attempts,
            tokens=self.tokens + call.input_tokens + call.output_tokens,
            cost=self.cost + (call.estimated_cost or 0.0),
            seconds=self.seconds + call.latency_seconds,
        )


@dataclass(frozen=True, kw_only=True)
class Budget:
    """The most of each that may be spent; None sets no bound."""

    calls: int | None = None
    tokens: int | None = None
    cost: float | None = None
    seconds: float | None = None

    def reached(self, spent: Spending) -> str | None:
        """What of it is used up, in words; None while there is some of everything left."""
        if self.calls is not None and spent.calls >= self.calls:
            return f"{spent.calls:,} of {self.calls:,} replies of a model"
        if self.tokens is not None and spent.tokens >= self.tokens:
            return f"{spent.tokens:,} of {self.tokens:,} tokens"
        if self.cost is not None and spent.cost >= self.cost:
            return f"an estimated {spent.cost:,.2f} of {self.cost:,.2f}"
        if self.seconds is not None and spent.seconds >= self.seconds:
            return f"{spent.seconds:,.0f} of {self.seconds:,.0f} seconds of a model's time"
        return None
