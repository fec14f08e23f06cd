"""What to say of an execution: what the kernel and nsjail saw first, then what the jail claims."""

import signal
from collections.abc import Sequence

from application.ports.row_origins import RowOrigins
from application.ports.sandbox import Execution, Outcome
from domain.execution import AnswerKind
from domain.snippet_policy import InvalidSnippet, violations
from infrastructure.nsjail import explanation
from infrastructure.nsjail.ending import Ended
from infrastructure.nsjail.jail import Heard, Silence
from infrastructure.nsjail.limits import JailLimits
from infrastructure.nsjail.report import Report, read_report

IN_WORDS = "Columns of mixed or unusual values are told as text."
_MOST_VIOLATIONS_TOLD = 5
_LESS_WORK = (
    "use methods of whole columns in the place of loops, work on fewer rows, or have "
    "DATATRAIL_JAIL_WALL_SECONDS raised"
)
# For RLIMIT_CPU the kernel counts whole ticks, so that by the exact account it kills a bit early.
_NEARLY_ALL = 0.75


def refused_by_policy(snippet: str) -> Execution | None:
    """Why the snippet is not even tried, if the policy refuses it."""
    try:
        found = violations(snippet)
    except InvalidSnippet as error:
        line = explanation.valid_line(error.line, snippet)
        return Execution(
            outcome=Outcome.SYNTAX,
            detail=explanation.explain_syntax(line, snippet, error.reason),
            exception="SyntaxError",
            line=line,
        )
    if not found:
        return None
    told = found[:_MOST_VIOLATIONS_TOLD]
    return Execution(
        outcome=Outcome.POLICY,
        detail=" ".join(f"Line {one.line}: {one.sentence}" for one in told),
        line=found[0].line,
    )


def judge(
    heard: Heard, ended: Ended | None, snippet: str, columns: Sequence[str], limits: JailLimits
) -> Execution:
    """The outcome of a job. `ended` is how the jail did, if it was gone before it replied."""
    if heard.reply is Silence.CANCELLED:
        return Execution(outcome=Outcome.CANCELLED, detail="It was cancelled while it ran.")
    if heard.reply is Silence.LATE:
        return Execution(
            outcome=Outcome.TIMEOUT,
            detail=f"The snippet took longer than {limits.wall_seconds:g} seconds; {_LESS_WORK}.",
        )
    if ended is not None:
        return _gone(heard, ended, limits)
    claim = read_report(heard.reply) if isinstance(heard.reply, bytes) else None
    return crashed() if claim is None else _told(claim, snippet, columns, limits)


def _gone(heard: Heard, ended: Ended, limits: JailLimits) -> Execution:
    if ended.killed_for_memory:
        return out_of_memory(limits)
    killed = ended.signal in {signal.SIGKILL, signal.SIGXCPU}
    if killed and heard.cpu_seconds >= _NEARLY_ALL * limits.cpu_seconds:
        return Execution(
            outcome=Outcome.CPU,
            detail=f"The snippet used more than {limits.cpu_seconds} s of processor time; "
            f"{_LESS_WORK}.",
        )
    # A library that gets no more memory may abort. A kill is not for memory if the kernel says so.
    by_itself = ended.signal != signal.SIGKILL or ended.killed_for_memory is None
    if ended.signal and by_itself and heard.peak_memory_bytes > 0.7 * limits.memory_bytes:
        return out_of_memory(limits)
    return _killed() if ended.signal == signal.SIGKILL else crashed()


def _told(claim: Report, snippet: str, columns: Sequence[str], limits: JailLimits) -> Execution:
    match claim.outcome:
        case Outcome.OK:
            return _ran(claim, snippet, columns)
        case Outcome.MEMORY:
            return out_of_memory(limits)
        case Outcome.OUTPUT_TOO_LARGE:
            return too_large(limits)
    line = explanation.valid_line(claim.line, snippet)
    if claim.refused is not None:
        detail = explanation.explain_refusal(claim, snippet, columns)
        refused = Outcome.OUTPUT_TOO_LARGE if claim.refused == "too_many_columns" else claim.outcome
        return Execution(outcome=refused, detail=detail)
    if claim.outcome is Outcome.SYNTAX:
        detail = explanation.explain_syntax(line, snippet)
    elif claim.outcome is Outcome.PROCESSES:
        detail = "The snippet tried to start processes or too many threads; work in one thread."
    else:
        detail = explanation.explain_error(claim, snippet, columns)
    exception = explanation.known_exception(claim.exception)
    return Execution(outcome=claim.outcome, detail=detail, exception=exception, line=line)


def _ran(claim: Report, snippet: str, columns: Sequence[str]) -> Execution:
    origins = RowOrigins() if claim.in_place else None
    if claim.refused is None:
        detail = IN_WORDS if claim.in_words and claim.answer is AnswerKind.TABLE else None
        return Execution(outcome=Outcome.OK, origins=origins, answer=claim.answer, detail=detail)
    detail = explanation.explain_refused_answer(claim, snippet, columns)
    return Execution(outcome=Outcome.OK, origins=origins, detail=detail)


def too_long(limits: JailLimits) -> Execution:
    return Execution(
        outcome=Outcome.POLICY,
        detail=f"The snippet is longer than {limits.snippet_bytes:,} bytes; split it into steps.",
    )


def out_of_memory(limits: JailLimits) -> Execution:
    return Execution(
        outcome=Outcome.MEMORY,
        detail=f"The snippet needed more than {limits.memory_bytes >> 20:,} MiB of memory; work on "
        "fewer columns or rows at a time and keep no copies, or have DATATRAIL_JAIL_MEMORY_MB "
        "raised.",
    )


def too_large(limits: JailLimits) -> Execution:
    return Execution(
        outcome=Outcome.OUTPUT_TOO_LARGE,
        detail=(
            f"The snippet's result is larger than allowed: {limits.result_bytes >> 20:,} MiB as a "
            f"file, {limits.table_bytes >> 20:,} MiB in memory; leave fewer rows or columns in df, "
            "or write less."
        ),
    )


def crashed() -> Execution:
    return Execution(
        outcome=Outcome.CRASHED,
        detail="The snippet ended the Python process that ran it instead of leaving df. Let it end "
        "by itself, and leave nothing in df or result that holds itself.",
    )


def _killed() -> Execution:
    return Execution(
        outcome=Outcome.CRASHED,
        detail="The process that ran the snippet was killed, and not for a limit: by the snippet "
        "itself or from outside of its jail. Try again.",
    )


def not_a_table() -> Execution:
    return Execution(
        outcome=Outcome.CRASHED,
        detail="The snippet's result is not a table that can be read back; leave a DataFrame of "
        "plain values in df.",
    )
