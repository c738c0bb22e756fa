"""Pure: where a request comes from, and what a browser calls itself, in words for its owner."""

import ipaddress
import re

NOWHERE = "0.0.0.0"  # noqa: S104 (what a socket without an address counts as, not what we listen on)
# in this order: Edge and Opera also say Chrome, and Chrome also says Safari
BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "a Chromebook"),
    ("Macintosh", "a Mac"), ("Linux", "Linux"),
)  # fmt: skip


def client_address(remote: str, forwarded: str, *, proxies: int) -> str:
    """The address that a request comes from, as the outermost of our `proxies` saw it.

    What stands further left in X-Forwarded-For was written by the client, and is not believed. A header that is
    shorter than it should be came past a proxy: then the address of the connection counts.

    >>> client_address("10.0.0.1", "6.6.6.6, 203.0.113.9", proxies=1)
    '203.0.113.9'
    >>> client_address("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", proxies=2)
    '203.0.113.9'
    >>> client_address("10.0.0.1", "6.6.6.6", proxies=0)
    '10.0.0.1'
    >>> client_address("10.0.0.1", "6.6.6.6", proxies=2)
    '10.0.0.1'
    """
    seen = [part.strip() for part in forwarded.split(",")] if forwarded else []
    if proxies and len(seen) >= proxies and (found := address_in(seen[-proxies])):
        return found
    return address_in(remote) or NOWHERE


def address_in(text: str) -> str:
    """An address without port and brackets; "" for anything else. Azure's gateways, for one, add the port.

    >>> address_in("203.0.113.9:52111"), address_in("[2001:db8::1]:443"), address_in("2001:db8::1")
    ('203.0.113.9', '2001:db8::1', '2001:db8::1')
    >>> address_in("unknown")
    ''
    """
    bare = re.sub(r"^\[(.+)\](?::\d+)?$|^([\d.]+):\d+$", r"\1\2", text.strip()).partition("%")[0]
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return ""


def browser_words(agent: str) -> str:
    """
    >>> browser_words("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0")
    'Edge on Windows'
    >>> browser_words("curl/8.5")
    'A browser we do not know'
    """
    browser = next((words for sign, words in BROWSERS if sign in agent), "")
    system = next((words for sign, words in SYSTEMS if sign in agent), "")
    if not browser and not system:
        return "A browser we do not know"
    return f"{browser or 'A browser'} on {system}" if system else browser
