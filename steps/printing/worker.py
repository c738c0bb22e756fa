"""The process that sets type: a document as JSON comes in, a PDF goes out. Bounded, and thrown away after one.

Run as `python -m steps.printing.worker`; knows neither Django nor the database. Everything that people typed is data
to the template, never part of it. Exit 0 with the PDF on standard output; 3 with the compiler's words otherwise.
Standard error says `unlettered` when a letter has no glyph, so that the PDF is tagged but not PDF/UA.
"""

import json
import resource
import sys
from typing import Literal

import typst

MEMORY = 2 * 1024**3  # bytes; as many newcomers as one PDF holds take an eighth of it
SECONDS = 60  # of processor time


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    asked = json.load(sys.stdin)

    def made(standard: Literal["ua-1"] | None) -> bytes:
        pdf = typst.compile(
            asked["template"],
            sys_inputs={"data": json.dumps(asked["data"])},
            font_paths=[asked["fonts"]],
            ignore_system_fonts=True,
            pdf_standards=standard,
        )
        assert isinstance(pdf, bytes)  # noqa: S101 (one document, no pages)
        return pdf

    try:
        pdf = made("ua-1")
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            sys.stderr.write(str(error))
            return 3
        sys.stderr.write("unlettered")
        pdf = made(None)
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
