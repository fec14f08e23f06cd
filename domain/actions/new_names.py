"""Whether columns can be called what somebody wants to call them."""

from collections.abc import Collection, Iterable

from domain.actions.errors import UnusableName


def check_new_names(names: Iterable[str], taken: Collection[str]) -> None:
    """Raise UnusableName for a name that is empty, or that another column has or gets."""
    seen = set(taken)
    for name in names:
        if not name.strip():
            raise UnusableName("A new column's name is empty. Give it at least a letter.")
        if name in seen:
            raise UnusableName(f"There is already a column {name!r}. Choose another name.")
        seen.add(name)
