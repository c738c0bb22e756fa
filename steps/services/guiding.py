"""An organisation's own guidance to a step: a few words and links, beside the pathway's or in their place."""

import datetime as dt
import ipaddress
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Organisation
from onboarding.policies import Refused
from onboarding.seen import require_seen
from onboarding.setting_up import require_lead
from steps.models import OwnGuidance
from steps.services.locking import NotThere
from steps.services.owning import own_pathway

MOST_LINKS, TITLE_LETTERS, TEXT_LETTERS, URL_LETTERS = 3, 80, 600, 500
NOT_A_LINK = "Give the whole address of a page, beginning with https://."


def set_guidance(
    organisation_id: int,
    key: str,
    *,
    text: str,
    links: Sequence[tuple[str, str]],
    replaces: bool,
    seen: str = "",
    by: Actor,
    at: dt.datetime,
) -> bool:
    """What newcomers read at this step from now on; nothing at all takes it away. False: it stood already."""
    require_lead(by, organisation_id)
    wanted = sound(text, links, replaces)
    with change(by=by, at=at) as made:
        organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
        if key not in own_pathway(organisation).keys:
            raise NotThere(key)
        own = OwnGuidance.objects.filter(organisation=organisation, step=key).first()
        before = kept_guidance(own)
        require_seen(seen, before, organisation_id=organisation_id, subject=f"guidance:{key}")
        if before == wanted:
            return False
        if wanted == kept_guidance(None):
            OwnGuidance.objects.filter(organisation=organisation, step=key).delete()
        else:
            OwnGuidance.objects.update_or_create(organisation=organisation, step=key, defaults=wanted)
        made.note(
            organisation_ids=[organisation_id],
            action="step.guidance",
            subject=f"guidance:{key}",
            before=before,
            after=wanted,
        )
        return True


def kept_guidance(own: OwnGuidance | None) -> dict[str, Any]:
    """What stands; what a form was opened on."""
    if own is None:
        return {"text": "", "links": [], "replaces": False}
    return {"text": own.text, "links": own.links, "replaces": own.replaces}


def sound(text: str, links: Sequence[tuple[str, str]], replaces: bool) -> dict[str, Any]:
    text = text.strip()
    if len(text) > TEXT_LETTERS:
        raise Refused(f"Write at most {TEXT_LETTERS} letters.")
    if len(links) > MOST_LINKS or any(not 0 < len(title) <= TITLE_LETTERS for title, _ in links):
        raise Refused(f"Give at most {MOST_LINKS} links, each with a title of 1 to {TITLE_LETTERS} letters.")
    if not all(is_link(url) for _, url in links):
        raise Refused(NOT_A_LINK)
    if replaces and not (text or links):
        raise Refused("Write something in the place of the usual links, or keep them.")
    return {"text": text, "links": [{"title": title, "url": url} for title, url in links], "replaces": replaces}


def is_link(url: str) -> bool:
    """A page of a named host over https: no address of a machine, no name of this one, no sign-in in it.

    >>> is_link("https://intranet.northgate.nhs.uk/library"), is_link("http://northgate.nhs.uk")
    (True, False)
    >>> is_link("https://169.254.169.254/"), is_link("https://localhost/"), is_link("https://a:b@northgate.nhs.uk/")
    (False, False, False)
    """
    if len(url) > URL_LETTERS or re.search(r"[\s\x00-\x1f\x7f<>\"\\]", url):
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    last = host.rstrip(".").rpartition(".")[2]
    if parts.scheme != "https" or "@" in parts.netloc or "." not in host or last in ("localhost", "local"):
        return False
    return not is_machine(host) and bool(re.fullmatch(r"[a-z][a-z0-9-]*", last))


def is_machine(host: str) -> bool:
    """An IP address, in square brackets or not."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
