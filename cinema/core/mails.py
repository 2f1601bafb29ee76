"""Every mail we write: plain text, and the same as HTML."""

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def letter(template: str, *, subject: str, to: str, **facts: object) -> EmailMultiAlternatives:
    """Write a mail from `mail/<template>.txt` and `.html`; the caller sends it, in a worker."""
    context = {**facts, "subject": subject}
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),  # a title's line break must not become a header
        body=render_to_string(f"mail/{template}.txt", context).strip() + "\n",
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string(f"mail/{template}.html", context), "text/html")
    return mail
