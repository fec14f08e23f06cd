"""Commands that make columns agree with the key that determines them."""

from domain.actions import Action, MakeConsistent
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns

_WITHIN = "(within|with|by|per|for|in|inside|across|based on|according to) [each|every]"
_EACH = "(for each|for every|per|within each|within every|in each|in every|by)"
_MOST = "(most common|most frequent|commonest|usual|majority|mode)"
_USE = "(use|take|apply|choose|pick|set|make)"
# That it "has one" may be a remark about the table.
_HAVE = "(should have|must have|has to have|have to have|shall have)"
_SURE = "(make sure|ensure|see to it|enforce) [that]"
_ONE = "(one|only one|just one|a single|exactly one|the same|one and the same)"
_FILL = (
    "[,] (and|also) [also] [fill|including|fill in] [the] "
    "(missing ones|missing values|gaps|missing|nulls)"
)


@by_patterns(
    f"(make|keep) {{columns}} consistent {_WITHIN} {{by:columns}} {_FILL}",
    f"(make|keep) {{columns}} consistent {_WITHIN} {{by:columns}} [,] including [the] "
    "(missing ones|missing values|gaps|missing|nulls)",
)
def make_consistent_and_full(said: Said) -> tuple[Action, ...] | None:
    """Read "make city consistent within each zip, also missing ones"."""
    return (MakeConsistent(columns=said["columns"], by=said["by"], fill=True),)


@by_patterns(
    f"(make|keep) [values of|values in] {{columns}} consistent {_WITHIN} {{by:columns}}",
    f"(make|keep) {{columns}} the same {_EACH} {{by:columns}}",
    f"(harmonise|harmonize|unify|align|standardise|standardize|reconcile) {{columns}} "
    f"{_WITHIN} {{by:columns}}",
    f"{_EACH} {{by:columns}} [,] {_USE} [the|its] {_MOST} [value of] {{columns}}",
    f"{_EACH} {{by:columns}} [,] set {{columns}} to [the|its] {_MOST} "
    "[one|value|{again:column}] [there|in it]",
    f"set {{columns}} to [the|its] {_MOST} [one|value|{{again:column}}] [value] "
    "(per|of its|for its|within its|within each|of each|for each|for every|in its|of the same|by) "
    "{by:columns}",
    f"replace [the] [deviating|other|differing|wrong|inconsistent] {{columns}} (with|by) [the] "
    f"{_MOST} [one|value|{{again:column}}] (per|within each|within every|for each|for every|of "
    "each|of its|for its|of the same|in each) {by:columns}",
    f"(each|every) {{by:columns}} {_HAVE} {_ONE} {{columns}}",
    f"{_SURE} (each|every) {{by:columns}} (has|gets) {_ONE} {{columns}}",
    f"{{columns}} (should be|must be|has to be) the same {_EACH} {{by:columns}}",
    f"{_SURE} {{columns}} (is|are) the same {_EACH} {{by:columns}}",
    f"[rows with] [the] same {{by:columns}} {_HAVE} {_ONE} {{columns}}",
    f"(enforce|ensure|allow) [only] {_ONE} {{columns}} {_EACH} {{by:columns}}",
    "{by:columns} (determines|determine|implies) {columns} [,] [so] (fix|mend|repair|correct) "
    "[the] [rows|values|cells|those|ones] (that|which) (break|breaks|violate) (it|this|that)",
    "(fix|mend|repair|restore) [the] [functional] dependency of {columns} on {by:columns}",
)
def make_consistent(said: Said) -> tuple[Action, ...] | None:
    """Read "make city consistent within each zip", "each zip should have one city"."""
    if said.get("again", said["columns"][0]) not in said["columns"]:
        return None
    return (MakeConsistent(columns=said["columns"], by=said["by"]),)


RULES = (make_consistent_and_full, make_consistent)
