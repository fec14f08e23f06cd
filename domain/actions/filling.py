"""The code that fills the missing cells of one column, by strategy.

Where nothing can be filled, the cells keep their type.
"""

from domain.actions.conditions import Scalar
from domain.actions.literals import column, literal, literal_list, room_for

_INSIDE = "interpolate(limit_area='inside')"
_MAKE_ROOM = "# whole numbers cannot hold a fraction"


def with_constant(value: Scalar, cells: str) -> str:
    return f"{cells} = {room_for(value, cells)}.fillna({literal(value)})"


def with_middle(middle: str, by: tuple[str, ...], cells: str) -> str:
    """With the ``mean`` or the ``median``."""
    if by:
        middles = f"numbers.groupby(groups).transform({literal(middle)})"
        return _groups(by) + _with_numbers(middles, cells)
    return (
        f"{middle} = {cells}.{middle}()\n"
        f"if {cells}.isna().any() and {cells}.notna().any():\n"
        f"    if {middle} % 1 != 0:  {_MAKE_ROOM}\n"
        f"        {cells} = {cells}.astype('float64')\n"
        f"    {cells} = {cells}.fillna({middle})"
    )


def with_mode(by: tuple[str, ...], cells: str) -> str:
    if by:
        return (
            f"{_groups(by)}"
            f"often = {cells}.groupby([*groups, {cells}]).transform('size')\n"
            f"ranked = {cells}.to_frame('value').assign(often=often)\n"
            "ranked = ranked.sort_values(['often', 'value'], ascending=[False, True])\n"
            f"{cells} = {cells}.fillna(ranked['value'].groupby(groups).transform('first'))"
        )
    return f"mode = {cells}.mode()\nif not mode.empty:\n    {cells} = {cells}.fillna(mode.iloc[0])"


def with_neighbour(method: str, by: tuple[str, ...], cells: str) -> str:
    """With the value before (``ffill``) or after (``bfill``)."""
    if by:
        # A row without a group gets nothing, and keeps what it has.
        return f"{_groups(by)}{cells} = {cells}.fillna({cells}.groupby(groups).{method}())"
    return f"{cells} = {cells}.{method}()"


def interpolated(by: tuple[str, ...], cells: str) -> str:
    line = _line_in_group(by) if by else f"filled = values.{_INSIDE}\n"
    return (
        f"dates = {cells}.dtype.kind == 'M'\n"
        f"values = {cells} if dates else {cells}.astype('float64')\n"
        f"{line}"
        f"filled = filled.where({cells}.isna())\n"
        f"if not dates and (filled.dropna() % 1 != 0).any():  {_MAKE_ROOM}\n"
        f"    {cells} = {cells}.astype('float64')\n"
        f"{cells} = {cells}.fillna(filled)"
    )


def _line_in_group(by: tuple[str, ...]) -> str:
    """As `interpolate` does it, for all groups at once: of those there can be many."""
    return (
        f"{_groups(by)}"
        "place = values.groupby(groups).cumcount()\n"
        "known = place.where(values.notna()).groupby(groups)\n"
        "share = (place - known.ffill()) / (known.bfill() - known.ffill())\n"
        "values = values.groupby(groups)\n"
        "filled = values.ffill() + (values.bfill() - values.ffill()) * share\n"
    )


def measures(by: tuple[str, ...]) -> str:
    """What `with_nearest` needs before it: ``measures``, by which rows are near one another."""
    numbers = "df.select_dtypes(include='number', exclude='timedelta')"
    return (
        "import pandas as pd\n"
        "from sklearn.neighbors import KNeighborsRegressor\n\n"
        f"measures = {f'df[{literal_list(by)}]' if by else numbers}.astype('float64')\n"
        "measures = measures.where(measures.abs() < float('inf'))\n"
        "# In units of its spread each column counts alike; a missing number counts as the mean.\n"
        "spread = measures.std(ddof=0).replace(0, 1)\n"
        "measures = ((measures - measures.mean()) / spread).fillna(0)\n"
    )


def with_nearest(neighbours: int, name: str, cells: str) -> str:
    """With the mean of the nearest rows; `name` is the expression for the column's name."""
    return (
        f"numbers = {cells}.astype('float64')\n"
        "missing, known = numbers.isna(), numbers.abs() < float('inf')\n"
        "if missing.any() and known.any():\n"
        f"    others = measures.drop(columns={name}, errors='ignore')\n"
        f"    nearest = KNeighborsRegressor(n_neighbors=min({neighbours}, int(known.sum())))\n"
        "    nearest.fit(others[known], numbers[known])\n"
        "    filled = pd.Series(nearest.predict(others[missing]), index=df.index[missing])\n"
        f"    if (filled % 1 != 0).any():  {_MAKE_ROOM}\n"
        f"        {cells} = {cells}.astype('float64')\n"
        f"    {cells} = {cells}.fillna(filled)"
    )


def _with_numbers(numbers: str, cells: str) -> str:
    return (
        f"numbers = {cells}.astype('float64')\n"
        f"filled = {numbers}\n"
        f"filled = filled.where({cells}.isna())\n"
        f"if (filled.dropna() % 1 != 0).any():  {_MAKE_ROOM}\n"
        f"    {cells} = {cells}.astype('float64')\n"
        f"{cells} = {cells}.fillna(filled)"
    )


def _groups(by: tuple[str, ...]) -> str:
    return f"groups = [{', '.join(column(name) for name in by)}]\n"
