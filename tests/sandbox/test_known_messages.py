"""The mistakes that people make most with tables are answered with what to do about them."""

from pathlib import Path

import pytest

from application.ports.sandbox import Outcome, Sandbox

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
    execution = jail.execute(snippet, table=tables["orders"], result=tmp_path / "result", seed=0)
    assert execution.outcome is Outcome.ERROR
    assert execution.detail is not None
    hint = execution.detail.partition("failed with")[2]
    assert MISTAKES[snippet] in hint
    assert not any(cell in hint for cell in ("gift", "9.99", "zzz", "unknown", "3.3"))
