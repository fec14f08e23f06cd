"""Any action on numbers and dates, and any filling of what is missing."""

from hypothesis import strategies as st

from domain.actions import (
    Action,
    Bin,
    DropMissing,
    Fill,
    HandleOutliers,
    LabelEncode,
    ParseNumbers,
    RoundNumbers,
    Scale,
)

few = st.integers(1, 4)
edges = st.lists(st.floats(-1e9, 1e9), min_size=3, max_size=3, unique=True).map(sorted).map(tuple)
labels = st.sampled_from([(), ("it's", "{x}"), ('"""', "df", "\\", "%s")])


def actions_on_numbers(
    text: str, number: str, fraction: str, truth: str
) -> st.SearchStrategy[Action]:
    """Actions on columns of those names, which hold text, whole numbers, fractions, truths."""
    every = [text, number, fraction, truth]
    numbers = st.sampled_from([(number,), (fraction,), (number, fraction)])
    around = st.sampled_from(["forward", "backward", "mode"])
    of_numbers = st.sampled_from(["mean", "median", "interpolate"])
    group = st.sampled_from([(), (truth,), (text, truth)])
    new = st.just(f"{text}'s {{new}}")
    return st.one_of(
        st.builds(DropMissing, columns=st.just(tuple(every)), at_least=few),
        st.builds(Fill, columns=numbers, strategy=of_numbers, by=group),
        st.builds(Fill, columns=st.just((text, number)), strategy=around, by=st.just((truth,))),
        st.builds(Fill, columns=st.just((fraction, truth)), strategy=around),
        st.builds(
            Fill,
            columns=numbers,
            strategy=st.just("knn"),
            neighbours=few,
            by=st.sampled_from([(), (truth,)]),
        ),
        st.builds(
            Scale, columns=numbers, method=st.sampled_from(["standard", "min_max", "robust"])
        ),
        st.builds(LabelEncode, columns=st.sampled_from([(text,), (text, truth, fraction)])),
        st.builds(
            ParseNumbers,
            columns=st.just((text,)),
            decimal=st.sampled_from([None, ".", ","]),
            units=st.sampled_from(["drop", "column"]),
        ),
        st.builds(RoundNumbers, columns=numbers, digits=st.integers(-15, 15)),
        st.builds(
            HandleOutliers,
            columns=numbers,
            method=st.sampled_from(["iqr", "z_score"]),
            treatment=st.sampled_from(["drop", "flag"]),
        ),
        st.builds(
            HandleOutliers,
            columns=numbers,
            method=st.sampled_from(["iqr", "z_score"]),
            treatment=st.just("cap"),
            threshold=st.floats(0.1, 2),
        ),
        st.builds(
            Bin, column=st.sampled_from([number, fraction]), new=new, edges=edges, labels=labels
        ),
        st.builds(
            Bin,
            column=st.sampled_from([number, fraction]),
            new=new,
            bins=st.integers(2, 4),
            method=st.sampled_from(["width", "quantile"]),
        ),
    )
