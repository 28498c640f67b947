"""Cells that a spreadsheet would run: refused where they come in, harmless where they go out."""

STARTS = ("=", "+", "-", "@", "\t", "\r")


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet takes the cell for a formula, also behind spaces."""
    return cell.startswith(STARTS) or cell.lstrip(" \u3000").startswith(STARTS)


def harmless(cell: str) -> str:
    """The cell as text that no spreadsheet runs."""
    return f"'{cell}" if is_formula(cell) else cell
