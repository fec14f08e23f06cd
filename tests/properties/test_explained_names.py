"""Names are explained however they are written, and never by what only cells hold."""

import string

from hypothesis import given
from hypothesis import strategies as st

from domain.explained_names import ExplainedNames, Wording, words_of

WORDS = st.text(string.ascii_lowercase, min_size=2, max_size=9)
NAMES = st.lists(WORDS, min_size=1, max_size=6)
UNKNOWN = st.text("αβγδεζηθ", min_size=1, max_size=6)
NOTHING = Wording.of(())


def knowing(*names: str) -> ExplainedNames:
    explained = ExplainedNames()
    for name in names:
        explained.add(name)
    return explained


@given(words=NAMES, gap=st.sampled_from([" ", "_", "-", ".", "", " / "]), data=st.data())
def test_a_known_name_is_explained_in_every_style(
    words: list[str], gap: str, data: st.DataObject
) -> None:
    name = " ".join(words)
    styled = data.draw(
        st.sampled_from(
            [
                gap.join(words),
                gap.join(words).upper(),
                f"  {gap.join(words).title()}\t",
                words[0] + "".join(word.title() for word in words[1:]),
                gap.join(words).replace("e", "é"),
            ]
        )
    )
    assert knowing(name, "other").explain(styled, NOTHING)


@given(words=NAMES, start=st.integers(0, 5), prefix=WORDS, suffix=WORDS)
def test_a_part_of_a_known_name_with_a_prefix_and_a_suffix_of_the_code_is_explained(
    words: list[str], start: int, prefix: str, suffix: str
) -> None:
    part = "_".join(words[start % len(words) :])
    wording = Wording.of((f"{prefix}_", f"_{suffix}"))
    assert knowing(" ".join(words)).explain(f"{prefix}_{part}_{suffix}", wording)


@given(known=st.lists(NAMES, max_size=4), texts=st.lists(WORDS, max_size=4), data=st.data())
def test_a_name_with_a_word_that_neither_names_nor_code_hold_is_not_explained(
    known: list[list[str]], texts: list[str], data: st.DataObject
) -> None:
    known_words = [word for words in known for word in words] + texts
    around = data.draw(st.lists(st.sampled_from(known_words), max_size=2) if known_words else NAMES)
    place = data.draw(st.integers(0, len(around)))
    name = data.draw(st.sampled_from([" ", "_", "-"])).join(
        [*around[:place], data.draw(UNKNOWN), *around[place:]]
    )
    names = [" ".join(words) for words in known]
    assert not knowing(*names).explain(name, Wording.of(texts))


@given(words=NAMES, sign=st.sampled_from("+?!♥<*€"), place=st.integers(0, 6))
def test_a_sign_that_neither_names_nor_code_hold_may_be_a_cell(
    words: list[str], sign: str, place: int
) -> None:
    name = "_".join([*words[:place], sign, *words[place:]])
    assert not knowing(" ".join(words)).explain(name, NOTHING)
    assert knowing(" ".join(words)).explain(name, Wording.of((f"_{sign}", f"{sign}_", f"_{sign}_")))


@given(cell=st.text("abcdefgh", min_size=4, max_size=12))
def test_code_cannot_spell_a_cell_out_of_its_own_letters(cell: str) -> None:
    wording = Wording.of("abcdefgh")
    assert not knowing("age").explain("_".join(cell), wording)
    assert not knowing("age").explain(cell, wording)


@given(st.text())
def test_words_hold_no_sign_and_no_capital(text: str) -> None:
    words = words_of(text)
    assert all(word and word.isalnum() for word in words)
    assert words_of(" ".join(words)) == words
