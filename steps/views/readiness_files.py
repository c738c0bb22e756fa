"""The week-1 report to take along: CSV, a workbook, a tagged PDF. The page's own door, filters and fields."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from onboarding.audit import change
from onboarding.wording import list_words
from steps.forms import ReadinessFilter
from steps.printing.typesetting import CannotPrint
from steps.printing.week import week_pdf
from steps.report_files import csv_text, xlsx_bytes
from steps.selectors.pathways import short_titles
from steps.views.readiness import READERS, Asked, asked

Shorts = dict[str, dict[str, str]]  # pathway hash -> step key -> short title


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    def made(found: Asked, shorts: Shorts) -> bytes:
        return csv_text(found.report, shorts).encode("utf-8-sig")

    return download(request, "csv", "text/csv; charset=utf-8", made)


@require_safe
def as_xlsx(request: HttpRequest) -> HttpResponse:
    workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return download(request, "xlsx", workbook, lambda found, shorts: xlsx_bytes(found.report, shorts))


@require_safe
def as_pdf(request: HttpRequest) -> HttpResponse:
    return download(request, "pdf", "application/pdf", pdf_of)


def pdf_of(found: Asked, shorts: Shorts) -> bytes:
    actor = found.actor
    where = list_words(list(dict.fromkeys(grant.place.name for grant in actor.grants)))
    return week_pdf(
        found.report,
        shorts,
        days=found.days,
        reader=f"{actor.name} ({actor.team_label}), {where}",
        narrowed=found.narrowed.words(),
        as_of=timezone.localtime(),
        site=settings.SITE_URL.partition("//")[2],
    )


def download(
    request: HttpRequest, kind: str, content_type: str, make: Callable[[Asked, Shorts], bytes]
) -> HttpResponse:
    """The report as a file, and one entry in the trail that it left. What cannot be made is refused in words."""
    now = timezone.now()
    found = asked(request, timezone.localdate(now))
    if isinstance(found, ReadinessFilter):
        return render(request, "steps/readiness.html", {"form": found, "refused": True}, status=422)
    shorts = short_titles(s.starter.pathway for s in found.report.standings)
    try:
        made = make(found, shorts)
    except CannotPrint as why:
        return render(
            request, "steps/readiness_no_file.html", {"why": str(why), "query": request.GET.urlencode()}, status=503
        )
    with change(by=found.actor, at=now) as entry:
        entry.note(
            organisation_ids=found.actor.places(*READERS),
            action="readiness.exported",
            subject=f"readiness:{found.monday}",
            after={"format": kind, "newcomers": found.report.starters},
        )
    response = HttpResponse(made, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="week-one-{found.monday}.{kind}"'
    return response
