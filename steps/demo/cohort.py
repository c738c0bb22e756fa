"""The try-out's people, all made up, and what has happened to each: one line a newcomer, one word a thing.

A script reads from left to right: `hr_record:done@9` is "HR finished the staff record nine days ago".
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """`weeks`: the start counts from this week's Monday. `script`: what happened, oldest first."""

    given: str
    family: str
    born: str
    weeks: int
    script: str = ""
    role: str = "Clinical fellow"
    department: str = "Medicine"
    employer: str = "ZN1"
    host: str = "ZN1"
    gmc: str = ""
    more: dict[str, Any] = field(default_factory=dict)


RECORD = "hr_record:done@16 identity:done@14"
MAIL = f"{RECORD} work_email:issued@9 work_email:works@8"
ESR = f"{MAIL} esr_access:issued@7 esr_access:works@6"
ALL = f"{ESR} elfh:done@6 training:done@5"
SURGERY = "Trust doctor in surgery"
GP = "GP trainee"

COHORT = [
    # this one signs in as newcomer@: the owner has done its part, and it is their turn
    Person("Adaeze", "Nwosu", "1994-07-03", 0, f"{RECORD} work_email:issued@1", gmc="7700001"),
    # started last week
    Person("Imran", "Qureshi", "1991-01-22", -1, f"{ALL} openathens:issued@4 openathens:works@3", gmc="7700002"),
    Person("Beatriz", "da Silva Costa", "1990-11-30", -1, ALL, gmc="7700003", role=SURGERY, department="Surgery"),
    Person("Zoë", "Müller-Gößmann", "1992-05-18", -1, f"{ESR} hr_record:corrected.date_of_birth@1", gmc="7700004"),
    Person("Suharto", "", "1993-08-08", -1, f"{MAIL} esr_access:blocked.no_esr_username@3", gmc="7700005"),
    Person("Łukasz", "Wiśniewski", "1989-02-14", -1, f"{MAIL} elfh:done@9 esr_access:issued@2", gmc="7700006"),
    Person("Nguyễn", "Thị Lan", "1995-12-01", -1, f"{RECORD} work_email:blocked.pending_over_a_day@6", gmc="7700007"),
    Person(
        "Fatima", "Al-Zahra", "1990-03-27", -1, f"{ESR} elfh:done@6 training:done@4 smartcard:issued@3",
        gmc="7700008", role=SURGERY, department="Surgery", more={"needs_smartcard": True},
    ),
    Person("Oluwaseun", "Adeyemi", "1988-09-09", -1, f"{RECORD} work_email:blocked.no_uk_mobile@5", gmc="7700009"),
    # starts this week
    Person("Priya", "Raghunathan", "1993-04-11", 0, RECORD, gmc="7700010"),
    Person("Mohamed", "El-Sayed", "1992-10-19", 0, "hr_record:done@6", gmc="7700011", department="Emergency"),
    Person("Chiamaka", "Eze", "1996-06-25", 0, "", gmc="7700012", department="Emergency"),
    Person("Juan Carlos", "García Márquez", "1987-07-07", 0, f"{MAIL} esr_access:issued@1", gmc="7700013"),
    Person("Li", "Wei", "1994-03-07", 0, "hr_record:blocked.swapped_day_and_month@2", gmc="7700014"),
    Person("Aung", "", "1991-05-05", 0, "hr_record:done@8 identity:blocked.expired_share_code@2", gmc="7700015"),
    Person(
        "Siobhán",
        "O'Brien",
        "1990-08-16",
        0,
        f"{ALL} openathens:blocked.openathens_pending@2",
        gmc="7700016",
        role=SURGERY,
    ),
    Person("Ahmed", "Khan", "1993-03-12", 0, f"{MAIL} esr_access:issued@3", gmc="7700017", role=SURGERY),
    Person(
        "Grace", "Mensah", "1995-09-21", 0, f"{RECORD} elfh:done@3",
        gmc="7700018", role="Physician associate", more={"mail_system": "none", "uses_library": False},
    ),
    Person(
        "Tomasz", "Zieliński", "1986-12-24", 0, f"{RECORD} esr_access:blocked.esr_password_expired@1",
        gmc="7700019", department="Surgery",
    ),
    Person("Sana", "Iqbal", "1997-01-15", 0, "status:deferred@2", gmc="7700020", department="Surgery"),
    Person("Daniel", "Osei", "1992-11-11", 0, "hr_record:done@9 status:withdrawn@3", gmc="7700021"),
    Person("Yuki", "Tanaka", "1994-04-30", 0, f"{MAIL} openathens:waived@2", gmc="7700022"),
    # was to start this week, and starts later: out of the count, and not lost
    Person("Thandiwe", "Dlamini", "1994-05-21", 0, "hr_record:done@6 start:later@2", gmc="7700052"),
    # the same trouble for several: one cause, cleared at once
    Person("Maryam", "Hosseini", "1994-11-03", 0, f"{RECORD} work_email:blocked.pending_over_a_day@3", gmc="7700050"),
    Person("Pedro", "Almeida", "1991-04-22", 0, f"{RECORD} work_email:blocked.pending_over_a_day@1", gmc="7700051"),
    # start in the weeks to come
    Person("Amina", "Yusuf", "1995-02-02", 1, "hr_record:done@2", gmc="7700023"),
    Person("Rajesh", "Pillai", "1990-10-10", 1, "", gmc="7700024", department="Anaesthetics"),
    Person("Olena", "Kovalenko", "1993-06-06", 1, "elfh:done@2", gmc="7700025", department="Anaesthetics"),
    Person("Samuel", "Tetteh", "1991-09-30", 1, "hr_record:done@3 identity:done@1", gmc="7700026"),
    Person("Nimali", "Perera", "1996-03-03", 2, "", gmc="7700027", department="Paediatrics"),
    Person("Khalid", "bin Rashid al Maktum", "1989-01-09", 2, "", gmc="7700028", department="Paediatrics"),
    # listed twice: another spelling for the next post, and a trainee whom the host has as its own
    Person("Mohammed", "El-Sayed", "1992-10-19", 26, "", department="Emergency"),
    Person("KWAME", "BOATENG", "1995-08-23", 0, "hr_record:done@6", GP),
    # the lead employer's trainees: hosted by Northgate and by Southmere
    Person("Hannah", "Whitfield", "1997-05-14", 0, f"{MAIL} esr_access:blocked.no_esr_username@2", GP, employer="ZL1"),
    Person("Kwame", "Boateng", "1995-08-23", 0, f"{ESR} elfh:done@5 training:done@3", GP, employer="ZL1"),
    Person("Mei", "Chan", "1996-10-02", 1, "hr_record:done@4 identity:done@2", GP, employer="ZL1"),
    Person("Farid", "Rahimi", "1994-12-12", 0, f"{RECORD} work_email:issued@2", GP, employer="ZL1", host="ZS1"),
    Person("Elif", "Yıldız", "1993-07-19", 0, ALL, GP, employer="ZL1", host="ZS1"),
    # Southmere's own
    Person("Victoria", "Ogunleye", "1992-02-20", 0, MAIL, employer="ZS1", host="ZS1", gmc="7700040"),
    Person("Arjun", "Nair", "1991-06-17", 0, "hr_record:done@5", employer="ZS1", host="ZS1", gmc="7700041"),
    Person("Marta", "Kowalczyk", "1990-04-04", 1, "", employer="ZS1", host="ZS1", gmc="7700042"),
]  # fmt: skip

ROTATES = ("Elif", "Yıldız")  # from Southmere to Northgate in half a year

WORDS = {
    "swapped_day_and_month": "My passport says 3 July. The staff record says 7 March.",
    "no_esr_username": "Nobody has given me a user name for the staff record.",
    "pending_over_a_day": "The account has said “pending” since last week.",
    "no_uk_mobile": "I have no UK mobile number yet.",
    "expired_share_code": "The share code has run out.",
    "esr_password_expired": "It says that my password has expired.",
    "openathens_pending": "I asked for a library account two days ago and have heard nothing.",
}
