from hypothesis import given
from hypothesis import strategies as st

from lms.orgs.roster.formulas import harmless, is_formula


@given(st.text())
def test_nothing_that_goes_out_is_run(cell: str) -> None:
    assert not is_formula(harmless(cell))


def test_ordinary_text_goes_out_as_it_is() -> None:
    assert harmless("陳大文 - agent") == "陳大文 - agent"
