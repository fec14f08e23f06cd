"""What the built-in planner must make of a message: (table, message, actions step by step).

Written before its rules. Where a message is unclear the planner asks: see ``QUESTIONS``.
"""

from typing import Any

from domain.actions import (
    Action,
    AllOf,
    AnyOf,
    Cast,
    ChangeCase,
    Comparison,
    Condition,
    DropColumns,
    DropMissing,
    Fill,
    FilterRows,
    FormatDates,
    KeepColumns,
    MergeSimilar,
    Not,
    ParseDates,
    RemoveDuplicates,
    RenameColumns,
    Renaming,
    ReplaceValues,
    SetWhere,
    Sort,
    SortKey,
    TrainModel,
    TrimText,
)


def drop(*names: str) -> Action:
    return DropColumns(columns=names)


def only(*names: str) -> Action:
    return KeepColumns(columns=names)


def missing(*names: str, how: Any = "any") -> Action:
    return DropMissing(columns=names, how=how)


def fill(strategy: Any, *names: str) -> Action:
    return Fill(columns=names, strategy=strategy)


def put(value: Any, *names: str) -> Action:
    return Fill(columns=names, strategy="constant", value=value)


def rename(**pairs: str) -> Action:
    return RenameColumns(pairs=tuple(Renaming(old=o, new=n) for o, n in pairs.items()))


def unique(*names: str, keep: Any = "first") -> Action:
    return RemoveDuplicates(columns=names, keep=keep)


def trim(*names: str, collapse: bool = False) -> Action:
    return TrimText(columns=names, collapse=collapse)


def case(kind: Any, *names: str) -> Action:
    return ChangeCase(columns=names, case=kind)


def cast(to: Any, *names: str) -> Action:
    return Cast(columns=names, to=to)


def dates(*names: str, day_first: bool | None = None) -> Action:
    return ParseDates(columns=names, day_first=day_first)


def swap(old: Any, new: Any, *names: str) -> Action:
    return ReplaceValues(columns=names, old=old, new=new)


def sort(*keys: str) -> Action:
    """``-age`` is age descending."""
    return Sort(
        keys=tuple(SortKey(column=k.removeprefix("-"), descending=k[0] == "-") for k in keys)
    )


def is_(column: str, operator: Any, *values: Any, **options: Any) -> Comparison:
    return Comparison(column=column, operator=operator, values=values, **options)


def both(*conditions: Condition) -> Condition:
    return AllOf(conditions=conditions)


def either(*conditions: Condition) -> Condition:
    return AnyOf(conditions=conditions)


def keep(where: Condition) -> Action:
    return FilterRows(where=where)


def out(where: Condition) -> Action:
    return FilterRows(where=where, matching="drop")


TEXT = ("name", "email", "city", "country", "signup", "zip")
NUMBERS = ("id", "age", "salary")
AGE_18 = is_("age", "greater_or_equal", 18)
PARIS = is_("city", "equals", "Paris")
MEDIAN_PAID = is_("salary", "less_or_equal", figure="median")
OLD_FOR_CITY = is_("age", "greater", figure="mean", of_each=("city",))
PAID_LITTLE = is_("salary", "less", figure="mean", of_each=("country",))
GAPS = ("email", "age", "salary", "city", "joined", "active")


def predict(target: str, *features: str, task: Any, algorithm: Any = "random_forest") -> Action:
    return TrainModel(target=target, features=features, task=task, algorithm=algorithm)


def merge(*names: str, method: Any = "fingerprint", distance: int = 1) -> Action:
    return MergeSimilar(columns=names, method=method, distance=distance)


def written(form: str, *names: str) -> Action:
    return FormatDates(columns=names, format=form)


