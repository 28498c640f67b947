"""How the demonstration talks: steps with colour and progress on a terminal, else plain lines."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape


class Surprise(Exception):  # noqa: N818 - what ends the demonstration, in its own word
    """Something came back that should not have."""


class Telling:
    """Prints each step that a person would take, and what came back."""

    def __init__(self) -> None:
        self.console = Console(highlight=False, soft_wrap=True)
        self.started = time.monotonic()
        self.steps = 0
        self._progress = self.console.status("the server starts", refresh_per_second=4)

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def scene(self, title: str) -> None:
        """A new part of the story."""
        self.console.print()
        self.console.print(f"[bold]{title}[/bold]")
        self._progress.update(f"[dim]{title}[/dim]")

    def step(self, who: str, does: str, got: object = "") -> None:
        """One act, and its outcome in a few words."""
        self.steps += 1
        seconds = time.monotonic() - self.started
        outcome = f"  [green]→ {escape(str(got))}[/green]" if got != "" else ""
        self.console.print(f"  [dim]{seconds:5.1f} s[/dim]  [cyan]{who}[/cyan] {does}{outcome}")

    def ended(self) -> None:
        """The last line of a good ending."""
        seconds = time.monotonic() - self.started
        self.console.print()
        self.console.print(
            f"[bold green]The whole job worked: {self.steps} steps, {seconds:.0f} s.[/bold green]"
        )

    def surprised(self, what: object) -> None:
        """The last line of a bad one."""
        self.console.print()
        self.console.print(f"[bold red]Surprise: {escape(str(what))}[/bold red]")


def expect(met: bool, otherwise: str) -> None:
    """End the demonstration unless something holds.

    Raises:
        Surprise: it does not.
    """
    if not met:
        raise Surprise(otherwise)
