"""What a snippet leaves in ``result`` answers, if it is a scalar, a table or a chart."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from application.ports.sandbox import Execution, Outcome, Sandbox, SnippetJob
from domain.execution import AnswerKind
from infrastructure.nsjail.judgement import IN_WORDS

SCALARS = {
    "df['visits'].sum()": {"type": "integer", "value": 4},
    "len(df)": {"type": "integer", "value": 3},
    "df['visits'].mean()": {"type": "number", "value": 2.0},
    "df['city'].iloc[1]": {"type": "text", "value": "Bergen"},
    "bool((df['visits'] > 0).any())": {"type": "boolean", "value": True},
    "np.bool_(False)": {"type": "boolean", "value": False},
    "df['visits'].iloc[1]": {"type": "missing", "value": None},
    "float('nan')": {"type": "missing", "value": None},
    "pd.NaT": {"type": "missing", "value": None},
    "float('inf')": {"type": "number", "value": "inf"},
    "2**60": {"type": "integer", "value": "1152921504606846976"},
    "pd.Timestamp('2024-03-01 12:00', tz='UTC')": {
        "type": "moment",
        "value": "2024-03-01T12:00:00+00:00",
    },
    "np.datetime64('2024-03-01')": {"type": "moment", "value": "2024-03-01T00:00:00"},
    "pd.Timedelta('1h')": {"type": "duration", "value": "P0DT1H0M0S"},
    "Decimal('1.10')": {"type": "decimal", "value": "1.10"},
    "''": {"type": "text", "value": ""},
}
TABLES = {
    "df['city'].value_counts()": {"city": ["Oslo", "Bergen"], "count": [2, 1]},
    "df.groupby('city').size()": {"city": ["Bergen", "Oslo"], "value": [1, 2]},
    "df.isna().sum()": {"index": ["id", "city", "visits"], "value": [0, 0, 1]},
    "df[df['city'] == 'Oslo'][['id']]": {"id": ["007", "009"]},
    "df['city'].unique()": {"value": ["Oslo", "Bergen"]},
    "list(df.columns)": {"value": ["id", "city", "visits"]},
    "df.shape": {"value": [3, 3]},
    "{'rows': 3, 'columns': 4}": {"name": ["rows", "columns"], "value": [3, 4]},
    "[{'a': 1}, {'a': 2}]": {"a": [1, 2]},
    "{'a': [1, 2], 'b': ['x', 'y']}": {"a": [1, 2], "b": ["x", "y"]},
    "df.groupby('city').agg({'visits': ['min', 'max']})": {
        "city": ["Bergen", "Oslo"],
        "visits_min": [None, 1],
        "visits_max": [None, 3],
    },
}
CHARTS = {
    "{'mark': 'bar', 'data': {'values': df[['city', 'visits']].to_dict('records')}}": {
        "mark": "bar",
        "data": {
            "values": [
                {"city": "Oslo", "visits": 1},
                {"city": "Bergen", "visits": None},
                {"city": "Oslo", "visits": 3},
            ]
        },
    },
    "{'layer': [{'mark': 'point'}], 'data': {'values': df[['id']]}}": {
        "layer": [{"mark": "point"}],
        "data": {"values": [{"id": "007"}, {"id": "008"}, {"id": "009"}]},
    },
    "{'$schema': 'https://vega.github.io/schema/vega-lite/v5.json', 'x': np.float64('nan')}": {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "x": None,
    },
}
NO_ANSWERS = [
    "df",
    "None",
    "lambda row: row",
    "object()",
    "np.zeros((2, 2, 2))",
    "df.groupby('city')",
    "(row for row in range(3))",
    "pd.concat([df, df], axis=1)",
    "df.iterrows()",
]


Answered = Callable[[str], tuple[Execution, Path]]


@pytest.fixture
def answered(jail: Sandbox, table: Path, tmp_path: Path) -> Answered:
    """What came of a snippet that leaves this in ``result``, and where its answer is."""

    def answer_to(expression: str) -> tuple[Execution, Path]:
        answer = tmp_path / "answer"
        execution = jail.execute(
            SnippetJob(
                snippet=f"from decimal import Decimal\nresult = {expression}",
                table=table,
                result=tmp_path / "left",
                seed=1,
                answer=answer,
            )
        )
        assert execution.outcome is Outcome.OK, execution
        assert answer.exists() == (execution.answer is not None)
        return execution, answer

    return answer_to


@pytest.mark.parametrize("expression", SCALARS)
def test_a_scalar_answers_with_its_type(expression: str, answered: Answered) -> None:
    execution, answer = answered(expression)
    assert execution.answer is AnswerKind.SCALAR
    assert json.loads(answer.read_text("utf-8")) == SCALARS[expression]


@pytest.mark.parametrize("expression", TABLES)
def test_what_has_rows_answers_as_a_table(expression: str, answered: Answered) -> None:
    execution, answer = answered(expression)
    assert (execution.answer, execution.detail) == (AnswerKind.TABLE, None)
    assert pq.read_table(answer).to_pydict() == TABLES[expression]


@pytest.mark.parametrize("expression", CHARTS)
def test_a_chart_answers_with_its_data(expression: str, answered: Answered) -> None:
    execution, answer = answered(expression)
    assert execution.answer is AnswerKind.CHART
    assert json.loads(answer.read_text("utf-8")) == CHARTS[expression]


@pytest.mark.parametrize("expression", NO_ANSWERS)
def test_what_is_none_of_them_is_a_name_like_any_other(expression: str, answered: Answered) -> None:
    execution, _ = answered(expression)
    assert execution.answer is None


def test_what_df_became_is_no_answer(jail: Sandbox, table: Path, tmp_path: Path) -> None:
    snippet = "result = df.head(1)\ndf = result"
    execution = jail.execute(
        SnippetJob(
            snippet=snippet,
            table=table,
            result=tmp_path / "left",
            seed=1,
            answer=tmp_path / "answer",
        )
    )
    assert (execution.outcome, execution.answer) == (Outcome.OK, None)
    assert not (tmp_path / "answer").exists()


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("df.set_index('city').T", "a column occurs more than once"),
        ("{'mark': 'bar', 'data': {'url': 'https://example.org'}}", "fetch"),
    ],
)
def test_why_an_answer_cannot_be_kept_is_said_without_a_cell(
    expression: str, reason: str, answered: Answered
) -> None:
    execution, _ = answered(expression)
    assert execution.answer is None
    assert execution.detail is not None
    assert reason in execution.detail
    assert "Bergen" not in execution.detail


def test_columns_without_a_common_type_are_told_as_text_and_the_answer_says_so(
    answered: Answered,
) -> None:
    execution, answer = answered("df.describe(include='all')")
    assert (execution.answer, execution.detail) == (AnswerKind.TABLE, IN_WORDS)
    described = pq.read_table(answer).to_pydict()
    assert described["index"][:4] == ["count", "unique", "top", "freq"]
    assert described["city"][:4] == ["3", "2", "Oslo", "2"]
    assert described["visits"][4] == 2.0


TRAINED = "(LinearRegression().fit(df[['visits']].fillna(0), [1.0, 2.0, 3.0]))"


def test_a_fitted_model_answers_with_its_scores(answered: Answered) -> None:
    execution, answer = answered(
        "0\nfrom sklearn.linear_model import LinearRegression\n"
        f"result = {{'model': {TRAINED}, 'scores': {{'R2': 0.5, 'bad': float('nan')}}}}"
    )
    assert execution.answer is AnswerKind.MODEL
    document = json.loads(answer.read_bytes())
    assert (document["scores"], document["importance"]) == ({"R2": 0.5}, {})
    import skops.io  # noqa: PLC0415  # seconds, for whoever only collects this file

    held = base64.b64decode(document["skops"])
    assert skops.io.get_untrusted_types(data=held) == []
    model = skops.io.loads(held)
    assert model.predict(pd.DataFrame({"visits": [1.0]})).shape == (1,)


def test_a_model_alone_is_an_answer_too(answered: Answered) -> None:
    execution, _ = answered(
        f"0\nfrom sklearn.linear_model import LinearRegression\nresult = {TRAINED}"
    )
    assert execution.answer is AnswerKind.MODEL
