"""`manage.py resolve FILE`: facts in, verdicts out, for other programs."""

import contextlib
import gc
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from tqdm import tqdm

from steps.documents import Answers
from steps.documents.splitting import TooLong, documents
from steps.pathway import Pathway, PathwayFaults, parse, shipped

_PATIENCE = 2  # seconds before a progress bar shows


def find_pathway(key: str) -> Pathway | None:
    """Answer what is published under a key, else what is shipped under it, else None.

    A database that is not there yet, or has no tables, has published nothing.
    """
    from steps.selectors.pathways import published_pathway  # an inline pathway needs no rows at all

    try:
        published = published_pathway(key)
    except (DatabaseError, PathwayFaults):
        published = None
    if published is not None:
        return published
    source = shipped().get(key)
    return parse(source) if source is not None else None


class Command(BaseCommand):
    help = "Answers JSON documents of a pathway, a newcomer and facts with the verdicts, one answer a line."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="one document, or one a line; - reads standard input")
        parser.add_argument("--json", action="store_true", help="JSON, which this command answers in any case")

    def handle(self, *args: Any, **options: Any) -> None:
        answers = Answers(find_pathway)
        all_good = True
        gc.freeze()  # nothing loaded so far is garbage, and looking for some again and again costs time
        try:
            with self._open(options["file"]) as stream:
                for document in documents(self._watched(stream)):
                    text, good = self._answer(answers, document)
                    all_good &= good
                    self.stdout.write(text)
                    if options["file"] == "-":
                        self.stdout.flush()
            self.stdout.flush()
        except BrokenPipeError:
            # The reader has gone. What is left in the buffer goes nowhere, without a complaint at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as wrong:
            raise CommandError(f"{options['file']}: {wrong.strerror}", returncode=2) from wrong
        finally:
            gc.unfreeze()
        if not all_good:
            sys.exit(1)

    def _answer(self, answers: Answers, document: bytes | TooLong) -> tuple[str, bool]:
        if isinstance(document, TooLong):
            return json.dumps({"errors": ["The document is longer than 16 MB"]}), False
        try:
            text = document.decode("utf-8")
        except UnicodeDecodeError:
            return json.dumps({"errors": ["The document is not UTF-8 text"]}), False
        return answers.text(text)

    @contextlib.contextmanager
    def _open(self, name: str) -> Iterator[BinaryIO]:
        if name == "-":
            yield sys.stdin.buffer
            return
        with Path(name).open("rb") as stream:
            yield stream

    def _watched(self, stream: BinaryIO) -> BinaryIO:
        """Answer the stream, with a progress bar on a terminal where reading goes on for more than a moment."""
        if not sys.stderr.isatty() or stream is sys.stdin.buffer:
            return stream
        size = os.fstat(stream.fileno()).st_size
        bar = tqdm.wrapattr(stream, "readline", total=size, delay=_PATIENCE, desc="Resolving", leave=False)
        watched: BinaryIO = bar.__enter__()
        return watched
