"""Which mail domains may get what names people.

Pure: no Django.
"""

from collections.abc import Iterable


def is_trusted(address: str, domains: Iterable[str]) -> bool:
    """May a mail that names people go to this address? "nhs.net" is that domain alone, "*.nhs.uk" any below it.

    >>> is_trusted("sam@trust.nhs.uk", ["*.nhs.uk"]), is_trusted("sam@nhs.uk.example", ["*.nhs.uk"])
    (True, False)
    """
    _, at, domain = address.lower().rpartition("@")
    if not at or not domain:
        return False
    return any(
        domain.endswith(f".{one[2:]}") if one.startswith("*.") else domain == one for one in map(str.lower, domains)
    )
