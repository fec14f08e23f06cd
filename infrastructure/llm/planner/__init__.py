"""The built-in planner: plans from a grammar, without a key or a network."""

from infrastructure.llm.planner.planner import BuiltInPlanner

__all__ = ["BuiltInPlanner"]
