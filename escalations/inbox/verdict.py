"""What our own mail server found out about a sender: DMARC, from the header that it wrote and nobody else."""

import authres

from escalations.inbox.reading import Letter


def dmarc_failed(letter: Letter, authserv_id: str) -> bool:
    """True only if our server, by its name, says that DMARC failed. A header of anybody else's proves nothing; of
    several with our server's name the topmost is the one that it wrote."""
    if not authserv_id:
        return False
    for value in letter.headers.get("authentication-results", ()):
        try:
            found = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {' '.join(value.split())}")
        except Exception:  # authres raises SyntaxError and others on what it cannot read
            if value.strip().lower().startswith(authserv_id.lower()):
                return "dmarc=fail" in value.lower().replace(" ", "")
            continue
        if str(found.authserv_id).lower() != authserv_id.lower():
            continue
        return any(r.method.lower() == "dmarc" and r.result.lower() == "fail" for r in found.results or [])
    return False
