"""Code that changes a copy of a part of the table and forgets it goes back before it is run."""

import pytest

from domain.lost_changes import lost_changes
from tests.sandbox.snippets import every_snippet

COLUMNS = ("a", "b")
LOST = [
    "df['a'].dropna(inplace=True)",
    "df['a'].drop_duplicates(inplace=True)",
    "df.loc[:, 'a'].sort_values(inplace=True)",
    "df[['a', 'b']].rename(columns={'a': 'c'}, inplace=True)",
    "df[df['a'] > 1]['b'].reset_index(drop=True, inplace=True)",
    "a = df['a']\na.fillna(0, inplace=True)",
    "part = df[df['a'] > 1]\npart.fillna(0, inplace=True)\npart.dropna(inplace=True)",
    "for i, row in df.iterrows():\n    row['a'] = 0",
    "for _, r in df.iterrows():\n    if i > 3:\n        r['a'] = r['a'].strip()",
    "for _, r in df.iterrows():\n    r['a'] += 1",
    "part = df[df['a'] > 1]\npart['a'] = 0",
    "part = df[df['a'] > 1].copy()\npart['a'] = 0",
    "new = df.copy()\nnew['n'] = new['a'] + 1\nnew.dropna(inplace=True)",
    "part = df[df['a'] > 1]\npart.loc[:, 'a'] = part['a'] + 1",
    "def clean(df):\n    df = df.copy()\n    df['n'] = 1\n    return df",
    "df.dropna()",
    "df = df.dropna()\ndf.sort_values('a')",
    "df['a'].fillna(0)",
    "df['a'].str.strip()",
    "df[df['a'] > 1].drop(columns='b').reset_index()",
    "for name in df:\n    df[name].replace('?', None)",
    "cleaned = df.drop_duplicates()",
    "df = df.dropna()\nadults = df[df['a'] > 17]",
    "def clean(df):\n    df = df.copy()\n    df['n'] = 1\n    return df\nclean(df)",
    "def clean(table):\n    return table.dropna()\nclean(df)",
    "df = df.rename({'a': 'c'})",
    "df.rename(str.lower, inplace=True)",
    "df.n = 5",
    "df['a'] = df.n = df['b']",
    "df.head()\ndf.info()\ndf['a'].value_counts()",
    "print(df.dropna())",
    "total = df['a'].sum()\nprint(f'The total is {total}')",
]
KEPT = [
    "print(len(df))\nresult = len(df)",
    "df = df.dropna()\nprint(len(df))",
    "if df['a'].isna().any():\n    raise ValueError('gaps')\nprint(df)",
    "df.insert(0, 'n', 1)\nprint(df)",
    "df.insert(0, 'n', 1)\ndf.drop(columns='a', inplace=True)\ndf.pop('b')",
    "how = {'inplace': True}\ndf.drop(columns='a', **how)",
    "try:\n    df['a'].astype(int)\nexcept ValueError:\n    df['a'] = None",
    "try:\n    for c in df:\n        df[c].astype(int)\nexcept ValueError:\n    df = df.head()",
    "rows = []\nrows.sort()\n'a'.replace('b', 'c')",
    "df.dropna(inplace=True)",
    "df = df[df['a'] > 1]\ndf.dropna(inplace=True)",
    "part = df[['a']]\npart.dropna(inplace=True)\ndf['n'] = len(part)",
    "a = df['a']\na.fillna(0, inplace=True)\ndf['a'] = a",
    "frames = {'a': df}\nframes['a'].dropna(inplace=True)\ndf = frames['a']",
    "rows = []\nfor _, row in df.iterrows():\n    row['a'] = 0\n    rows.append(row)",
    "for i, row in df.iterrows():\n    row['a'] = 0\n    df.loc[i, 'a'] = row['a']",
    "for i, row in df.iterrows():\n    df.loc[i, 'a'] = row['a'] * 2",
    "df['a'] = df['a'].dropna(inplace=False)",
    "x = df['a'].dropna(inplace=True)",
    "part = df[df['a'] > 1]\npart['a'] = 0\ndf = part",
    "new = df.copy()\nnew['n'] = 1\ndf = new",
    "part = df[df['a'] > 1]\npart['a'] = 0\nresult = part",
    "def clean(df):\n    return df.dropna()\ndf = clean(df)",
    "def clean(value):\n    return value + 1\ndf['a'] = df['a'].map(clean)",
    "df = (",
    "cleaned = df.drop_duplicates()\ndf = cleaned",
    "cleaned = df.dropna()\nresult = len(cleaned)",
    "total = df['a'].sum()",
    "bad = df[df['a'] < 0]\ngood = df[df['a'] >= 0]\ndf = good",
    "backup = df.copy()\ndf['a'] = 0",
    "result = df[['a', 'b']]\nresult['n'] = 1",
    "def check(t):\n    assert len(t)\n    return True\ncheck(df)\ndf = df.dropna()",
    "def check(t):\n    if not len(t):\n        raise ValueError('empty')\n    return t\ncheck(df)",
    "def size(t):\n    print(t.shape)\n    return t.shape\nsize(df)\ndf = df.dropna()\nsize(df)",
    "def gaps(t):\n    found = []\n    return found\ngaps(df)\ndf = df.dropna()",
    "def add(t):\n    t['n'] = 1\n    return t\ndef clean(t):\n    return add(t)\nclean(df)",
    "def clean(t):\n    other = t\n    other['n'] = 1\n    return other\nclean(df)",
    "def clean(t):\n    taken = t.pop('a')\n    return taken.dropna()\nclean(df)",
    "def clean(t):\n    for u in [t]:\n        u['n'] = 1\n    return t.head().dropna()\nclean(df)",
    "def f(t, on):\n    if on:\n        t = t.copy()\n    t['n'] = 1\n    return t\nf(df, 0)",
    "def show(t):\n    first = t.round(1)\n    print(first)\n    return first\nshow(df)",
    "gaps = df[df['a'] < 0]\ndf.dropna(inplace=True)",
    "for i in range(2):\n    df[f'n{i}'] = i\ndf.n1 = 3",
    "def clean(df):\n    df['n'] = 1\n    return df\nclean(df)",
    "def clean(df):\n    df.dropna(inplace=True)\n    df = df.head()\n    return df\nclean(df)",
    "def add(t):\n    t['n'] = 1\ndef clean(t):\n    add(t)\n    return 1\nclean(df)",
    "def clean(df):\n    globals()\n    global total\n    total = 1\n    return df\nclean(df)",
    "df = df.rename({'a': 'c'}, axis=1)",
    "df = df.rename(columns={'a': 'c'})",
    "df = df.rename({0: 'first'}, axis='index')",
    "by = df.groupby('a').sum().rename({'x': 'y'})\ndf = by",
    "df.a = df.a * 2",
    "df['n'] = 1\ndf.n = df['a']",
    "df = df.assign(n=1)\ndf.n = df['a']",
    "df.eval('n = a + b', inplace=True)\ndf.n = 1",
    "df.columns = df.columns.str.lower()\ndf.n = 1",
    "df.index = range(len(df))\ndf.attrs = {}",
    "df.n = 5\ndf['b'] = df['a'] * df.n",
]


@pytest.mark.parametrize("code", LOST)
def test_a_change_that_is_forgotten_is_found(code: str) -> None:
    (sentence,) = lost_changes(code, COLUMNS)[:1]
    assert sentence.startswith("Line ")
    assert "leaves df as it is" in sentence or "a copy of a part of df" in sentence


@pytest.mark.parametrize("code", KEPT)
def test_a_change_that_reaches_the_table_is_left_alone(code: str) -> None:
    assert lost_changes(code, COLUMNS) == ()


def test_nothing_is_lost_in_ordinary_code() -> None:
    found = {each.name: lost_changes(each.code, ()) for each in every_snippet()}
    assert {name: sentences for name, sentences in found.items() if sentences} == {}
