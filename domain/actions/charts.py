"""Questions that a chart answers: a Vega-Lite specification with its data in it."""

from dataclasses import dataclass
from typing import Literal

from domain.actions.errors import NothingNamed
from domain.actions.figures import Figure, TellFigure
from domain.actions.inquiry import Inquiry
from domain.actions.literals import column, literal
from domain.actions.value_checks import NUMERIC, demand
from domain.actions.wording import name_text
from domain.table import ColumnType, TableShape

_BINS = 20
_MOST_BARS = 30
_MOST_POINTS = 2000
# As code: whether a line is drawn over dates or numbers, its points tell.
_KINDS = {
    "bar": "'nominal'",
    "line": "'temporal' if points['x'].dtype.kind == 'M' else 'quantitative'",
}


@dataclass(frozen=True, kw_only=True)
class DrawChart(Inquiry):
    """Answer with a chart of column `x`, and of `y` where the chart has two.

    histogram: how often the numbers of x are in each range. bar: for each value of x, the figure
    of y (rows needs none), the 30 largest. line: the figure of y over x. scatter: a point
    for each row, of very many rows 2,000 drawn by lot.
    """

    kind: Literal["draw_chart"] = "draw_chart"
    chart: Literal["histogram", "bar", "line", "scatter"]
    x: str
    y: str | None = None
    figure: Figure = "mean"

    def columns_named(self) -> tuple[str, ...]:
        return (self.x,) if self.y is None else (self.x, self.y)

    def check(self, shape: TableShape) -> None:
        across = shape.column(self.x)
        if self.chart == "histogram":
            demand([across], NUMERIC, "which have no histogram", "Ask for a bar chart.")
            return
        if self.chart != "bar":
            drawn = {*NUMERIC, ColumnType.DATETIME}
            demand([across], drawn, "which cannot be drawn so", "Ask for a bar chart.")
        if self.y is None and (self.figure != "rows" or self.chart == "scatter"):
            raise NothingNamed("What is the chart to show? Name another column.")
        if self.y is not None and self.chart == "scatter":
            demand([shape.column(self.y)], NUMERIC, "which cannot be drawn", "")
        if self.chart != "scatter":
            self._points().check(shape)

    def code(self) -> str:
        return f"{self._data()}\nresult = {self._specification()}"

    def asked(self) -> str:
        if self.chart == "histogram":
            return f"the histogram of {name_text(self.x)}"
        if self.chart == "scatter":
            return f"the scatter plot of {name_text(self.x)} and {name_text(self.y or '')}"
        return f"the {self.chart} chart of {self._points().asked()}"

    def _points(self) -> TellFigure:
        """The figures that a bar or line chart shows."""
        rows = self.figure == "rows"
        return TellFigure(
            figure=self.figure,
            column=None if rows else self.y,
            by=(self.x,),
            order="largest" if self.chart == "bar" else "groups",
            top=_MOST_BARS if self.chart == "bar" else None,
        )

    def _data(self) -> str:
        if self.chart == "histogram":
            return (
                f"numbers = {column(self.x)}.dropna().astype('float64')\n"
                "finite = numbers[numbers.abs() < float('inf')]\n"
                f"counts, edges = np.histogram(finite, bins={_BINS})\n"
                "points = pd.DataFrame({'x': edges[:-1], 'to': edges[1:], 'y': counts})"
            )
        if self.chart == "scatter":
            named = f"df[[{literal(self.x)}, {literal(self.y)}]].dropna()"
            return (
                f"points = {named}.set_axis(['x', 'y'], axis=1)\n"
                f"if len(points) > {_MOST_POINTS}:\n"
                f"    points = points.sample({_MOST_POINTS}, random_state=0)"
            )
        return f"{self._points().code()}\npoints = result.dropna().set_axis(['x', 'y'], axis=1)"

    def _specification(self) -> str:
        mark = {"histogram": "bar", "scatter": "point"}.get(self.chart, self.chart)
        across = "'bin': 'binned', " if self.chart == "histogram" else ""
        end = "\n        'x2': {'field': 'to'}," if self.chart == "histogram" else ""
        kind = _KINDS.get(self.chart, "'quantitative'")
        order = ", 'sort': None" if self.chart == "bar" else ""
        counted = self.chart == "histogram" or self.figure == "rows"
        up = "rows" if counted else (self.y or "")
        title = up if self.chart == "scatter" or counted else f"{self.figure} of {up}"
        return (
            "{\n"
            "    '$schema': 'https://vega.github.io/schema/vega-lite/v5.json',\n"
            f"    'mark': {literal(mark)},\n"
            "    'data': {'values': points.to_dict('records')},\n"
            "    'encoding': {\n"
            f"        'x': {{'field': 'x', {across}'type': {kind}, "
            f"'title': {literal(self.x)}{order}}},{end}\n"
            f"        'y': {{'field': 'y', 'type': 'quantitative', 'title': {literal(title)}}},\n"
            "    },\n"
            "}"
        )