ONE_STEP: list[tuple[str, str, Action]] = [
    # said clumsily
    ("people", "there are some double rows in it, can you remove them", unique()),
    ("people", "drop rows that show up several times, all of the copies", unique(keep="none")),
    (
        "people",
        "keep only the last entry for each city, delete the rest",
        unique("city", keep="last"),
    ),
    ("people", "each id should appear only once", unique("id")),
    ("people", "make sure ids are unique", unique("id")),
    ("people", "tidy up the extra spaces in name", trim("name", collapse=True)),
    ("people", "trim name, also the double ones inside", trim("name", collapse=True)),
    ("people", "make name all small letters", case("lower", "name")),
    ("people", "city -> upper case", case("upper", "city")),
    ("people", "change the casing of city to title case", case("title", "city")),
    ("people", "zip -> number", cast("number", "zip")),
    ("people", "convert zip to text, not a number", cast("text", "zip")),
    ("people", "convert signup to dates, they are day first", dates("signup", day_first=True)),
    (
        "people",
        "keep rows where city starts with A or B",
        keep(either(is_("city", "starts_with", "A"), is_("city", "starts_with", "B"))),
    ),
    (
        "people",
        "drop rows where name does not contain x or y",
        out(Not(condition=either(is_("name", "contains", "x"), is_("name", "contains", "y")))),
    ),
    ("people", "keep rows where city has Par in it", keep(is_("city", "contains", "Par"))),
    (
        "people",
        "keep rows where name has no space in it",
        keep(Not(condition=is_("name", "contains", " "))),
    ),
    ("people", "drop rows where zip has a dash in it", out(is_("zip", "contains", "-"))),
    ("people", "keep rows where age is more then 30", keep(is_("age", "greater", 30))),
    ("people", "keep rows where city is on hold", keep(is_("city", "equals", "on hold"))),
    (
        "people",
        "drop rows where name and city are both missing",
        out(both(is_("name", "is_missing"), is_("city", "is_missing"))),
    ),
    ("people", "there's whitespace around name, please strip it", trim("name")),
    ("people", "write name in capitals", case("upper", "name")),
    ("people", "signup should be in iso format, day first", dates("signup", day_first=True)),
    ("people", "change the header of zip to plz", rename(zip="plz")),
    (
        "people",
        "drop evrything before 2024-03-01",
        out(is_("joined", "less", "2024-03-01", by_day=True)),
    ),
    ("people", "drop whatever has no email", out(is_("email", "is_missing"))),
    ("people", "rows where age is below 18 can go", out(is_("age", "less", 18))),
    ("people", "age cannot be over 120, drop those rows", out(is_("age", "greater", 120))),
    (
        "people",
        "city must be Paris or Rome, drop the rest",
        keep(is_("city", "in", "Paris", "Rome")),
    ),
    ("people", "sort by age, oldest first", sort("-age")),
    ("people", "sort by joined, oldest first", sort("joined")),
    ("people", "sort by city, then newest first", sort("city", "-joined")),
    ("people", "oldest first by age", sort("-age")),
    ("people", "put the rows in order of age", sort("age")),
    ("people", "keep name, city and salarry only", only("name", "city", "salary")),
    ("penguins", "drop both culmen columns", drop("Culmen Length (mm)", "Culmen Depth (mm)")),
    # models
    (
        "people",
        "predict salary from age and country",
        predict("salary", "age", "country", task="regression"),
    ),
    (
        "people",
        "Train a random forest to predict active using age, salary and city",
        predict("active", "age", "salary", "city", task="classification"),
    ),
    (
        "people",
        "fit a logistic regression to predict active from age",
        predict("active", "age", task="classification", algorithm="linear"),
    ),
    (
        "people",
        "predict age from salary with gradient boosting",
        predict("age", "salary", task="regression", algorithm="gradient_boosting"),
    ),
    (
        "people",
        "build a classifier for city from zip and country",
        predict("city", "zip", "country", task="classification"),
    ),
    # spellings
    ("people", "merge similar values in city", merge("city")),
    ("people", "Make cities consistent", merge("city")),
    ("people", "merge similar country names by n-gram", merge("country", method="ngram")),
    ("people", "cluster city and country", merge("city", "country")),
    (
        "people",
        "unify inconsistent spellings in city by levenshtein distance of 2",
        merge("city", method="levenshtein", distance=2),
    ),
    # how dates are written
    ("people", "format joined as dd.mm.yyyy", written("%d.%m.%Y", "joined")),
    ("people", "write the dates in joined like '%d %B %Y'", written("%d %B %Y", "joined")),
    ("people", "show joined in ISO format", written("%Y-%m-%d", "joined")),
    # rows with missing values
    ("people", "drop rows with missing values", missing()),
    ("people", "Please remove all rows with any missing value.", missing()),
    ("people", "delete incomplete rows", missing()),
    ("people", "drop nulls", missing()),
    ("people", "drop NA", missing()),
    ("people", "remove rows with missing values in any column", missing()),
    ("people", "get rid of rows with nulls in age", missing("age")),
    ("people", "drop rows with missing age or city", missing("age", "city")),
    ("people", "drop rows with missing values in age and city", missing("age", "city")),
    ("people", "drop rows missing both age and city", missing("age", "city", how="all")),
    (
        "people",
        "drop people without email and who joined before 2019",
        out(both(is_("email", "is_missing"), is_("joined", "less", "2019-01-01", by_day=True))),
    ),
    (
        "people",
        "drop people without email and without city",
        out(both(is_("email", "is_missing"), is_("city", "is_missing"))),
    ),
    (
        "people",
        "fill city with 'unknown' only if the age is over 30",
        SetWhere(
            columns=("city",),
            value="unknown",
            where=both(is_("city", "is_missing"), is_("age", "greater", 30)),
        ),
    ),
    ("world", "drop observations over 100", out(is_("Länge", "greater", 100))),
    ("people", "drop people unless they are active", keep(is_("active", "equals", True))),
    ("people", "drop people who aren't active", out(is_("active", "equals", False))),
    ("people", "id should become text", cast("text", "id")),
    ("penguins", "keep observations over 4 kg", keep(is_("Body Mass (g)", "greater", 4000))),
    ("people", "drop people above the average age", out(is_("age", "greater", figure="mean"))),
    (
        "penguins",
        "keep rows where the mass is above the average mass",
        keep(is_("Body Mass (g)", "greater", figure="mean")),
    ),
    ("people", "keep rows where age > mean(age)", keep(is_("age", "greater", figure="mean"))),
    ("people", "keep rows with salary at most the median", keep(MEDIAN_PAID)),
    ("people", "keep people with age above the average of their city", keep(OLD_FOR_CITY)),
    ("people", "drop rows above the city average in age", out(OLD_FOR_CITY)),
    ("people", "drop people who earn less than their country's mean", out(PAID_LITTLE)),
    ("people", "drop people with salary below the average salary per country", out(PAID_LITTLE)),
    (
        "people",
        "only Q1 2024",
        keep(is_("joined", "between", "2024-01-01", "2024-03-31", by_day=True)),
    ),
    ("people", "keep people who earn more than 3000 euros", keep(is_("salary", "greater", 3000))),
    ("people", "keep people who have no missing email", keep(is_("email", "is_not_missing"))),
    ("people", "remove records with NaN in age and salary", missing("age", "salary")),
    ("people", "drop rows missing email", missing("email")),
    ("people", "remove rows without an email", missing("email")),
    ("people", "drop empty rows", missing(how="all")),
    ("people", "drop rows where all values are missing", missing(how="all")),
    ("people", "keep only complete rows", missing()),
    ("people", "keep rows with no missing values in age", missing("age")),
    ("people", "drop missing values in the Age column", missing("age")),
    # filling
    ("people", "fill age with the median", fill("median", "age")),
    ("people", "fill missing age with median", fill("median", "age")),
    ("people", "Fill in the missing values in salary with the average", fill("mean", "salary")),
    ("people", "impute age using the mean", fill("mean", "age")),
    ("people", "fill missing cities with the most common value", fill("mode", "city")),
    ("people", "fill the gaps in city with 'unknown'", put("unknown", "city")),
    ("people", "replace nulls in age by 0", put(0, "age")),
    ("people", "replace missing values in city with Unknown", put("Unknown", "city")),
    ("people", "fill missing values with the median", fill("median", "age", "salary")),
    ("people", "fill numeric columns with the mean", fill("mean", *NUMBERS)),
    ("people", "fill missing values with the mode", fill("mode", *GAPS)),
    ("people", "set missing salary to zero", put(0, "salary")),
    ("people", "fill salary with -1.5", put(-1.5, "salary")),
    ("people", "fill missing salary with 50,000", put(50000, "salary")),
    ("people", "fill zip with 0", put("0", "zip")),
    ("people", "fill age and salary with their medians", fill("median", "age", "salary")),
    ("people", "fill missing active with false", put(False, "active")),
    ("people", "fill missing joined with 2024-01-31", put("2024-01-31", "joined")),
    ("people", "fill empty cities with New York", put("New York", "city")),
    ("penguins", "fill missing body mass with the mean", fill("mean", "Body Mass (g)")),
    ("penguins", "impute culmen length (mm) with median", fill("median", "Culmen Length (mm)")),
    ("world", "fill länge with 0", put(0, "Länge")),
    # columns
    ("people", "drop age", drop("age")),
    ("people", "drop the age column", drop("age")),
    ("people", "remove the columns name, city and age", drop("name", "city", "age")),
    ("people", "can you delete column zip?", drop("zip")),
    ("people", "drop salry", drop("salary")),
    ("people", "drop 'zip'", drop("zip")),
    ("people", "keep only name and age", only("name", "age")),
    ("people", "select columns age, name", only("age", "name")),
    ("people", "drop all columns except id and name", only("id", "name")),
    ("people", "keep everything except zip", drop("zip")),
    ("people", "remove all columns but name", only("name")),
    ("penguins", "drop study name", drop("studyName")),
    ("penguins", "delete the Body Mass (g) column", drop("Body Mass (g)")),
    ("world", 'drop "a\'] = 1 #"', drop("a'] = 1 #")),
    ("world", "drop 名前", drop("名前")),
    ("world", "drop first name and last_name", drop("first-name", "last name")),
    # an exact name wins over one that is spelt alike, and over a word of the grammar
    ("alike", "drop a.b and a b", drop("a.b", "a b")),
    ("alike", "rename A b to x and a b to y", rename(**{"A b": "x", "a b": "y"})),
    ("alike", "sort by a b descending then a_b", sort("-a b", "a_b")),
    ("alike", "keep rows where a b is x", keep(is_("a b", "equals", "x"))),
    ("keywords", "drop rows where a is x", out(is_("a", "equals", "x"))),
    ("keywords", "drop a and the", drop("a", "the")),
    ("keywords", "trim a", trim("a")),
    ("keywords", "rename a to b", rename(a="b")),
    ("keywords", "sort by by descending", sort("-by")),
    ("keywords", "sort by by", sort("by")),
    ("keywords", "sort by name and by", sort("name", "by")),
    ("keywords", "sort by data descending", sort("-data")),
    ("keywords", "sort the data by the", sort("the")),
    ("keywords", "drop rows where missing is missing", out(is_("missing", "is_missing"))),
    ("keywords", "drop rows where where is missing", out(is_("where", "is_missing"))),
    ("keywords", "keep rows where the > 3", keep(is_("the", "greater", 3))),
    ("keywords", "keep rows where not is true", keep(is_("not", "equals", True))),
    ("keywords", "drop missing and where", drop("missing", "where")),
    ("keywords", "drop missing", drop("missing")),
    ("keywords", "drop missing values", missing()),
    ("keywords", "drop rows with missing name", missing("name")),
    # renaming
    ("people", "rename city to town", rename(city="town")),
    ("people", "rename the column city as 'Home Town'", rename(city="Home Town")),
    ("people", "rename name as person and age to years", rename(name="person", age="years")),
    ("people", "change the name of zip to postcode", rename(zip="postcode")),
    ("people", "NYC should be spelled 'New York'", swap("NYC", "New York", *TEXT)),
    ("people", "anyone without a city gets 'none'", put("none", "city")),
    ("people", "assign 'none' to all people that have no city", put("none", "city")),
    ("people", "we dont need age anymore", drop("age")),
    ("people", "trim all text", trim(*TEXT)),
    ("people", "only people with an age of 60+", keep(is_("age", "greater_or_equal", 60))),
    ("people", "sort by city and within that by age desc", sort("city", "-age")),
    ("people", "joined -> date_joined", rename(joined="date_joined")),
    ("people", "missing salary should be zeros", put(0, "salary")),
    (
        "world",
        "remove the spaces from the column names",
        rename(**{"a'] = 1 #": "a']=1#", "last name": "lastname"}),
    ),
    (
        "people",
        "copy country into the empty city cells",
        SetWhere(
            columns=("city",),
            other="country",
            where=either(is_("city", "is_missing"), is_("city", "equals", "")),
        ),
    ),
    ("people", "rename zip -> postcode, city -> town", rename(zip="postcode", city="town")),
    # duplicates
    ("people", "remove duplicates", unique()),
    ("people", "dedupe", unique()),
    ("people", "drop duplicate rows", unique()),
    ("people", "remove duplicates by email keeping the last", unique("email", keep="last")),
    ("people", "deduplicate on name and email", unique("name", "email")),
    ("people", "drop duplicated emails, keep the last one", unique("email", keep="last")),
    ("people", "remove rows with the same name and city", unique("name", "city")),
    ("people", "keep only unique rows", unique()),
    # text
    ("people", "trim names", trim("name")),
    ("people", "strip spaces", trim(*TEXT)),
    ("people", "trim whitespace in all text columns", trim(*TEXT)),
    ("people", "remove leading and trailing spaces from city", trim("city")),
    ("people", "remove extra spaces in name", trim("name", collapse=True)),
    ("people", "collapse whitespace in name and city", trim("name", "city", collapse=True)),
    ("people", "lowercase email", case("lower", "email")),
    ("people", "make city upper case", case("upper", "city")),
    ("people", "convert names to title case", case("title", "name")),
    ("people", "title case the names", case("title", "name")),
    ("people", "put country in all caps", case("upper", "country")),
    ("penguins", "UPPERCASE THE SEX COLUMN", case("upper", "Sex")),
    # types
    ("people", "convert age to integer", cast("integer", "age")),
    ("people", "make zip text", cast("text", "zip")),
    ("people", "cast zip as a number", cast("number", "zip")),
    ("people", "change the type of zip to int", cast("integer", "zip")),
    ("people", "turn active into a boolean", cast("boolean", "active")),
    ("people", "treat id as text", cast("text", "id")),
    ("people", "convert age and salary to whole numbers", cast("integer", "age", "salary")),
    ("penguins", "parse dates in date_egg", dates("date_egg")),
    ("people", "convert signup to dates, day first", dates("signup", day_first=True)),
    ("people", "parse signup as a date (mm/dd/yyyy)", dates("signup", day_first=False)),
    ("people", "make signup a datetime", dates("signup")),
    # replacing
    ("people", "replace 'N/A' with missing", swap("N/A", None, *TEXT)),
    ("people", "replace N/A with null in city", swap("N/A", None, "city")),
    ("people", "replace 0 with missing in age", swap(0, None, "age")),
    (
        "people",
        "change USA to United States in country",
        swap("USA", "United States", "country"),
    ),
    (
        "people",
        "in country, replace 'UK' with 'United Kingdom'",
        swap("UK", "United Kingdom", "country"),
    ),
    ("people", "replace -999 by NaN", swap(-999, None, *NUMBERS)),
    ("people", "treat '-' as missing in city", swap("-", None, "city")),
    ("people", "replace 1,000 with 2.5 in the salary column", swap(1000, 2.5, "salary")),
    ("people", "replace 75001 with 75002 in zip", swap("75001", "75002", "zip")),
    ("people", "replace 0 in age with missing", swap(0, None, "age")),
    ("people", "replace new york with New York in city", swap("new york", "New York", "city")),
    ("people", "Replace missing ages with the median age", fill("median", "age")),
    ("people", "fill age with the median of age", fill("median", "age")),
    ("people", "lowercase all text columns", case("lower", *TEXT)),
    ("people", "trim all columns", trim(*TEXT)),
    ("people", "replace two with 2", swap("two", "2", *TEXT)),
    ("people", "replace two with II", swap("two", "II", *TEXT)),
    ("people", "replace 'two' with 2", swap("two", "2", *TEXT)),
    ("people", "replace two with 3 in age", swap(2, 3, "age")),
    ("people", "replace 1 with one in zip", swap("1", "one", "zip")),
    ("people", "replace yes with no in active", swap(True, False, "active")),
    ("people", "replace no with true in active", swap(False, True, "active")),
    ("people", "replace no with missing in active", swap(False, None, "active")),
    # rows by condition
    (
        "people",
        "drop rows where city is neither Paris nor London",
        out(Not(condition=is_("city", "in", "Paris", "London"))),
    ),
    (
        "people",
        "keep rows where city in ['Paris', 'London']",
        keep(is_("city", "in", "Paris", "London")),
    ),
    ("people", "keep rows where age >= 18", keep(AGE_18)),
    ("people", "keep rows where age >= 18 and city is Paris", keep(both(AGE_18, PARIS))),
    (
        "people",
        "drop rows where salary is less than 0 or missing",
        out(either(is_("salary", "less", 0), is_("salary", "is_missing"))),
    ),
    ("people", "keep rows where age is between 10 and 20", keep(is_("age", "between", 10, 20))),
    ("people", "filter age from 10 to 20", keep(is_("age", "between", 10, 20))),
    ("people", "drop rows where name contains 'test'", out(is_("name", "contains", "test"))),
    (
        "people",
        "keep rows where email doesn't contain @",
        keep(Not(condition=is_("email", "contains", "@"))),
    ),
    ("people", "drop rows where age is missing", out(is_("age", "is_missing"))),
    ("people", "keep rows where age is not null", keep(is_("age", "is_not_missing"))),
    ("people", "filter rows with age over 65", keep(is_("age", "greater", 65))),
    ("people", "filter out rows where city != Paris", out(is_("city", "not_equals", "Paris"))),
    (
        "people",
        "keep rows where city is Paris or London",
        keep(is_("city", "in", "Paris", "London")),
    ),
    (
        "people",
        "drop rows where city is one of Paris, London or New York",
        out(is_("city", "in", "Paris", "London", "New York")),
    ),
    (
        "people",
        "only keep rows with at least 50k salary",
        keep(is_("salary", "greater_or_equal", 50000)),
    ),
    ("people", "keep rows where active is true", keep(is_("active", "equals", True))),
    ("people", "keep rows where zip is 75001", keep(is_("zip", "equals", "75001"))),
    ("people", "remove rows with negative salary", out(is_("salary", "less", 0))),
    (
        "people",
        "keep rows where joined is after 2024-03-01",
        keep(is_("joined", "greater", "2024-03-01", by_day=True)),
    ),
    (
        "people",
        "keep rows where email ends with '.org'",
        keep(is_("email", "ends_with", ".org")),
    ),
    (
        "people",
        "keep rows where name starts with A, ignoring case",
        keep(is_("name", "starts_with", "A", ignore_case=True)),
    ),
    (
        "people",
        "keep rows where name contains a or b, ignoring case",
        keep(
            either(*(is_("name", "contains", part, ignore_case=True) for part in ("a", "b"))),
        ),
    ),
    ("people", "keep rows where age is at most 30", keep(is_("age", "less_or_equal", 30))),
    ("people", "drop rows where age is 65 or older", out(is_("age", "greater_or_equal", 65))),
    (
        "people",
        "keep rows where (age < 18 or age > 65) and city = 'Paris'",
        keep(both(either(is_("age", "less", 18), is_("age", "greater", 65)), PARIS)),
    ),
    ("people", "drop all rows except those where age >= 18", keep(AGE_18)),
    (
        "penguins",
        "keep rows where body mass > 4,000.5",
        keep(is_("Body Mass (g)", "greater", 4000.5)),
    ),
    (
        "people",
        "drop rows where age and salary are missing",
        out(both(is_("age", "is_missing"), is_("salary", "is_missing"))),
    ),
    ("people", "keep rows that contain 'x' in name", keep(is_("name", "contains", "x"))),
    ("people", "keep rows where age is 18, 19 or 20", keep(is_("age", "in", 18, 19, 20))),
    (
        "people",
        "drop rows where name is empty",
        out(either(is_("name", "is_missing"), is_("name", "equals", ""))),
    ),
    ("people", "keep rows where not active", keep(is_("active", "equals", False))),
    (
        "people",
        "drop rows where joined is before 2020",
        out(is_("joined", "less", "2020-01-01", by_day=True)),
    ),
    (
        "people",
        "keep rows where joined is in 2023",
        keep(is_("joined", "between", "2023-01-01", "2023-12-31", by_day=True)),
    ),
    (
        "people",
        "keep rows where age >= 18 && city == 'Paris'",
        keep(both(AGE_18, PARIS)),
    ),
    # sorting
    ("people", "sort by age", sort("age")),
    ("people", "sort by age descending then name", sort("-age", "name")),
    ("people", "order the rows by salary from high to low", sort("-salary")),
    ("people", "sort by city ascending and age descending", sort("city", "-age")),
    ("people", "sort joined newest first", sort("-joined")),
    ("people", "Sort the table alphabetically by name", sort("name")),
]

