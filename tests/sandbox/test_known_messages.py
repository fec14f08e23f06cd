"""The mistakes that people make most with tables are answered with what to do about them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from application.ports.sandbox import Outcome, Sandbox, SnippetJob
from infrastructure.nsjail.explanation import explain_error
from infrastructure.nsjail.report import read_report
from infrastructure.nsjail.runner import SNIPPET_NAME, describe

MISTAKES = {
    "df['quantity'] = df['quantity'].fillna(df['quantity'].mean())": "astype('Float64')",
    "df['quantity'] = df['quantity'].fillna('unknown')": "astype('string')",
    "df['big'] = np.where(df['quantity'] > 2, 1, 0)": ".fillna(False)",
    "df['p'] = df['paid'].apply(lambda p: 'y' if p else 'n')": ".fillna(False)",
    "if df['unit_price'] > 1:\n    pass": "& | ~",
    "df['category'] = df['category'].fillna('zzz')": "cat.add_categories",
    "first = df['category'].min()": "astype('str')",
    "df = df[df['category'] > 'b']": "astype('str')",
    "df['q'] = df['quantity'].astype(int)": "astype('Int64')",
    "df['a'] = df['amount'].astype(float)": "errors='coerce'",
    "df['x'] = [1, 2]": "another length",
    "x = df.mean()": "numeric_only=True",
    "x = df.groupby('city').mean()": "numeric_only=True",
    "df['x'] = df['amount'] > 5": "cast one with astype",
    "df['x'] = df['city'] + df['quantity']": "cast one with astype",
    "x = sorted(df['city'])": "missing values before sorting",
    "d = df['ordered_at'].dt.tz_localize('UTC') - df['ordered_at']": "dt.tz_localize(None)",
    "d = df['ordered_at'].dt.tz_convert('UTC')": "dt.tz_localize first",
    "pd.Series(pd.to_datetime(['2024-03-31 02:30'])).dt.tz_localize('Europe/Oslo')": "nonexistent=",
    "df = df.merge(pd.DataFrame({'order_id': [17]}), on='order_id')": "different types",
    "df = df.pivot(index='city', columns='category', values='quantity')": "pivot_table",
    "df = df.set_index('order_id').reindex(['00017'])": "drop_duplicates",
    "df.insert(0, 'city', 1)": "another name",
    "df['d'] = pd.to_datetime(df['note'])": "errors='coerce'",
    "df['n'] = df['quantity'].str.strip()": "astype('str')",
    "df['y'] = df['note'].dt.year": "pd.to_datetime",
    "df['c'] = df['note'].cat.codes": "astype('category')",
    "df = df.sort_values('city', inplace=True)\ndf.head()": "inplace=True returns nothing",
    "df['u'] = df['city'].apply(lambda s: s.upper())": "na_action='ignore'",
    "df['n'] = df['city'].apply(len)": "na_action='ignore'",
    "import re\ndf['n'] = df['note'].apply(lambda s: re.sub('a', 'b', s))": "na_action='ignore'",
    "import json\njson.dumps({'n': df['unit_price'].count()})": "int()",
    "a = df['unit_price'].values\na[0] = 0": "copy=True",
    "df['unit_price'].to_numpy().sort()": "copy=True",
    "x = pd.qcut(df['quantity'].fillna(0), 8)": "duplicates='drop'",
    "df = df.resample('D').sum()": "on='column'",
    "df = df.groupby('city').apply(lambda d: d.head(1), include_groups=True)": "assign the column",
    "df['t'] = df['note'].str.split()\ndf = df.drop_duplicates()": "lists",
    "from sklearn.linear_model import LinearRegression\n"
    "LinearRegression().fit(df[['quantity']], df['unit_price'])": "SimpleImputer",
    "from sklearn.preprocessing import StandardScaler\n"
    "StandardScaler().fit_transform(df['unit_price'])": "two brackets",
}


@pytest.mark.parametrize("snippet", MISTAKES)
def test_a_common_mistake_is_answered_with_its_remedy_and_without_a_cell(
    snippet: str, jail: Sandbox, tables: dict[str, Path], tmp_path: Path
) -> None:
    execution = jail.execute(
        SnippetJob(snippet=snippet, table=tables["orders"], result=tmp_path / "result", seed=0)
    )
    assert execution.outcome is Outcome.ERROR
    assert execution.detail is not None
    hint = execution.detail.partition("failed with")[2]
    assert MISTAKES[snippet] in hint
    assert not any(cell in hint for cell in ("gift", "9.99", "zzz", "unknown", "3.3"))


OTHER_MISTAKES = {
    "x = int(df['n'])": "one value",
    "import re\nre.sub('a', '', df['city'])": "one value",
    "df.loc[0] = [1, 2]": "another length",
    "df.groupby('city')['day'].sum()": "dates have no sum",
    "df.resample('ME', on='day').sum()": "numeric_only=True",
    "df['n'] / 'a'": "cast one with astype",
    "df.join(df)": "suffixes",
    "pd.concat([])": "is empty",
    "df.columns = ['a']": "as many names",
    "df['x'] = df[['n', 'city']]": "choose one of its columns",
    "df[df['city'] == 'Oslo' & df['n'] > 3]": "parentheses",
    "df['day'] + 5": "pd.Timedelta",
    "df['city'].isin('Oslo')": "isin([",
    "df.query('city = \"Oslo\"')": "== compares",
    "df.query('nn > 3')": "no column 'nn'; did you mean 'n'?",
    "df.query(\"city == 'O'Neil'\")": "check its quotes",
    "df.query('the city == 3')": "into backticks",
    "','.join(df['n'])": "astype('str')",
    "for i, row in df: pass": "df.iterrows()",
    "df['city'].str.extract('Oslo')": "parentheses",
    "df['city'].str.replace('(', '', regex=True)": "regex=False",
    "import re\nre.sub('(', '', 'Oslo')": "regex=False",
    "df['day'].apply(lambda d: d.strftime('%Y'))": "methods of .dt",
    "df.sample(10)": "fewer rows",
    "import json\njson.loads(df['city'][0])": "no JSON",
    "df['city'].upper()": "at .str",
    "df['day'].year": "at .dt",
    "df.str.upper()": "choose a column",
    "from sklearn.impute import Nope": "how it is written",
    "df.drop('city')": "write columns=['city']",
    "df.sort_values('n', asc=True)": "sort_values has no argument 'asc'; did you mean 'ascending'?",
    "df.groupby('city', asindex=False)": "did you mean 'as_index'?",
    "df['city'].str.contains('a', cas=False)": "did you mean 'case'?",
    "pd.cut(df['n'])": "cut needs the argument 'bins'",
    "df.head(2, 3)": "write the others as name=value",
    "df['n'].astype('flot')": "no type of that name",
    "df.merge(df, how='lef')": "'left'",
    "pd.to_datetime(['2024-01-01T00:00+01:00', '2024-07-01T00:00+02:00'])": "use utc=True",
    "df['city'].str.spilt('o')": "did you mean 'split'",
    "df['day'].dt.yaer": "did you mean 'year'?",
    "df['n'].rond(2)": "did you mean 'round'",
    "np.wher(df['n'] > 1, 1, 2)": "did you mean 'where'",
    "pd.to_datetim(df['day'])": "did you mean 'to_datetime'?",
}


@pytest.mark.parametrize("snippet", OTHER_MISTAKES)
def test_the_words_of_the_libraries_select_a_remedy(snippet: str) -> None:
    """Without a jail: this is about what the libraries of today say."""
    days = pd.to_datetime(["2024-01-01", "", "2024-03-01"])
    df = pd.DataFrame({"city": ["Oslo", "Bergen", "Oslo"], "n": [1, 2, 3], "day": days})
    df["kind"] = pd.Categorical(["a", "b", "a"])
    code = compile(snippet, SNIPPET_NAME, "exec")
    with pytest.raises(Exception) as failed:  # noqa: PT011 - any, which is what is told apart
        exec(code, {"df": df, "pd": pd, "np": np})  # noqa: S102 - our own snippets
    report = read_report(json.dumps(describe(failed.value)).encode())
    assert report is not None
    told = explain_error(report, snippet, list(df.columns))
    assert OTHER_MISTAKES[snippet] in told
    assert "Bergen" not in told
