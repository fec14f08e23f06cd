"""Days and moments: the column's own evidence decides, and what it cannot decide is said."""

from domain.dataset import GivenOptions, Interpretation
from tests.tabular.complaints.cases import Case, Cells, column, in_column, integers, moments, text


def _read(
    name: str,
    *cells: str,
    as_: Cells,
    header: str = "day",
    doubt: str = "",
    day_first: bool | None = None,
) -> Case:
    return Case(
        name=name,
        content=column(*cells, name=header),
        columns=in_column(as_, header),
        doubted=(doubt,) if doubt else (),
        given=GivenOptions(interpretation=Interpretation(day_first=day_first)),
    )


CASES = (
    Case(
        name="years of another calendar are in doubt",
        content=column("1445-07-15", "1445-08-30"),
        columns=in_column(moments("1445-07-15", "1445-08-30")),
        doubted=("other_calendar",),
    ),
    Case(
        name="the zone of New Zealand is no year of another calendar",
        content=column("2024-01-01T13:45:00+1300", "2024-01-02T14:05:00+1300"),
        columns=in_column(moments("2024-01-01T00:45Z", "2024-01-02T01:05Z")),
        silent=True,
    ),
    _read(
        "a day past the twelfth shows that days come first (pandas#12585)",
        "13/01/2012",
        "01/02/2012",
        "03/04/2012",
        as_=moments("2012-01-13", "2012-02-01", "2012-04-03"),
    ),
    _read(
        "a day past the twelfth shows that months come first (pandas#14301)",
        "01/13/2012",
        "01/02/2012",
        "03/04/2012",
        as_=moments("2012-01-13", "2012-01-02", "2012-03-04"),
    ),
    _read(
        "the evidence may come in row 20,000",
        *("01/02/2012",) * 20_000,
        "25/02/2012",
        as_=moments(*("2012-02-01",) * 20_000, "2012-02-25"),
    ),
    _read(
        "without evidence of the day it is said",
        "01/02/2012",
        "03/04/2012",
        as_=text("01/02/2012", "03/04/2012"),
        doubt="day_or_month",
    ),
    _read(
        "a person says that days come first",
        "01/02/2012",
        "03/04/2012",
        as_=moments("2012-02-01", "2012-04-03"),
        day_first=True,
    ),
    _read(
        "a person says that months come first",
        "01/02/2012",
        "03/04/2012",
        as_=moments("2012-01-02", "2012-03-04"),
        day_first=False,
    ),
    _read(
        "evidence for both keeps every cell, and it is said",
        "25/12/2020",
        "12/25/2020",
        as_=text("25/12/2020", "12/25/2020"),
        doubt="impossible_date",
    ),
    _read(
        "points are German: days come first",
        "03.04.2021",
        "24.12.2021",
        as_=moments("2021-04-03", "2021-12-24"),
    ),
    Case(
        name="points are German beside American dates, too",
        content="day;shipped\n09.12.2005;08/20/2016\n09.10.2013;03/04/2017\n",
        columns={
            "day": moments("2005-12-09", "2013-10-09"),
            "shipped": moments("2016-08-20", "2017-03-04"),
        },
        doubted=("day_or_month",),
    ),
    _read(
        "days without their zeros are read",
        "3/4/2021",
        "13/4/2021",
        as_=moments("2021-04-03", "2021-04-13"),
    ),
    _read(
        "days by slashes with the year first are read",
        "2021/04/03",
        "2021/12/24",
        as_=moments("2021-04-03", "2021-12-24"),
    ),
    _read(
        "days in one of several forms, each of them plain, are read (duckdb#17253)",
        "2021-04-13",
        "14.04.2021",
        "2021/04/15",
        as_=moments("2021-04-13", "2021-04-14", "2021-04-15"),
    ),
    _read(
        "months by name are read",
        "5 Jan 2021",
        "17 Feb 2021",
        as_=moments("2021-01-05", "2021-02-17"),
    ),
    _read(
        "months by name with dashes are read",
        "05-Jan-2021",
        "17-DEC-2021",
        as_=moments("2021-01-05", "2021-12-17"),
    ),
    _read(
        "months by name in front are read",
        "January 5, 2021",
        "May 17, 2021",
        as_=moments("2021-01-05", "2021-05-17"),
    ),
    _read(
        "German months are read",
        "5. Januar 2021",
        "17. März 2021",
        as_=moments("2021-01-05", "2021-03-17"),
    ),
    _read(
        "French months are read",
        "5 janvier 2021",
        "17 août 2021",
        as_=moments("2021-01-05", "2021-08-17"),
    ),
    *(
        _read(
            f"months in {language} are read",
            *cells,
            as_=moments("2024-01-03", "2023-12-15", "2024-05-12"),
        )
        for language, cells in {
            "Spanish": ("3 de enero de 2024", "15 de diciembre de 2023", "12 de mayo de 2024"),
            "Portuguese": ("3 de janeiro de 2024", "15 de dezembro de 2023", "12 de maio de 2024"),
            "Italian": ("3 gennaio 2024", "15 dicembre 2023", "12 maggio 2024"),
            "Dutch": ("3 jan. 2024", "15 dec. 2023", "12 mei. 2024"),
            "Swedish": ("3 januari 2024", "15 december 2023", "12 maj 2024"),
            "Polish": ("3 stycznia 2024", "15 grudnia 2023", "12 maja 2024"),
            "Russian": ("3 января 2024", "15 декабря 2023", "12 мая 2024"),
        }.items()
    ),
    _read(
        "years of two digits are read, and the century is said",
        "31/12/98",
        "15/03/04",
        as_=moments("1998-12-31", "2004-03-15"),
        doubt="two_digit_year",
    ),
    _read(
        "three numbers of two digits may be anything, and it is said",
        "10.11.12",
        "09.10.11",
        as_=moments("2012-11-10", "2011-10-09"),
        doubt="day_or_month",
    ),
    _read(
        "where the day or the month comes first, the century is as unsure, and that is said, too",
        "01.02.31",
        "05.12.68",
        as_=moments("2031-02-01", "2068-12-05"),
        doubt="two_digit_year",
    ),
    _read(
        "a month without a day is no day",
        "2021-01",
        "2021-02",
        as_=text("2021-01", "2021-02"),
        header="month",
    ),
    _read(
        "a month by name without a day is no day",
        "Jan 2021",
        "Feb 2021",
        as_=text("Jan 2021", "Feb 2021"),
        header="month",
    ),
    _read(
        "weeks are no days", "2021-W05", "2021-W06", as_=text("2021-W05", "2021-W06"), header="week"
    ),
    _read(
        "days of weeks are no months",
        "2021-W05-3",
        "2021-W06-1",
        as_=text("2021-W05-3", "2021-W06-1"),
    ),
    _read(
        "quarters are no days", "2021Q1", "2021Q2", as_=text("2021Q1", "2021Q2"), header="quarter"
    ),
    _read(
        "times of a day are no moments", "13:45", "09:00", as_=text("13:45", "09:00"), header="time"
    ),
    _read(
        "durations of more than a day are no times",
        "25:30:00",
        "100:00:00",
        as_=text("25:30:00", "100:00:00"),
    ),
    _read(
        "an impossible day keeps every cell",
        "28/02/2021",
        "30/02/2021",
        as_=text("28/02/2021", "30/02/2021"),
    ),
    _read(
        "the thirty-first of June keeps every cell",
        "2021-05-31",
        "2021-06-31",
        as_=text("2021-05-31", "2021-06-31"),
    ),
    _read(
        "the day zero of MySQL is no day",
        "2021-05-31",
        "0000-00-00",
        as_=text("2021-05-31", "0000-00-00"),
    ),
    _read(
        "the end of time is a day",
        "2021-05-31",
        "9999-12-31",
        as_=moments("2021-05-31", "9999-12-31"),
    ),
    _read(
        "days before any epoch are days",
        "1066-10-14",
        "0476-09-04",
        as_=moments("1066-10-14", "0476-09-04"),
    ),
    _read(
        "moments with a clock of twelve hours are read",
        "01/25/2021 03:15 PM",
        "01/26/2021 12:05 AM",
        as_=moments("2021-01-25T15:15", "2021-01-26T00:05"),
    ),
    _read(
        "moments with days first are read",
        "25.01.2021 15:15",
        "01.02.2021 00:05",
        as_=moments("2021-01-25T15:15", "2021-02-01T00:05"),
    ),
    _read(
        "moments with days first and seconds are read",
        "25/01/2021 15:15:30",
        "01/02/2021 00:05:00",
        as_=moments("2021-01-25T15:15:30", "2021-02-01T00:05:00"),
    ),
    _read(
        "moments at one offset are read in UTC",
        "2021-01-25T15:15:00+02:00",
        "2021-01-26T00:05:00+02:00",
        as_=moments("2021-01-25T13:15:00+00:00", "2021-01-25T22:05:00+00:00"),
    ),
    _read(
        "moments at several offsets are read in UTC: summer begins",
        "2021-03-28T01:30:00+01:00",
        "2021-03-28T03:30:00+02:00",
        as_=moments("2021-03-28T00:30:00+00:00", "2021-03-28T01:30:00+00:00"),
    ),
    _read(
        "moments with a zone beside some without keep every cell",
        "2021-01-25T15:15:00Z",
        "2021-01-25T15:15:00",
        as_=text("2021-01-25T15:15:00Z", "2021-01-25T15:15:00"),
    ),
    _read(
        "the hour that comes twice is read as it is written",
        "2021-10-31 02:30:00",
        "2021-10-31 03:30:00",
        as_=moments("2021-10-31T02:30", "2021-10-31T03:30"),
    ),
    _read(
        "a billionth of a second is not rounded off",
        "2021-01-01T00:00:00.123456789",
        "2021-01-02T00:00:00.123456789",
        as_=text("2021-01-01T00:00:00.123456789", "2021-01-02T00:00:00.123456789"),
    ),
    _read(
        "a leap second keeps every cell",
        "2016-12-31 23:59:60",
        "2017-01-01 00:00:00",
        as_=text("2016-12-31 23:59:60", "2017-01-01 00:00:00"),
    ),
    _read("years alone are whole numbers", "2020", "2021", as_=integers(2020, 2021), header="year"),
    _read(
        "days beside missing ones are read",
        "2021-04-13",
        "",
        "NA",
        "-",
        as_=moments("2021-04-13", None, None, None),
    ),
    _read(
        "months of the year are words",
        "May",
        "June",
        "March",
        as_=text("May", "June", "March"),
        header="month",
    ),
    _read(
        "spaces around days are left off",
        " 2021-04-13",
        "2021-04-14 ",
        as_=moments("2021-04-13", "2021-04-14"),
    ),
    _read(
        "a day that is a word keeps every cell",
        "2021-04-13",
        "yesterday",
        as_=text("2021-04-13", "yesterday"),
    ),
    _read(
        "days without marks are whole numbers",
        "20210413",
        "20210414",
        as_=integers(20210413, 20210414),
    ),
)
