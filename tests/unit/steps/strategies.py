"""Random pathways, newcomers and facts as JSON documents: small, so that everything meets everything."""

from hypothesis import strategies as st

FUNCTIONS = ["hr", "payroll", "it", "library", "learning", "newcomer"]
FIELDS = ["name", "date_of_birth", "start_date", "role", "number", "email"]
APPLIES = [
    {},
    {},
    {},
    {"mail_system": ["nhsmail", "trust"]},
    {"mail_system": "nhsmail"},
    {"needs_smartcard": True},
    {"uses_library": True},
    {"employment": "trust"},
]
# Ten instants, each written in two zones.
TIMES = [f"2026-08-0{day}T{hour}" for day in range(1, 10) for hour in ("10:00:00+01:00", "09:00:00Z")]


@st.composite
def pathways(draw, most=7):
    size = draw(st.integers(1, most))
    order = draw(st.permutations(range(size)))  # the order from the top differs from that of the pathway
    steps = [None] * size
    for place, i in enumerate(order):
        above = [f"s{j}" for j in order[:place]]
        steps[i] = draw(one_step(f"s{i}", above, steps))
    return {"key": "random", "title": "Random", "country": "england", "step": steps}


@st.composite
def one_step(draw, key, above, steps):
    rule = draw(st.sampled_from(APPLIES))
    owner = draw(st.sampled_from(FUNCTIONS))
    step = {"key": key, "title": key, "owner": owner, "applies": rule, "week_one": draw(st.booleans())}
    if owner != "newcomer":
        step["side"] = draw(st.sampled_from(["employer", "host"]))
    some = st.lists(st.sampled_from(above), unique=True, max_size=3) if above else st.just([])
    step["after"] = draw(some)
    step["better_after"] = draw(some)
    if len(above) > 1:
        group = st.lists(st.sampled_from(above), unique=True, min_size=2, max_size=3)
        step["any"] = draw(st.lists(group, max_size=2))
    if draw(st.booleans()):
        step["watches"] = draw(st.lists(st.sampled_from(FIELDS), unique=True, max_size=3))
    if draw(st.booleans()):
        step["upgrade"] = "Do it again now"
    if draw(st.integers(0, 4)) == 0:
        step["due"] = {"from": "payday", "working_days": draw(st.integers(-3, 3))}
    return step


KINDS = ["done"] * 6 + ["blocked"] * 3 + ["issued", "reopened", "corrected", "cleared", "handed_over", "waived"]
KINDS += ["questioned"]


@st.composite
def facts(draw, keys, most=14):
    made = []
    for n in range(draw(st.integers(0, most))):
        kind = draw(st.sampled_from(KINDS))
        fact = {"id": f"f{n}", "step": draw(st.sampled_from(keys)), "fact": kind, "at": draw(st.sampled_from(TIMES))}
        fact.update(draw(carried(kind)))
        made.append(fact)
    for n in range(draw(st.sampled_from([0, 0, 0, 1, 2])) if made else 0):
        of = draw(st.sampled_from(made))
        made.append(
            {
                "id": f"r{n}",
                "step": of["step"],
                "fact": "retracted",
                "at": draw(st.sampled_from(TIMES)),
                "of": of["id"],
            }
        )
        made = [fact for fact in made if fact["fact"] != "retracted" or fact["of"][0] == "f"]
    return draw(st.permutations(made))


def carried(kind):
    blocker = st.sampled_from(["b1", "b2"])
    owner = st.sampled_from(FUNCTIONS)
    side = st.sampled_from(["employer", "host"])
    optional = {
        "done": {"full": st.booleans()},
        "corrected": {"fields": st.lists(st.sampled_from(FIELDS), unique=True, max_size=2)},
        "blocked": {"blocker": blocker, "owner": owner, "side": side, "independent": st.booleans()},
        "cleared": {"blocker": blocker},
        "handed_over": {"blocker": blocker, "side": side},
    }
    needed = {"handed_over": {"owner": owner}, "waived": {"reason": st.just("not needed")}}
    return st.fixed_dictionaries(needed.get(kind, {}), optional=optional.get(kind, {}))


@st.composite
def newcomers(draw):
    who = {
        "country": draw(st.sampled_from(["england", "wales", "scotland", "northern-ireland"])),
        "employment": draw(st.sampled_from(["trust", "lead_employer"])),
        "role": "Clinical fellow",
        "mail_system": draw(st.sampled_from(["nhsmail", "trust", "none"])),
        "needs_smartcard": draw(st.booleans()),
        "uses_library": draw(st.booleans()),
        "start_date": draw(st.sampled_from(["2026-08-03", "2026-08-08", "2026-08-28"])),
        "employer": "ZN1",
        "host": "ZN1",
    }
    if draw(st.booleans()):
        who["payday"] = draw(st.sampled_from(["2026-08-05", "2026-08-10"]))
    return who


@st.composite
def documents(draw):
    pathway = draw(pathways())
    return {
        "pathway": pathway,
        "newcomer": draw(newcomers()),
        "today": draw(st.sampled_from(["2026-08-03", "2026-08-06", "2026-09-01"])),
        "facts": draw(facts([step["key"] for step in pathway["step"]])),
    }
