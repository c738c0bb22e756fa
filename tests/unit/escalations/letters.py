"""Letters as they arrive, made for tests: plain ones, odd ones, broken ones."""

import io
from email.message import EmailMessage
from email.utils import make_msgid

from escalations.addresses import reply_address

QUOTED = "\n\nOn Mon, 3 Aug 2026 at 10:00, Week One wrote:\n> Please correct the birth date.\n> 3 July 1994\n"


def letter(
    reference: str = "",
    sender: str = "hr@northgate.example",
    text: str = f"It is mended.{QUOTED}",
    *,
    to: str = "",
    subject: str = "Re: A newcomer cannot go on",
    html: str = "",
    files: dict[str, bytes] | None = None,
    **headers: str,
) -> bytes:
    """One mail, as bytes. `headers` have underscores for hyphens."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to or reply_address(reference)
    mail["Subject"] = subject
    mail["Message-ID"] = make_msgid(domain="northgate.example")
    for name, value in headers.items():
        del mail[name.replace("_", "-")]
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def bounce(message_id: str, *, action: str = "failed", said: str = "550 5.1.1 No such user") -> bytes:
    return f"""From: MAILER-DAEMON@mail.northgate.example
To: week-one@localhost
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.northgate.example

Final-Recipient: rfc822; hr@northgate.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; {said}

--B
Content-Type: message/rfc822

From: week-one@localhost
To: hr@northgate.example
Message-ID: {message_id}
Subject: [K7RF-2XMD] A newcomer cannot go on

Please correct the birth date.
--B--
""".replace("\n", "\r\n").encode()


def picture(kind: str = "PNG") -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, kind)
    return out.getvalue()
