"""Charts as shapes for `templates/components/bars.jinja`: numbers in, places and widths out. Nothing here draws.

Pure: no Django, no clock, no database.
"""

from .bars import Bars, Line, Part, Row, bars

__all__ = ["Bars", "Line", "Part", "Row", "bars"]