SEVERAL_STEPS: list[tuple[str, str, list[Action]]] = [
    ("people", "trim city and make it uppercase", [trim("city"), case("upper", "city")]),
    (
        "people",
        "trim city and name, then lowercase them",
        [trim("city", "name"), case("lower", "city", "name")],
    ),
    (
        "people",
        "rename city to town and lowercase it",
        [rename(city="town"), case("lower", "town")],
    ),
    ("people", "convert zip to number and sort by it", [cast("number", "zip"), sort("zip")]),
    ("people", "trim city, keep rows where it is Paris", [trim("city"), keep(PARIS)]),
    ("people", "trim city and sort it by age", [trim("city"), sort("age")]),
    (
        "people",
        "trim names, then drop duplicates and fill age with the median",
        [trim("name"), unique(), fill("median", "age")],
    ),
    ("people", "drop zip and sort by age", [drop("zip"), sort("age")]),
    ("people", "rename city to town then drop town", [rename(city="town"), drop("town")]),
    (
        "people",
        "convert zip to number. Keep rows where zip > 1000.",
        [cast("number", "zip"), keep(is_("zip", "greater", 1000))],
    ),
    (
        "people",
        "keep rows where age >= 18 and city is Paris and drop the id column",
        [keep(both(AGE_18, PARIS)), drop("id")],
    ),
    (
        "people",
        "1. trim name\n2. lowercase email\n3. remove duplicates by email",
        [trim("name"), case("lower", "email"), unique("email")],
    ),
    (
        "people",
        "First drop rows with missing email; next, sort by name, finally rename name to person",
        [missing("email"), sort("name"), rename(name="person")],
    ),
    (
        "people",
        "replace 'N/A' with missing in city and then fill city with the mode, please",
        [swap("N/A", None, "city"), fill("mode", "city")],
    ),
    (
        "penguins",
        "parse dates in date_egg and uppercase Sex and drop studyName",
        [dates("date_egg"), case("upper", "Sex"), drop("studyName")],
    ),
    (
        "people",
        "keep the last per city, sorted by joined",
        [sort("joined"), unique("city", keep="last")],
    ),
    (
        "people",
        "fill age with the median and salary with the mean",
        [fill("median", "age"), fill("mean", "salary")],
    ),
    (
        "people",
        "sort by age then name then remove duplicates by email and keep the last",
        [sort("age", "name"), unique("email", keep="last")],
    ),
    (
        "people",
        "I'd like you to convert signup to dates, then keep rows where signup is before 2024-01-01",
        [dates("signup"), keep(is_("signup", "less", "2024-01-01", by_day=True))],
    ),
]

