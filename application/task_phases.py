"""What a task is doing, in people's words."""

from application.ports.read_models import ProgressStep, ProposalStatus, TaskStatus, TaskView

_WITHOUT_STEPS = {
    TaskStatus.QUEUED: "Waiting",
    TaskStatus.SUCCEEDED: "Done",
    TaskStatus.FAILED: "Failed",
    TaskStatus.CANCELLED: "Cancelled",
}
_TESTING = "Testing on a sample"
_MILLION = 10**6


def phase_of(view: TaskView) -> str:
    """Such as ``Thinking``, ``Running on 1.2 M rows``, ``Replaying 12 of 37`` or ``Done``."""
    if view.proposal is ProposalStatus.WAITING:
        return "Waiting for approval"
    if view.status in _WITHOUT_STEPS:
        return _WITHOUT_STEPS[view.status]
    return _of_step(view.steps[-1]) if view.steps else "Working"


def _of_step(step: ProgressStep) -> str:
    match step:
        case ProgressStep(name="replaying", number=int(), of=int()):
            return f"Replaying {step.number} of {step.of}"
        case ProgressStep(name="reviewing"):
            words = _TESTING
        case ProgressStep(name="running", rows=int(rows)):
            words = f"Running on {_counted(rows)}"
        case _:
            words = step.name.capitalize()
    several = step.number is not None and step.of is not None and step.of > 1
    return f"{words}, step {step.number} of {step.of}" if several else words


def _counted(rows: int) -> str:
    """Such as ``1 row``, ``12,500 rows`` or ``1.2 M rows``."""
    if rows >= _MILLION:
        return f"{rows / _MILLION:.1f}".removesuffix(".0") + " M rows"
    return f"{rows:,} row{'' if rows == 1 else 's'}"
