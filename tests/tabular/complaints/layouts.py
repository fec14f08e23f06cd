"""How the lines and cells of delimited text are laid out."""

from domain.dataset import GivenOptions
from tests.tabular.complaints.cases import Case, Cells, integers, moments, numbers, text

_AB: dict[str, Cells] = {"a": integers(1, 3), "b": integers(2, 4)}
_NAMES: dict[str, Cells] = {"id": integers(1, 2), "name": text("Ann", "Bob")}

CASES = (
    Case(
        name="the signs that Hive writes between cells divide them, and those in cells do not",
        content="1\x01a\x02b\x01k\x033\n2\x01c\x01m\x034\n3\x01d\x02e\x01n\x035\n",
        columns={
            "column_1": integers(1, 2, 3),
            "column_2": text("a\x02b", "c", "d\x02e"),
            "column_3": text("k\x033", "m\x034", "n\x035"),
        },
        silent=True,
    ),
    Case(
        name="a row that is too short is filled up, and it is said (polars#10585)",
        content="id,name,city\n1,Ann,Rome\n2,Bob\n3,Eve,Oslo\n",
        columns={
            "id": integers(1, 2, 3),
            "name": text("Ann", "Bob", "Eve"),
            "city": text("Rome", None, "Oslo"),
        },
        repaired=("short_row",),
    ),
    Case(
        name="a row that is too long loses no cell, and it is said (polars#10585)",
        content="id,name\n1,Ann\n2,Bob,extra\n3,Eve\n",
        columns={
            "id": integers(1, 2, 3),
            "name": text("Ann", "Bob", "Eve"),
            "column_3": text(None, "extra", None),
        },
        repaired=("long_row",),
    ),
    Case(
        name="a long row far beyond any sample loses no cell",
        content="id,name\n" + "1,Ann\n" * 40_000 + "2,Bob,extra\n",
        columns={
            "id": integers(*(1,) * 40_000, 2),
            "name": text(*("Ann",) * 40_000, "Bob"),
            "column_3": text(*(None,) * 40_000, "extra"),
        },
        repaired=("long_row",),
    ),
    Case(
        name="a delimiter at the end of the rows alone shifts no column (pandas#14124)",
        content="a,b,c\n1,2,3,\n4,5,6,\n",
        columns={"a": integers(1, 4), "b": integers(2, 5), "c": integers(3, 6)},
    ),
    Case(
        name="a delimiter at the end of the header alone makes no column (duckdb#8231)",
        content="id,name,lat,\n1,x,0.5\n2,y,1.5\n",
        columns={"id": integers(1, 2), "name": text("x", "y"), "lat": numbers(0.5, 1.5)},
    ),
    Case(
        name="a delimiter at the end of one row is no column",
        content="id,name\n1,Ann\n2,Bob,\n",
        columns=_NAMES,
    ),
    Case(
        name="a column of row numbers without a name, as pandas writes it, is kept",
        content=",a,b\n0,1,2\n1,3,4\n",
        columns={"column_1": integers(0, 1), **_AB},
    ),
    Case(
        name="lines before the header are left out, and it is said (PapaParse#794)",
        content="Account: 12345\nPeriod: January 2024\n\nid,name\n1,Ann\n2,Bob\n",
        columns=_NAMES,
        found={"preamble_lines": "3"},
    ),
    Case(
        name="a total in the last row is no row of the table, and it is said (pandas#4512)",
        content="item,amount\nfoo,10\nbar,20\nbaz,30\nTotal,60\n",
        columns={"item": text("foo", "bar", "baz"), "amount": integers(10, 20, 30)},
        doubted=("totals_left_out",),
    ),
    Case(
        name="a note below the table is no row of it, and it is said (pandas#4512)",
        content="item,amount\nfoo,10\nbar,20\n\nSource: our own books\n",
        columns={"item": text("foo", "bar"), "amount": integers(10, 20)},
        doubted=("notes_left_out",),
    ),
    Case(
        name="how many rows a database wrote is no row",
        content="id,name\n1,Ann\n2,Bob\n\n(2 rows affected)\n",
        columns=_NAMES,
    ),
    Case(
        name="a separator that is declared is taken (cpython#109644)",
        content="sep=;\r\nid;name\r\n1;Ann\r\n2;Bob\r\n",
        columns=_NAMES,
        found={"delimiter": ";"},
    ),
    Case(
        name="a separator that is declared behind a mark is taken",
        content="\ufeffsep=;\r\nid;name\r\n1;Ann\r\n2;Bob\r\n",
        columns=_NAMES,
    ),
    Case(
        name="a tab that is declared is taken",
        content="sep=\t\r\nid\tname\r\n1\tAnn\r\n2\tBob\r\n",
        columns=_NAMES,
    ),
    Case(
        name="a separator that is declared in quotes is taken",
        content='"sep=|"\nid|name\n1|Ann\n2|Bob\n',
        columns=_NAMES,
    ),
    Case(
        name="lines that end in a carriage return alone are lines (polars#27408)",
        content="id,name\r1,Ann\r2,Bob\r",
        columns=_NAMES,
    ),
    Case(
        name="a carriage return in quotes ends no line where it ends all others",
        content='id,name\r1,"Ann\rLee"\r2,Bob\r',
        columns={"id": integers(1, 2), "name": text("Ann\rLee", "Bob")},
    ),
    Case(
        name="line ends of several kinds are all line ends",
        content="id,name\r\n1,Ann\n2,Bob\r\n",
        columns=_NAMES,
    ),
    Case(
        name="line ends that were converted twice are line ends",
        content="id,name\r\r\n1,Ann\r\r\n2,Bob\r\r\n",
        columns=_NAMES,
    ),
    Case(
        name="a comma behind a backslash ends no cell (duckdb#14304)",
        content='"foo","bar"\n"332", "Surname\\, Firstname"\n"123","foo (\\"foo\\")"\n',
        columns={"foo": integers(332, 123), "bar": text("Surname\\, Firstname", 'foo ("foo")')},
        found={"delimiter": ","},
    ),
    Case(
        name="paths of Windows are no escapes",
        content='path,n\n"C:\\temp\\new",1\nD:\\x,2\n',
        columns={"path": text("C:\\temp\\new", "D:\\x"), "n": integers(1, 2)},
    ),
    Case(
        name="a quote in the middle of a cell is a character (duckdb#14883)",
        content='stop_id,stop_name,lat\n1,Main St,1.5\n2,Main "A" St,2.5\n3,5" pipe,3.5\n',
        columns={
            "stop_id": integers(1, 2, 3),
            "stop_name": text("Main St", 'Main "A" St', '5" pipe'),
            "lat": numbers(1.5, 2.5, 3.5),
        },
    ),
    Case(
        name="quotes in a quoted cell that are not doubled are characters (duckdb#15018)",
        content='n;who\n1;"Pedro "pdet" Holanda"\n2;"x"\n',
        columns={"n": integers(1, 2), "who": text('Pedro "pdet" Holanda', "x")},
    ),
    Case(
        name="a quote that opens and never closes loses no row (duckdb#14117)",
        content='id,name,age\n2,"Alice,Doe",30\n1,"John, Doe,25\n3,"Bob",35\n4,"John","45"\n',
        columns={
            "id": integers(2, 1, 3, 4),
            "name": text("Alice,Doe", '"John', "Bob", "John"),
            "age": text("30", " Doe", "35", "45"),
            "column_4": integers(None, 25, None, None),
        },
        repaired=(
            "unclosed_quote",
            "long_row",
        ),
    ),
    Case(
        name="quotes that first come in row 20,000 are quotes (duckdb#11838)",
        content="who,n\n" + "a,0\n" * 20_480 + '"x,y",1\n',
        columns={"who": text(*("a",) * 20_480, "x,y"), "n": integers(*(0,) * 20_480, 1)},
    ),
    Case(
        name="a quoted break of line in one column is no new row (duckdb#11403)",
        content='col1\n"cell with\nnewline"\n',
        columns={"col1": text("cell with\nnewline")},
    ),
    Case(
        name="one column with semicolons in its cells is one column (duckdb#11403)",
        content='col1\n"a;b"\n"c;d;e"\n"f"\n',
        columns={"col1": text("a;b", "c;d;e", "f")},
    ),
    Case(
        name="single quotes around every cell are quotes",
        content="'id','name'\n'1','Lee, Ann'\n'2','Bob'\n",
        columns={"id": integers(1, 2), "name": text("Lee, Ann", "Bob")},
    ),
    Case(
        name="an apostrophe is no quote",
        content="id,name\n1,'t Hooft\n2,O'Neill\n",
        columns={"id": integers(1, 2), "name": text("'t Hooft", "O'Neill")},
    ),
    Case(
        name="numbers in quotes are numbers",
        content='"a","b"\n"1","2"\n"3","4"\n',
        columns=_AB,
    ),
    Case(
        name="spaces after commas belong to no cell",
        content="a, b\n1, 2\n3, 4\n",
        columns=_AB,
    ),
    Case(
        name="semicolons win over the commas of decimals",
        content="a;b\n1,5;2,5\n3,5;4,5\n",
        columns={"a": numbers(1.5, 3.5), "b": numbers(2.5, 4.5)},
        found={"delimiter": ";"},
    ),
    Case(
        name="tabs win over the commas of addresses",
        content="id\taddress\n1\t5, Main St, Ely, MN\n2\t6, High St, Ely, MN\n",
        columns={
            "id": integers(1, 2),
            "address": text("5, Main St, Ely, MN", "6, High St, Ely, MN"),
        },
    ),
    Case(
        name="commas win over a pipe in one cell (duckdb#3193)",
        content="id,note,n\n1,text1 | text2,5\n2,plain,6\n3,plain,7\n",
        columns={
            "id": integers(1, 2, 3),
            "note": text("text1 | text2", "plain", "plain"),
            "n": integers(5, 6, 7),
        },
    ),
    Case(
        name="commas win over the colons of times",
        content="at,n\n10:15:00,1\n11:30:00,2\n",
        columns={"at": text("10:15:00", "11:30:00"), "n": integers(1, 2)},
    ),
    Case(
        name="two colons part columns, as MovieLens has them",
        content="user::movie::rating\n1::31::2.5\n1::1029::3.0\n2::10::4.0\n",
        columns={
            "user": integers(1, 1, 2),
            "movie": integers(31, 1029, 10),
            "rating": numbers(2.5, 3.0, 4.0),
        },
    ),
    Case(
        name="two pipes part columns",
        content="id||name\n1||Ann\n2||Bob\n",
        columns=_NAMES,
    ),
    Case(
        name="carets part columns",
        content="id^name\n1^Ann\n2^Bob\n",
        columns=_NAMES,
    ),
    Case(
        name="the separators of Hive part columns",
        content="id\x01name\n1\x01Ann\n2\x01Bob\n",
        columns=_NAMES,
    ),
    Case(
        name="single spaces part columns where every line has as many",
        content="x y z\n1 2.5 3\n4 5.5 6\n7 8.5 9\n",
        columns={"x": integers(1, 4, 7), "y": numbers(2.5, 5.5, 8.5), "z": integers(3, 6, 9)},
    ),
    Case(
        name="sentences of as many words are one column",
        content="quote\nall is well\nI love you\nso it goes\n",
        columns={"quote": text("all is well", "I love you", "so it goes")},
    ),
    Case(
        name="the first of two tables is read, and the other is spoken of",
        content="a,b\n1,2\n3,4\n\nname,city,age\nAnn,Rome,5\nBob,Oslo,6\n",
        columns=_AB,
        doubted=("second_table_left_out",),
    ),
    Case(
        name="an empty line amid the rows ends no table",
        content="id,name\n1,Ann\n\n2,Bob\n",
        columns=_NAMES,
    ),
    Case(
        name="a break of line in a quoted name is a space",
        content='"Total\n(USD)",b\n1,2\n3,4\n',
        columns={"Total (USD)": integers(1, 3), "b": integers(2, 4)},
    ),
    Case(
        name="one cell is a table of a column without rows",
        content="name",
        columns={"name": text()},
    ),
    Case(
        name="a header without rows is a table",
        content="id;name;city\r\n",
        columns={"id": text(), "name": text(), "city": text()},
    ),
    Case(
        name="names in upper and lower case are two names",
        content="Id,ID,id\n1,2,3\n",
        columns={"Id": integers(1), "ID": integers(2), "id": integers(3)},
    ),
    Case(
        name="names of emoji and of other scripts are names",
        content="🐧,имя,名前\n1,2,3\n",
        columns={"🐧": integers(1), "имя": integers(2), "名前": integers(3)},
    ),
    Case(
        name="years are names",
        content="country,2019,2020,2021\nFR,1,2,3\nDE,4,5,6\n",
        columns={
            "country": text("FR", "DE"),
            "2019": integers(1, 4),
            "2020": integers(2, 5),
            "2021": integers(3, 6),
        },
    ),
    Case(
        name="rows without a header lose no first row, and it is said",
        content="1,Ann,2021-04-13\n2,Bob,2021-04-14\n3,Eve,2021-04-15\n",
        columns={
            "column_1": integers(1, 2, 3),
            "column_2": text("Ann", "Bob", "Eve"),
            "column_3": moments("2021-04-13", "2021-04-14", "2021-04-15"),
        },
        found={"header_rows": "0"},
    ),
    Case(
        name="a header above words alone is a header",
        content="name,city\nAnn,Rome\nBob,Oslo\n",
        columns={"name": text("Ann", "Bob"), "city": text("Rome", "Oslo")},
    ),
    Case(
        name="a person says that there is no header",
        content="Ann,Rome\nBob,Oslo\n",
        columns={"column_1": text("Ann", "Bob"), "column_2": text("Rome", "Oslo")},
        given=GivenOptions(header_rows=0),
    ),
    Case(
        name="a person says what parts the columns",
        content="a,b;c\n1,2;3\n",
        columns={"a,b": numbers(1.2), "c": integers(3)},
        given=GivenOptions(delimiter=";"),
    ),
    Case(
        name="a clean file is read without a doubt",
        content="id,name,price\n1,Ann,2.5\n2,Bob,3.5\n",
        columns={**_NAMES, "price": numbers(2.5, 3.5)},
        silent=True,
    ),
    Case(
        name="a company that is called Total is no total",
        content="company,revenue\nShell,100\nBP,90\nTotal,80\n",
        columns={"company": text("Shell", "BP", "Total"), "revenue": integers(100, 90, 80)},
        doubted=("total_kept",),
    ),
    Case(
        name="a total amid the rows is a row",
        content="item,amount\nfoo,10\nTotal,10\nbar,20\nbaz,30\n",
        columns={
            "item": text("foo", "Total", "bar", "baz"),
            "amount": integers(10, 10, 20, 30),
        },
    ),
    Case(
        name="rows that begin with a number sign are rows",
        content="tag,n\n#one,1\n#two,2\n#three,3\n",
        columns={"tag": text("#one", "#two", "#three"), "n": integers(1, 2, 3)},
    ),
    Case(
        name="a first row that is too short is a row",
        content="a,b,c\n1,2\n3,4,5\n6,7,8\n",
        columns={"a": integers(1, 3, 6), "b": integers(2, 4, 7), "c": integers(None, 5, 8)},
        repaired=("short_row",),
    ),
    Case(
        name="places of a city and a country are one column",
        content="place\nParis, France\nRome, Italy\nOslo, Norway\n",
        columns={"place": text("Paris, France", "Rome, Italy", "Oslo, Norway")},
    ),
    Case(
        name="decimal commas alone in a file are one column",
        content="price\n1,5\n2,5\n12,75\n",
        columns={"price": numbers(1.5, 2.5, 12.75)},
    ),
    Case(
        name="pipes with spaces around them part columns",
        content="id | name\n1 | Ann\n2 | Bob\n",
        columns=_NAMES,
    ),
    Case(
        name="quotes that are doubled at both ends of a cell are two characters",
        content='id,name\n1,"""Ann"""\n2,"B ""o"" b"\n3,""\n',
        columns={"id": integers(1, 2, 3), "name": text('"Ann"', 'B "o" b', None)},
    ),
    Case(
        name="a last row that no line end closes is a row",
        content="id,name\n1,Ann\n2,Bob",
        columns=_NAMES,
    ),
    Case(
        name="a header that comes again where files were joined is no row, and it is said",
        content="id,name\n1,Ann\nid,name\n2,Bob\n",
        columns=_NAMES,
        repaired=("repeated_names",),
    ),
    Case(
        name="commas in one cell of a file with tabs are no delimiters",
        content="id\tnote\tn\n1\ta,b,c,d\t5\n2\te,f,g,h\t6\n",
        columns={"id": integers(1, 2), "note": text("a,b,c,d", "e,f,g,h"), "n": integers(5, 6)},
    ),
    Case(
        name="addresses of the web do not part at their colons and slashes",
        content="url,n\nhttp://a.example/x?y=1;z=2,1\nhttp://b.example/x?y=2;z=3,2\n",
        columns={
            "url": text("http://a.example/x?y=1;z=2", "http://b.example/x?y=2;z=3"),
            "n": integers(1, 2),
        },
    ),
    Case(
        name="objects of JSON in quotes are cells",
        content='id,data\n1,"{""a"": 1, ""b"": [1, 2]}"\n2,"{}"\n',
        columns={"id": integers(1, 2), "data": text('{"a": 1, "b": [1, 2]}', "{}")},
    ),
    Case(
        name="objects of JSON without quotes lose nothing",
        content='id\tdata\n1\t{"a": 1, "b": 2}\n2\t{"a": 3, "b": 4}\n',
        columns={"id": integers(1, 2), "data": text('{"a": 1, "b": 2}', '{"a": 3, "b": 4}')},
    ),
    Case(
        name="a first row that lacks its number is no second row of names",
        content="name,city,amount\nAnn,Rome,\nBob,Oslo,5\nEve,Bonn,7\n",
        columns={
            "name": text("Ann", "Bob", "Eve"),
            "city": text("Rome", "Oslo", "Bonn"),
            "amount": integers(None, 5, 7),
        },
    ),
    Case(
        name="a first row of codes and words that lacks its number is no second row of names",
        content="name|code|note|amount|version\nMüller|1.3.0|say hi||2.2.1\n"
        + "Null|3.7.2|a, b; c|-30,1594 €|3.1.9\nLee|3.7.5|plain|12,5000 €|3.1.0\n" * 9,
        columns={
            "name": text("Müller", *("Null", "Lee") * 9),
            "code": text("1.3.0", *("3.7.2", "3.7.5") * 9),
            "note": text("say hi", *("a, b; c", "plain") * 9),
            "amount": numbers(None, *(-30.1594, 12.5) * 9),
            "version": text("2.2.1", *("3.1.9", "3.1.0") * 9),
        },
    ),
    Case(
        name="names of rows, as R writes them, shift no column, and it is said",
        content='"a","b"\n"x1",1,2\n"x2",3,4\n',
        columns={"column_1": text("x1", "x2"), **_AB},
        doubted=("row_names",),
    ),
    Case(
        name="lines of a bank before the header are left out",
        content='"Kontonummer:";"DE89370400440532013000";\n"Von:";"01.01.2024";\n\n'
        '"Buchungstag";"Text";"Betrag"\n"15.01.2024";"Miete";"-850,00"\n"31.01.2024";"Lohn";"2.500,50"\n',
        columns={
            "Buchungstag": moments("2024-01-15", "2024-01-31"),
            "Text": text("Miete", "Lohn"),
            "Betrag": numbers(-850.0, 2500.5),
        },
    ),
    Case(
        name="names that come again are numbered, and it is said",
        content="x,x,x\n1,2,3\n4,5,6\n",
        columns={"x": integers(1, 4), "x_2": integers(2, 5), "x_3": integers(3, 6)},
        repaired=("repeated_name",),
    ),
    Case(
        name="a comma behind a backslash ends no cell that has no quotes",
        content="id,name,n\n1,Lee\\, Ann,5\n2,Ray\\, Bob,6\n3,Eve,7\n",
        columns={
            "id": integers(1, 2, 3),
            "name": text("Lee, Ann", "Ray, Bob", "Eve"),
            "n": integers(5, 6, 7),
        },
    ),
    Case(
        name="a table that a database drew is read without its frame",
        content=" id | name \n----+------\n  1 | Ann\n  2 | Bob\n(2 rows)\n",
        columns=_NAMES,
        repaired=("frame",),
    ),
    Case(
        name="a table of Markdown is read without its frame",
        content="| id | name |\n|----|------|\n| 1 | Ann |\n| 2 | Bob |\n",
        columns=_NAMES,
        repaired=("frame",),
    ),
)
