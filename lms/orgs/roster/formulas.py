"""Cells that a spreadsheet would run: refused where they come in, quoted where they go out."""

STARTS = ("=", "+", "-", "@", "\t", "\r")


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet takes the cell for a formula, also behind spaces."""
    return cell.startswith(STARTS) or cell.lstrip(" \u3000").startswith(STARTS)


def harmless(cell: str) -> str:
    """The cell as text that no spreadsheet runs: behind an apostrophe, where it would."""
    return f"'{cell}" if is_formula(cell.lstrip("'")) else cell


def unquoted(cell: str) -> str:
    """What `harmless` made this cell of, so that an exported file says the same when it comes back.

    Else staff number -12 would come back as somebody else's.
    """
    return cell[1:] if cell.startswith("'") and is_formula(cell.lstrip("'")) else cell
