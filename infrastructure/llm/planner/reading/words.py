"""The grammar's own words: what they are called, in how many ways."""

DROP = (
    *("lose", "scrap", "skip", "kick out", "leave out", "removing", "dropping", "deleting"),
    *("toss", "toss out", "purge", "weed out", "chuck out", "take away", "rm"),
    *("drop", "remove", "delete", "discard", "eliminate", "exclude", "erase", "ditch", "omit"),
    *("get rid of", "throw away", "throw out", "take out", "filter out", "strip out", "clear out"),
)
KEEP = (
    *("only keep", "keep only", "keep just", "keep", "retain only", "retain", "leave only"),
    *("select only", "select", "i only want", "i only need", "i want only", "i need only"),
    *("show only", "show me only", "just show me", "show just", "show me just", "restrict to"),
    *(
        "give me only",
        "give me just",
        "only give me",
        "limit to",
        "narrow down to",
        "only show",
        "only show me",
        "leave just",
    ),
)
FILTER = ("filter", "filter down to", "filter to", "filter for", "filter by", "filter on")
FILL = ("fill in", "fill up", "fill out", "fill", "impute", "fillna", "plug", "patch")
RENAME = ("rename", "relabel")
TRIM = ("trim", "strip")
SORT = (
    *("sort", "order", "arrange"),
    *(f"put {what} in order of" for what in ("the rows", "rows", "everything", "the table", "it")),
)
CHANGE = (
    "convert",
    "cast",
    "change",
    "make",
    "turn",
    "set",
    "coerce",
    "put",
    "parse",
    "treat",
    "read",
)
REPLACE = (
    "replace",
    "change",
    "substitute",
    "swap",
    "swap out",
    "turn",
    "set",
    "map",
    "recode",
    "correct",
    "mark",
    "treat",
    "convert",
)
DEDUPE = ("deduplicate", "dedupe", "de-duplicate", "de-dupe", "dedup")
CASE = {
    "lower": ("lowercase", "lower-case", "lower case", "lower", "all lowercase", "small letters"),
    "upper": (
        *("uppercase", "upper-case", "upper case", "upper", "all caps", "all uppercase"),
        *("capital letters", "capitals", "all capitals", "big letters", "block letters"),
    ),
    "title": ("title case", "title-case", "titlecase", "title", "proper case", "capitalised words"),
    "sentence": (
        *("only the first letter capital", "only the first letter big"),
        *("only the first letter uppercase", "only the first letter upper case"),
        "sentence case",
        "sentence-case",
        "sentencecase",
    ),
}
TYPES = {
    "integer": ("integers", "integer", "ints", "int", "int64", "whole numbers", "whole number"),
    "number": (
        *("numbers", "number", "numeric", "numerics", "numerical", "floats", "float", "float64"),
        *("decimals", "decimal", "floating point"),
        *(f"{real} {number}" for real in ("real", "proper") for number in ("numbers", "number")),
        *(f"{real} {number}" for real in ("actual", "plain") for number in ("numbers", "number")),
    ),
    "text": ("text", "texts", "strings", "string", "str", "texts"),
    "boolean": ("booleans", "boolean", "bools", "bool", "true/false", "yes/no", "logical"),
    "dates": (
        *("dates", "date", "datetimes", "datetime", "timestamps", "timestamp", "date time"),
        *("proper dates", "real dates", "dates and times"),
    ),
}
MISSING = (
    *("missing", "nulls", "null", "empty", "blanks", "blank", "na", "nas", "n/a", "nan", "nans"),
    *("none", "gaps", "holes", "nil", "nonexistent", "absent"),
)
MISSING_VALUE = (
    *("missing values", "missing value", "missing", "nulls", "null", "nan", "na", "none"),
    *("blanks", "blank", "empty"),
)
VALUES = ("values", "value", "cells", "cell", "entries", "entry", "data", "fields", "ones")
ROWS = (
    *("rows", "row", "records", "record", "lines", "observations", "entries", "cases"),
    *("everything", "anything", "those", "data", "whatever"),
)
PERSONS = (
    *("people", "persons", "person", "everyone", "everybody", "anyone", "anybody", "users"),
    *("customers", "clients", "employees", "members", "patients", "students", "participants"),
    *("passengers", "guests", "workers", "players", "subscribers", "respondents", "folks"),
    *(
        "earners",
        "individuals",
        "applicants",
        "candidates",
        "visitors",
        "voters",
        "tenants",
        "teachers",
    ),
)
THINGS = (
    *("orders", "sales", "transactions", "items", "products", "purchases", "invoices", "payments"),
    *("samples", "measurements", "readings", "shipments", "flights", "visits", "events", "trips"),
    *("ppl", "bookings", "accounts", "tickets", "companies", "entities"),
    *("stays", "reservations", "deliveries", "responses", "answers", "tests"),
    *("experiments", "applications", "donations", "claims", "loans", "calls", "rides", "runs"),
    *("books", "films", "movies", "songs", "houses", "cars", "animals", "pets", "courses"),
    *("projects", "tasks", "issues", "expenses", "receipts", "contracts", "parcels", "farms"),
    *("requests", "hits", "sessions", "clicks", "pageviews", "messages", "posts", "reviews"),
    *("submissions", "surveys", "vehicles", "machines", "devices", "sensors", "suppliers"),
    *("vendors", "drivers", "doctors", "nurses", "pupils", "children", "households", "matches"),
    *("meetings", "appointments", "admissions", "specimens", "wells", "compounds", "stations"),
    *("apartments", "flats", "properties", "listings", "offers", "campaigns", "leads", "deals"),
    *("contacts", "subscriptions", "articles", "packages", "vacancies", "hires", "staff"),
    *("colleagues", "residents", "learners", "attendees", "volunteers", "donors", "buyers"),
    *("files", "documents", "images", "videos"),
    *("shoppers", "incidents", "complaints", "alerts", "errands", "quotes", "refunds"),
)
COLUMN = ("columns", "column", "fields", "field", "variables", "variable", "cols", "col")
# What "the column names" are: no column that is called name.
HEADERS = tuple(
    f"{column} {noun}"
    for column in ("column", "columns", "field")
    for noun in ("names", "headers", "titles")
)
TABLE = ("table", "data", "dataset", "dataframe", "data frame", "rows", "records", "file", "it")
DETERMINERS = ("the", "all", "my", "our", "any", "each", "every", "this", "these", "of", "both")
IN = ("in", "from", "of", "for", "on", "within", "inside", "under", "around", "across")
WITH = ("with", "by", "using", "as", "to", "into", "->", "→", "=>")
EXCEPT = (
    "except for",
    "except",
    "other than",
    "apart from",
    "but not",
    "but",
    "besides",
    "excluding",
    *(f"{joint}{dont} touch" for joint in ("", "but ") for dont in ("don't", "dont", "do not")),
    "without touching",
)

