"""Commands that keep rows chosen by chance: "keep a random 10 %", "sample 100 rows"."""

from domain.actions import Action, SampleRows
from domain.plan import Choice
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.question import Question

_KEEP = (
    "(keep|take|draw|pick|choose|select|retain|extract|use|leave|reduce [table|data|it] to|"
    "limit [table|data|it] to|cut [table|data|it] [down] to|filter to)"
)
_SHOW = "(show|give|see|display|list|print|get|preview)"
_CHANCE = "(at random|randomly|by chance|chosen at random|picked at random|chosen randomly)"
_RANDOM = "(random|randomly chosen|randomly selected|randomly picked)"
_SAMPLE = "(random sample|random subset|random selection|sample|randomised sample)"
_ALL = "[of] [all] [{rows}]"


def _forms(verb: str) -> tuple[str, ...]:
    """The ways to say it behind a verb, each with a percentage or a number of rows."""
    return (
        f"{verb} [only|just|me|us] {_RANDOM} {{percent}} {_ALL}",
        f"{verb} [only|just|me|us] {_SAMPLE} of {{percent}} {_ALL}",
        f"{verb} [only|just|me|us] {{percent}} [{_SAMPLE}] {_ALL} {_CHANCE}",
        f"{verb} [only|just|me|us] {{percent}} ({_SAMPLE}|{_RANDOM}) {_ALL}",
        f"randomly {verb} {{percent}} {_ALL}",
        f"{verb} [only|just|me|us] {_RANDOM} {{count:whole}} [{{rows}}]",
        f"{verb} [only|just|me|us] {{count:whole}} {_RANDOM} {{rows}}",
        f"{verb} [only|just|me|us] {_SAMPLE} of {{count:whole}} [{{rows}}]",
        f"{verb} [only|just|me|us] {{count:whole}} {{rows}} {_CHANCE}",
        f"randomly {verb} {{count:whole}} [{{rows}}]",
    )


@by_patterns(
    *_forms(_KEEP),
    f"{_SAMPLE} of {{percent}} {_ALL}",
    f"{_SAMPLE} of {{count:whole}} [{{rows}}]",
    f"(sample|downsample [to]|subsample [to]) {{percent}} {_ALL}",
    "(sample|downsample [to]|subsample [to]) {count:whole} {rows}",
    f"randomly sample ({{percent}} {_ALL}|{{count:whole}} [{{rows}}])",
)
def keep_sample(said: Said) -> tuple[Action, ...] | None:
    """Read "keep a random 10 %", "sample 100 rows"."""
    if "percent" in said:
        return (SampleRows(percent=said["percent"]),)
    return (SampleRows(count=said["count"]),)


@by_patterns(*_forms(_SHOW))
def ask_whether_to_keep(said: Said) -> tuple[Action, ...] | None:
    """Ask whether of "show me 5 random rows" the others may go: to look at, there are the first."""
    some = f"{said['percent']:g} %" if "percent" in said else str(said["count"])
    choices = [Choice(label=f"keep a random {some}", message=f"keep a random {some}")]
    if "count" in said:
        first = f"show the first {some} rows"
        choices.append(Choice(label=first, message=first))
    raise Question(
        "I can keep rows chosen by chance, until you say undo, but not only show them. Which do "
        "you want?",
        tuple(choices),
    )


RULES = (keep_sample, ask_whether_to_keep)
