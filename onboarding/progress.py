"""A progress bar on a terminal, for what takes more than two seconds; nothing where no one is watching."""

import sys
from types import TracebackType
from typing import Any, Self

from tqdm import tqdm


class Progress:
    """`with Progress("Reading", total) as progress: progress(100)`. Written to standard error."""

    def __init__(self, says: str, total: int | None = None, *, quiet: bool = False) -> None:
        self.bar: Any = tqdm(
            total=total, desc=says, delay=2, leave=False, file=sys.stderr, disable=quiet or not sys.stderr.isatty()
        )

    def __call__(self, count: int = 1) -> None:
        self.bar.update(count)

    def to(self, done: int, total: int) -> None:
        """Sets the bar to `done` of `total`."""
        self.bar.total = total
        self.bar.update(done - self.bar.n)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.close()
