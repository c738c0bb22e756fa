"""Pure: cells of a table that people open in a spreadsheet."""


def safe(text: str) -> str:
    """Text that no spreadsheet reads as a formula: what begins like one gets an apostrophe in front."""
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@") or text[:1] in ("\t", "\r", "\n") else text
