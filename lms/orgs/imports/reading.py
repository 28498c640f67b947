"""Reading a spooled file in batches, off the event loop: encoding, delimiter, header, lines."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from lms.kernel.problems import Fault, Invalid
from lms.orgs.imports.columns import Column, delimiter_of, read_header
from lms.orgs.imports.encoding import UndecidableError, decide
from lms.orgs.imports.lines import (
    CentreNames,
    Line,
    LineFault,
    LineReader,
    UnparsableError,
    rows,
)

BATCH = 5_000
LINES_MOST = 200_000
HEADER_MOST = 10_000


@dataclass(slots=True)
class OpenedFile:
    """A file whose encoding and header are settled, to be read batch by batch.

    `lines` counts all lines under the header; `faults` is everything wrong with them so far.
    """

    codec: str
    delimiter: str
    columns: tuple[Column, ...]
    rows: Iterator[tuple[int, list[str]]]
    reader: LineReader
    lines: int = 0
    faults: list[LineFault] = field(default_factory=list)

    def batch(self) -> list[Line] | None:
        """The good ones of the next lines; None at the end of the file.

        What follows a place that cannot be split into cells is one fault.
        """
        taken = 0
        good: list[Line] = []
        try:
            for number, cells in islice(self.rows, BATCH):
                taken += 1
                read = self.reader.read(number, cells)
                if isinstance(read, Line):
                    good.append(read)
                else:
                    self.faults += read
        except UnparsableError as error:
            self.faults.append(LineFault(error.line + 1, "", "unparsable", error.detail))
            self.rows = iter(())
        self.lines += taken
        if self.lines > LINES_MOST:
            raise Invalid([_fault(self.lines, "too_many_lines", f"at most {LINES_MOST} lines")])
        return good if taken else None


def open_file(file: BinaryIO, charset: str | None, centres: CentreNames) -> OpenedFile:
    """Settle a file's encoding and header.

    Raises:
        Invalid: with the line that cannot be decoded, or everything wrong with the header.
    """
    try:
        decided = decide(file, charset)
    except UndecidableError as error:
        raise Invalid([_fault(error.line, "encoding", error.detail)]) from error
    file.seek(decided.skip)
    text = io.TextIOWrapper(file, encoding=decided.codec, newline="")
    first = text.readline(HEADER_MOST)
    delimiter = delimiter_of(first)
    try:
        _, cells = next(rows(iter([first]), delimiter), (1, []))
    except UnparsableError as error:
        raise Invalid([_fault(1, "unparsable", error.detail)]) from error
    header = read_header(cells, needs_centre=centres.default is None)
    if header.faults:
        raise Invalid([_fault(1, one.code, f"{one.column}: {one.detail}") for one in header.faults])
    return OpenedFile(
        codec=decided.codec,
        delimiter=delimiter,
        columns=header.columns,
        rows=_below_header(text, delimiter),
        reader=LineReader(header.columns, centres),
    )


def _below_header(text: io.TextIOWrapper, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The file's rows; at their end the file is let go, open, for whoever opened it to close."""
    try:
        for number, row in rows(text, delimiter):
            yield number + 1, row
    finally:
        text.detach()


def _fault(line: int, code: str, detail: str) -> Fault:
    return Fault(f"/lines/{line}", code, detail)