SEVERAL_ACTIONS: list[tuple[str, str, list[Action]]] = [
    (
        "people",
        "replace zero with missing",
        [swap("zero", None, *TEXT), swap(0, None, *NUMBERS)],
    ),
    ("people", "trim and lowercase email", [trim("email"), case("lower", "email")]),
    ("people", "lowercase and trim name", [case("lower", "name"), trim("name")]),
    (
        "people",
        "convert zip to integer and age to text",
        [cast("integer", "zip"), cast("text", "age")],
    ),
    (
        "people",
        "replace 'N/A' and '-' with missing in city",
        [swap("N/A", None, "city"), swap("-", None, "city")],
    ),
]

QUESTIONS: list[tuple[str, str, str]] = [
    ("people", "keep people without email and active", "both missing or false"),
    ("people", "keep rows where name is 'Ann' and name is 'Bob'", "Nothing is both"),
    ("people", "train a model to predict active", "From which columns"),
    ("people", "keep rows where joined is in the last 7 days", "not today's date"),
    ("people", "don't touch city, drop city", "is to stay as it is"),
    ("people", "dont touch city", "What should happen instead"),
    ("people", "are there any outliers?", "Outliers in which column"),
    ("people", "drop rows where name is city", "put it in quotes"),
    ("people", "drop Name City", "did nothing"),
    ("people", "merge similar values in city by levenshtein distance of 9", "1, 2 or 3"),
    ("people", "format signup as dd.mm.yyyy", "signup"),
    ("people", "predict the weather from age", "weather"),
    ("people", "drop rows where city is after March", "alphabet"),
    ("alike", "drop A B", "a.b"),
    ("people", "trim city and name and make it uppercase", "city, name"),
    ("people", "make it uppercase", "it"),
    ("people", "keep rows where age > 3 and make it text", "it"),
    ("people", "trim city and remove duplicates in it", "it"),
    ("people", "replace 1 with one in age", "onvert age to text"),
    ("people", "replace 1 with 'one' in age", "onvert age to text"),
    ("people", "replace 1 with one", "holds numbers"),
    ("people", "keep rows where age is 'five'", "holds numbers"),
    ("people", "replace Yes with Y in active", "Convert active to text"),
    ("people", "replace true with 0 in active", "truth values"),
    ("people", "replace yes with positive in active", "Convert active to text"),
    ("people", "keep rows where id = 18446744073709551615", "convert id to text"),
    ("people", "drop bad rows", "bad"),
    ("people", "drop the colour column", "colour"),
    ("people", "drop Salarie", "salary"),
    ("penguins", "drop culmen", "Culmen Length (mm)"),
    ("penguins", "drop 'species'", "Species"),
    ("people", "clean the data", "For example"),
    ("people", "don't drop age", "For example"),
    ("people", "drop age and explode the rest", "rest"),
    ("people", "drop age and explode name", "separates"),
    ("people", "shift age down by one", "What is close: add the running total"),
    ("people", "keep people above average", "which column"),
    ("people", "keep people above the average of their city", "which column"),
    ("people", "keep rows where zip is over 300 g", "parse zip as numbers"),
    ("people", "which city did best", "The most of what"),
    ("people", "keep people with age above the average salary", "average salary"),
    ("people", "add a column m = mean(age)", "no column"),
    ("people", "keep rows over 100", "which column"),
    ("people", "keep only actives", "rows where 'active' is true"),
    ("people", "drop people without active", "is false, or those"),
    ("people", "missing and null should be lower case", "did nothing"),
    ("people", "shuffle the rows", "What is close: keep 100 random rows"),
    ("people", "show me 3 random rows", "chosen by chance"),
    ("people", "in row 200 set age to 3", "only 100 rows"),
    ("people", "the name of person 5 is odd", "did nothing"),
    ("people", "join this with the customers table", "map values of a column"),
    ("people", "trim names and then do something clever", "something clever"),
    ("people", "fill age with the other value", "other"),
    ("people", "fill city with the mean", "number"),
    ("people", "fill age with unknown", "unknown"),
    ("people", "fill city with country", "country"),
    ("people", "impute age", "mean"),
    ("people", "fill missing values with 0", "Which columns"),
    ("people", "rename city to name", "already"),
    ("people", "rename city", "new name"),
    ("people", "keep rows where city > 18", "number"),
    ("people", "keep rows where age > 18 or city is Paris and active is true", "brackets"),
    ("people", "keep rows where height > 3", "height"),
    ("people", "remove '$' from salary", "no '$'"),
    ("people", "replace '-' with '/'", "part"),
    ("people", "capitalize city", "title case"),
    ("people", "sort by age and name descending", "age descending"),
    ("people", "sort", "column"),
    ("people", "should I drop age?", "For example"),
    ("people", "drop age if it is mostly empty", "if it is mostly empty"),
    ("people", "keep rows 300 to 400", "only 100 rows"),
    ("people", "redo that and drop age", "one message"),
    ("people", "undo the last 3 changes", "no step"),
    ("people", "what can you do?", "For example"),
    ("people", "help", "For example"),
    ("people", "données: supprimer la colonne âge", "For example"),
    ("people", "删除年龄列", "For example"),
    ("people", "", "For example"),
    ("people", "drop rows where age is over 10%", "percent"),
    ("people", "convert name to dollars", "dollars"),
    ("people", "drop age, trim nmae and drop wheight", "wheight"),
    ("people", "set age to 5", "age"),
    ("people", "drop rows where city is Paris and London", "London"),
    ("people", "drop every column", "at least one"),
    ("people", "keep rows where id = 123456789012345678901234567890", "quotes"),
    ("people", "remove spaces from name", "trim"),
    ("people", "drop age and", "Which column"),
    ("people", "keep rows where age > 3 and", "Which column"),
    ("people", "keep rows where signup > 2020-01-01", "convert signup to dates"),
    ("people", "trim and sort by age", "but not"),
    ("people", "keep rows where zip is between 1000 and 2000", "convert zip to number"),
    ("people", "drop rows that are missing", "but not"),
    ("people", "drop age or zip", "but not"),
    ("people", "drop age and keep zip", "only zip"),
    ("people", "drop rows where city is the same as before", "quotes"),
    ("people", "replace missing ages with the age of the neighbours", "quotes"),
    ("people", "keep rows where age is not over 30 or under 10", "Is the not of both"),
    ("people", "append city to name", "the word 'city'"),
    ("people", "prepend city to name", "the word 'city'"),
    ("people", "sort by name, oldest first", "no order in time"),
    ("people", "salary -> 0", "be called '0'"),
    ("people", "city -> Berlin", "be called 'Berlin'"),
    ("people", "copy city into the blank cells", "of which column"),
    ("people", "missing city should be zeros", "in quotes"),
    ("people", "remove spaces from the column names", "did nothing"),
    ("people", "sort by age, not by city", "did nothing"),
    ("people", "drop people without email and city", "are both missing"),
    ("people", "drop people without email or city", "are both missing"),
    ("penguins", "drop observations without mass and sex", "are both missing"),
    ("people", "drop rows with missing email and city", "are both missing"),
    ("people", "how many people have no email and city", "are both missing"),
    ("people", "drop people without both email and city", "are both missing"),
]

UNDO = [
    "undo",
    "Undo that",
    "undo the last change",
    "go back one step",
    "revert the last change",
    "please undo it!",
    "take that back",
    "roll back",
]
REDO = ["redo", "Redo that please", "redo the last change"]
