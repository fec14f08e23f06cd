"""Code for older versions of the libraries is answered with what to write today."""

from pathlib import Path

import pytest

from application.ports.sandbox import Outcome, Sandbox, SnippetJob
from infrastructure.nsjail.outdated import instead_of

OUTDATED = {
    "df = df.append({'order_id': '1'}, ignore_index=True)": "pd.concat([df, other])",
    "df = df.applymap(str)": "df.map",
    "for name, column in df.iteritems():\n    print(name)": "df.items",
    "df = df.ix[0:3]": "df.loc or df.iloc",
    "df['x'] = df.lookup(df.index, ['city'] * len(df))": "df.loc",
    "x = df['unit_price'].mad()": ".abs().mean()",
    "df = df.sort('city')": "df.sort_values",
    "m = df.as_matrix()": "to_numpy()",
    "x = df['order_id'].is_monotonic": "is_monotonic_increasing",
    "df['w'] = df['ordered_at'].dt.week": "isocalendar().week",
    "df = df.set_index('ordered_at').first('10D')": "df.loc[",
    "x = pd.rolling_mean(df['quantity'], 2)": "rolling(n).mean()",
    "x = pd.datetime.now()": "from datetime import datetime",
    "df['x'] = df['unit_price'].astype(np.float)": "write float",
    "df['x'] = np.NaN": "np.nan",
    "x = np.in1d([1], [1])": "np.isin",
    "df['category'].cat.categories = ['a', 'b', 'c']": "rename_categories",
    "from sklearn.preprocessing import OneHotEncoder\nOneHotEncoder(sparse=False)": "sparse_output",
    "df['city'][0] = 'Rome'": "df.loc[rows, column] = value",
    "df['city'].fillna('?', inplace=True)": "df[a] = df[a].method()",
    "df[df['unit_price'] > 1]['city'] = 'x'": "df.loc[rows, column] = value",
    "df = df.fillna(method='ffill')": "ffill() or bfill()",
    "df['q'] = pd.to_numeric(df['amount'], errors='ignore')": "errors='coerce'",
    "df['q'] = pd.to_datetime(df['shipped'], infer_datetime_format=True)": "leave it out",
    "df = df.groupby({'a': 'b'}, axis=1).sum()": "df.T",
    "x = df.sum(level=0)": "groupby(level=...)",
    "df = df.drop(['note'], 1)": "axis=",
    "x = df['note'].str.split(' ', 1)": "n=",
    "df['category'].cat.remove_unused_categories(inplace=True)": "assign what it returns",
    "df.set_axis(range(11), axis=1, inplace=True)": "assign what it returns",
    "df = df.set_index('ordered_at').resample('M')['quantity'].sum()": "'ME'",
    "df['h'] = df['ordered_at'].dt.floor('2H')": "'2h'",
    "df = df.groupby(pd.Grouper(\n    key='ordered_at',\n    freq='Q-MAR',\n)).sum()": "'QE-MAR'",
    "df['paid'] = df['paid'].astype('bool')": "astype('boolean')",
    "df['quantity'] = df['quantity'].astype(int)": "astype('Int64')",
    "f = 'M'\ndf = df.set_index('ordered_at').resample(f)['quantity'].sum()": "'ME'",
    "x = pd.date_range('2024-01-01', periods=3, freq='AS-APR')": "'YS-APR'",
    "df['m'] = df['ordered_at'].dt.to_period('ME')": "'M'",
    "df['d'] = df['ordered_at'].dt.weekday_name": "day_name()",
    "df = df._append({'order_id': '1'}, ignore_index=True)": "pd.concat",
    "df = df.groupby('city')['quantity', 'unit_price'].sum()": "[['a', 'b']]",
    "df = df.groupby('city').agg({'quantity': {'n': 'sum'}})": "agg(new_name=",
    "x = df['quantity'].between(1, 2, inclusive=True)": "'both'",
    "x = df['unit_price'].pct_change(fill_method='pad')": "ffill()",
    "df['x'] = df['ordered_at'].astype('datetime64')": "datetime64[us]",
    "df = df.dropna(0)": "axis=",
    "df = df.pivot('order_id', 'city', 'quantity')": "index=",
    "pd.set_option('mode.use_inf_as_na', True)": "no such option",
    "import warnings\nwarnings.filterwarnings('ignore')\ndf['city'][0] = 'Rome'": "df.loc[",
    "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('ignore')\n"
    "    df['city'].fillna('?', inplace=True)": "df[a] = df[a].method()",
}


@pytest.mark.parametrize("snippet", OUTDATED)
def test_what_is_gone_is_named_with_what_to_write_today(
    snippet: str, jail: Sandbox, tables: dict[str, Path], tmp_path: Path
) -> None:
    execution = jail.execute(
        SnippetJob(snippet=snippet, table=tables["orders"], result=tmp_path / "result", seed=0)
    )
    assert execution.outcome is Outcome.ERROR
    assert execution.detail is not None
    assert OUTDATED[snippet] in execution.detail.partition("failed with")[2]


@pytest.mark.parametrize(
    ("snippet", "exception"),
    [
        ("df['sex'] = df['sex'].replace('M', 'male')", "ValueError"),
        ("df['m'] = df['day'].dt.to_period('M')", "ValueError"),
        ("df.drop(columns=['a'], inplace=True)", "TypeError"),
        ("parts = text.split(',', 1)", "TypeError"),
        ("df.fillna(0)\ndf.x.fillna(method='pad')", "TypeError"),
        ("df['a'].append(1)", "KeyError"),
        ("df.fillna(method='pad'", "TypeError"),
    ],
)
def test_code_of_today_is_not_called_outdated(snippet: str, exception: str) -> None:
    assert instead_of(snippet, 1, exception) is None
