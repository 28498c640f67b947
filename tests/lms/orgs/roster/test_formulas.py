from hypothesis import given
from hypothesis import strategies as st

from lms.orgs.roster.formulas import harmless, is_formula, unquoted

cells = st.text() | st.text("'=-@ 1", max_size=5)


@given(cells)
def test_nothing_that_goes_out_is_run_and_everything_comes_back_as_it_was(cell: str) -> None:
    assert not is_formula(harmless(cell))
    assert unquoted(harmless(cell)) == cell


def test_ordinary_text_goes_out_as_it_is() -> None:
    assert harmless("陳大文 - agent") == "陳大文 - agent"