# Signs by their names.
MARKS = {
    **dict.fromkeys(("comma", "commas"), ","),
    **dict.fromkeys(("space", "spaces", "blank", "whitespace", "white space"), " "),
    **dict.fromkeys(("dash", "dashes", "hyphen", "hyphens", "minus"), "-"),
    **dict.fromkeys(("semicolon", "semicolons"), ";"),
    **dict.fromkeys(("colon", "colons"), ":"),
    **dict.fromkeys(("underscore", "underscores"), "_"),
    **dict.fromkeys(("slash", "slashes", "forward slash"), "/"),
    **dict.fromkeys(("pipe", "pipes", "vertical bar"), "|"),
    **dict.fromkeys(("dot", "dots", "period", "periods", "full stop", "full stops"), "."),
    **dict.fromkeys(("point", "points", "decimal point"), "."),
    **dict.fromkeys(("tab", "tabs"), "\t"),
    **dict.fromkeys(("at sign", "at symbol", "at-sign"), "@"),
    **dict.fromkeys(("hash", "hashes"), "#"),
    **dict.fromkeys(("newline", "line break", "newlines", "line breaks"), "\n"),
    **dict.fromkeys(("quotes", "double quotes", "quotation marks"), '"'),
    **dict.fromkeys(("dollar sign", "dollar signs", "dollar"), "$"),
    **dict.fromkeys(("percent sign", "percent signs", "percentage sign"), "%"),
    **dict.fromkeys(("asterisk", "asterisks", "star", "stars"), "*"),
    **dict.fromkeys(("apostrophe", "apostrophes"), "'"),
    **dict.fromkeys(("exclamation mark", "exclamation marks", "exclamation point"), "!"),
    **dict.fromkeys(("question mark", "question marks"), "?"),
    **dict.fromkeys(("euro sign", "euro signs", "euro symbol", "euro symbols"), "€"),
    **dict.fromkeys(("pound sign", "pound signs", "pound symbol"), "£"),
    **dict.fromkeys(("plus sign", "plus signs"), "+"),
    **dict.fromkeys(("equals sign", "equals signs", "equal sign", "equal signs"), "="),
    "comma and a space": ", ",
    "comma and space": ", ",
}
# Signs that stand in pairs.
BRACKETS = {
    **dict.fromkeys(("brackets", "parentheses", "parens", "round brackets"), ("(", ")")),
    **dict.fromkeys(("square brackets",), ("[", "]")),
    **dict.fromkeys(("curly brackets", "braces", "curly braces"), ("{", "}")),
}

