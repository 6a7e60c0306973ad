"""The text form of metadata clauses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.clauses import Clause, Operator

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["", " ", "=", '"', '"x"', "==", "a contains b", "exists", " exists", "a\nb", "\\", "\\u0041"]
)


@given(key=TEXT, operator=st.sampled_from(Operator), value=TEXT)
def test_text_and_value_are_the_same_clause(key, operator, value):
    value = "" if operator in ("exists", "missing") else value
    clause = Clause(key=key, operator=operator, value=value)

    assert clause == Clause.parse(str(clause))


@pytest.mark.parametrize(
    ("text", "key", "operator", "value"),
    [
        ("plan=pro", "plan", "=", "pro"),
        ("plan!=pro", "plan", "!=", "pro"),
        ("plan contains pr o", "plan", "contains", "pr o"),
        ("plan exists", "plan", "exists", ""),
        ("plan missing", "plan", "missing", ""),
        ("age>5", "age", ">", "5"),
        ("age<-1.5", "age", "<", "-1.5"),
        ("plan=", "plan", "=", ""),
        ("plan= pro ", "plan", "=", " pro "),
        ("a.b:c=x=y", "a.b:c", "=", "x=y"),
        ('"order id"="= 5"', "order id", "=", "= 5"),
        ('"exists" exists', "exists", "exists", ""),
        ("contains contains contains ", "contains", "contains", "contains "),
    ],
)
def test_a_clause_reads_as_it_is_written(text, key, operator, value):
    assert Clause(key=key, operator=operator, value=value) == Clause.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plan",
        "a b=c",
        "=x",
        "a>=5",
        "a==5",
        'a="open',
        '"a=b',
        "a exists ",
        "a missing b",
        "a  exists",
        "a like b",
    ],
)  # fmt: skip
def test_what_is_no_clause_is_refused(text):
    with pytest.raises(ValueError, match=r"metadata|JSON"):
        Clause.parse(text)
