"""Newcomers of the weeks before, all finished, so that the try-out has a history to forecast from and to look back at.

IT took longer in the last month than in the one before; what else took long differs from one to the next.
"""

from steps.demo.cohort import SURGERY, Person

NAMES = (
    ("Ines", "Moreau"), ("Tariq", "Siddiqui"), ("Hana", "Sato"), ("Peter", "Novák"), ("Ngozi", "Obi"),
    ("Lucía", "Fernández"), ("Rahul", "Menon"), ("Anna", "Schäfer"), ("Yusuf", "Demir"), ("Grainne", "Walsh"),
    ("Mustafa", "Haddad"), ("Ewa", "Lewandowska"), ("Chen", "Jing"), ("Babak", "Rezaei"), ("Thandiwe", "Dube"),
    ("Marek", "Horvat"), ("Leila", "Mansour"), ("Oscar", "Lindqvist"), ("Sunita", "Rao"), ("Emeka", "Nnamdi"),
)  # fmt: skip
FIRST, WEEKS = 3, 8  # weeks ago, from the latest start to the earliest
SLOW = 5  # IT has been slow since so many weeks ago


def past_cohort(weekday: int) -> list[Person]:
    """Those who started three to eight weeks before this week; `weekday` is today's, 0 for Monday."""
    return [person_of(number, weekday) for number in range(len(NAMES))]


def person_of(number: int, weekday: int) -> Person:
    weeks = FIRST + number % (WEEKS - FIRST + 1)

    def ago(day: int) -> int:
        """How many days ago a working day was, the start counting as 0."""
        return 7 * weeks + weekday - (day // 5 * 7 + day % 5)

    given, family = NAMES[number]
    mail = 1 + number % 2 + (1 + number % 3 if weeks <= SLOW else 0)
    esr = mail + 1 + number % 3
    script = [f"hr_record:done@{ago(-6 + number % 3)}", f"identity:done@{ago(-2 + number % 2)}"]
    if number % 4 == 0:
        script += [f"work_email:blocked.pending_over_a_day@{ago(0)}"]
        script += [f"work_email:handed.hr@{ago(1)}", f"work_email:handed.it@{ago(1)}"] if number % 8 == 0 else []
        script += [f"work_email:cleared@{ago(mail)}"]
    script += [f"work_email:issued@{ago(mail)}", f"work_email:works@{ago(mail)}"]
    script += [f"elfh:done@{ago(number % 4)}", f"esr_access:issued@{ago(esr - 1)}", f"esr_access:works@{ago(esr)}"]
    script += [f"training:done@{ago(number % 4 + 1 + number % 2)}", f"openathens:issued@{ago(number % 5)}"]
    script += [f"openathens:works@{ago(number % 5 + 1)}"]
    return Person(
        given, family, f"{1988 + number % 9}-0{1 + number % 9}-1{number % 10}", -weeks, " ".join(script),
        SURGERY if number % 3 == 0 else "Clinical fellow", "Surgery" if number % 3 == 0 else "Medicine",
        gmc=f"77001{number:02}",
    )  # fmt: skip