NOISE_BEFORE = (
    *(
        "would you mind",
        "do you mind",
        "hmm",
        "hm",
        "great",
        "perfect",
        "cool",
        "nice",
        "btw",
        "by the way",
        "please",
        "kindly",
        "can you",
        "could you",
        "would you",
        "will you",
        "can we",
        "could we",
    ),
    *("it would be nice if you could", "it would be great if you could", "is it possible to"),
    *("would it be possible to", "could you maybe", "can you maybe", "i'd love to", "i wanna"),
    *("i would like you to", "i would like to", "i'd like you to", "i'd like to", "i want you to"),
    *("i want to", "i need you to", "i need to", "we need to", "you should", "let's", "lets"),
    *("let us", "help me", "go ahead and", "just", "also", "now", "then", "next", "first"),
    *("firstly", "secondly", "second", "third", "finally", "lastly", "afterwards", "after that"),
    *("pls", "plz", "actually", "oops", "well", "so", "yes", "sure", "we should", "bitte", "oh"),
    *("hi there", "hey there", "good morning", "can i", "could i", "may i", "can u", "could u"),
    *(
        "please to",
        "would u",
        "dear planner",
        "thanks",
        "thank you",
        "thx",
        "right",
        "alright",
        "now please",
    ),
    *(
        "please to",
        "i think we should",
        "i'd like to know",
        "i would like to know",
        "i want to know",
        "i need to know",
        "do you know",
        "be so kind and",
        "be so kind as to",
        "hey",
        "hi",
        "hello",
        "ok",
        "okay",
        "and",
        "step",
        "hello there",
    ),
)
# "Drop age, leave the rest alone."
_REST = (
    "the rest",
    "everything else",
    "anything else",
    "the others",
    "all else",
    "the other columns",
)
_LEFT = (
    *(f"{verb} {rest}" for verb in ("leave", "keep") for rest in _REST),
    *(f"{rest} {stays}" for rest in _REST for stays in ("stays", "stay", "can stay")),
)
_AS_IT_IS = ("", " alone", " as is", " as it is", " as they are", " untouched", " unchanged")
_REST_STAYS = tuple(
    f"{joint}{phrase}"
    for joint in ("", "and ", "but ")
    for phrase in (
        *(f"{left}{as_it_is}" for left in _LEFT for as_it_is in _AS_IT_IS),
        *(
            f"{dont} {touch} {rest}"
            for dont in ("don't", "dont", "do not")
            for touch in ("touch", "change", "modify", "alter")
            for rest in _REST
        ),
        "nothing else",
    )
)
NOISE_AFTER = (
    *("please", "thanks", "thank you", "for me", "now", "too", "as well", "also", "first"),
    *("pls", "plz", "thx", "ty", "bitte", "danke", "cheers", "many thanks", "thanks a lot"),
    *("thank you very much", "thanks so much", "would you", "will you", "ok", "okay", "asap"),
    *("thanks in advance", "thank u", "if u can", "when you can", "kind regards", "best regards"),
    *("in this order", "in that order", "ever"),
    *("if you can", "if possible", "in the table", "in the data", "in the dataset"),
    *("from the table", "from the data", "from the dataset", "from this table", "from my data"),
    *("everywhere", *_REST_STAYS),
)
SEPARATORS = ("and then", "then", "and also", "and", "after that", "followed by", "next", "also")
VERBS = frozenset(
    {
        word.split()[0]
        for words in (DROP, KEEP, FILTER, FILL, RENAME, TRIM, SORT, CHANGE, REPLACE, DEDUPE)
        for word in words
    }
    | {"lowercase", "uppercase", "collapse", "undo", "redo", "capitalize", "capitalise", "title"}
    | {"normalize", "normalise", "clean", "round", "explode", "split", "merge", "revert"}
)
# Never part of a column's name where the name is only guessed at.
KEYWORDS = frozenset(
    {
        *VERBS,
        *(
            "and",
            "or",
            "not",
            "then",
            "where",
            "with",
            "without",
            "by",
            "to",
            "as",
            "into",
            "using",
        ),
        *("the", "in", "of", "from", "for", "on", "is", "are", "was", "column", "columns", "rows"),
        *("row", "if", "than", "between", "contains", "equals", "missing", "null", "empty"),
        *("value", "values", "duplicates", "duplicate", "except", "but", "all", "any", "every"),
        *("that", "which", "it", "a", "an", "first", "last", "keep", "keeping", "only", "please"),
        *("data", "text", "numeric", "everything", "what", "how", "descending", "ascending"),
    }
)
