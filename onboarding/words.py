"""The glossary's closed lists, with the words that people read for each."""

from django.db.models import TextChoices


class Country(TextChoices):
    ENGLAND = "england", "England"
    WALES = "wales", "Wales"
    SCOTLAND = "scotland", "Scotland"
    NORTHERN_IRELAND = "northern-ireland", "Northern Ireland"


class OrganisationKind(TextChoices):
    TRUST = "trust", "trust"
    LEAD_EMPLOYER = "lead_employer", "lead employer"
    BOARD = "board", "board"


class Function(TextChoices):
    """The kinds of work that own a step."""

    HR = "hr", "HR"
    PAYROLL = "payroll", "Payroll"
    IT = "it", "IT"
    REGISTRATION_AUTHORITY = "registration_authority", "Registration authority"
    LIBRARY = "library", "Library"
    LEARNING = "learning", "Learning and development"
    MANAGER = "manager", "Manager"
    NEWCOMER = "newcomer", "Newcomer"


class Role(TextChoices):
    """What somebody may be in an organisation; the functions' own roles carry the functions' values."""

    HR = "hr", "HR"
    PAYROLL = "payroll", "Payroll"
    IT = "it", "IT"
    REGISTRATION_AUTHORITY = "registration_authority", "Registration authority"
    LIBRARY = "library", "Library"
    LEARNING = "learning", "Learning and development"
    MANAGER = "manager", "Manager"
    EXECUTIVE = "executive", "Executive"
    ONBOARDING_LEAD = "onboarding_lead", "Onboarding lead"


TEAM_FUNCTIONS = tuple(f for f in Function.values if f != Function.NEWCOMER)
TEAM_ROLES = frozenset({"hr", "payroll", "it", "registration_authority", "library", "learning"})


class Employment(TextChoices):
    TRUST = "trust", "the trust"
    LEAD_EMPLOYER = "lead_employer", "a lead employer"


class MailSystem(TextChoices):
    NHSMAIL = "nhsmail", "NHSmail"
    TRUST = "trust", "the trust's own mail"
    NONE = "none", "no work email"


class PlacementStatus(TextChoices):
    EXPECTED = "expected", "Expected"
    STARTED = "started", "Started"
    DEFERRED = "deferred", "Deferred"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LEFT = "left", "Left"


OPEN_STATUSES = (PlacementStatus.EXPECTED, PlacementStatus.STARTED)
