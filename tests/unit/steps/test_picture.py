"""The picture as data: what the strip says, how the list is ordered and folded, and where the graph's lines run."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from steps.picture import Item, drawing, listing, strip, strip_of
from steps.picture.drawing import lane_top
from steps.picture.items import graph_of, main_line
from steps.picture.shapes import HEIGHT, WIDTH, wrapped


def item(key, *, glyph="waiting", **more):
    return Item(key=key, short=key, title=key, glyph=glyph, tag="Waiting", **more)


def done(key, **more):
    return item(key, glyph="done", met=True, **more)


def england():
    return [
        done("hr_record", week_one=True),
        done("identity", week_one=True, hard=("hr_record",)),
        item("smartcard", hard=("hr_record", "identity"), preferred=("work_email",), better_after="Work email"),
        item("work_email", glyph="stuck", acting=True, week_one=True, hard=("identity",)),
        item("esr_access", week_one=True, hard=("work_email",)),
        item("elfh", glyph="yours", acting=True, preferred=("work_email",), better_after="Work email"),
        item("openathens", hard=("hr_record",)),
        item("training", week_one=True, any=(("esr_access", "elfh"),)),
        item("first_pay", hard=("esr_access",)),
    ]


def keys(entries):
    return [entry.item.key if entry.item else [one.key for one in entry.folded] for entry in entries]


def test_the_strip_counts_week_one_steps_done_and_stuck():
    assert strip_of(england()).sentence == "Week 1: 2 of 5 done, 1 stuck."
    assert strip_of(england()).glyphs == ("done", "done", "stuck", "waiting", "waiting")


def test_the_strip_says_nothing_of_stuck_when_nothing_is():
    assert strip([("done", True), ("recheck", True)]).sentence == "Week 1: 2 of 2 done."


def test_the_strip_leaves_out_what_is_not_needed():
    items = [done("a", week_one=True), item("b", week_one=True, not_needed=True)]
    assert strip_of(items).sentence == "Week 1: 1 of 1 done."


def test_the_strip_of_no_week_one_step_is_empty():
    assert strip([]).sentence == ""
    assert strip([]).glyphs == ()


def test_the_main_line_is_the_longest_way_to_a_week_one_step():
    assert keys(listing(england()).main) == ["hr_record", "identity", "work_email", "esr_access", "training"]


def test_the_other_steps_stand_alongside_in_pathway_order():
    assert keys(listing(england()).alongside) == ["smartcard", "elfh", "openathens", "first_pay"]


def test_more_than_three_finished_neighbours_fold_away_but_the_last():
    line = [done("a"), done("b", hard=("a",)), done("c", hard=("b",)), done("d", hard=("c",))]
    last = item("e", hard=("d",), week_one=True)
    assert keys(listing([*line, last]).main) == [["a", "b", "c"], "d", "e"]


def test_three_finished_neighbours_stay_open():
    line = [done("a"), done("b", hard=("a",)), done("c", hard=("b",)), item("d", hard=("c",), week_one=True)]
    assert keys(listing(line).main) == ["a", "b", "c", "d"]


def test_a_finished_step_that_asks_for_a_look_never_folds_away():
    line = [done("a"), done("b", hard=("a",)), done("c", hard=("b",)), done("d", hard=("c",))]
    look = item("e", glyph="recheck", met=True, acting=True, hard=("d",), week_one=True)
    assert keys(listing([*line, look]).main)[-1] == "e"


def test_what_is_not_needed_stands_apart_and_in_no_line():
    items = [done("a"), item("b", not_needed=True, hard=("a",)), item("c", hard=("b",), week_one=True)]
    listed = listing(items)
    assert keys(listed.main) == ["a", "c"]
    assert [one.key for one in listed.not_needed] == ["b"]


def test_edges_pass_through_what_is_not_needed():
    items = [
        done("a"),
        done("x"),
        done("y"),
        item("gone", not_needed=True, hard=("a",), any=(("x", "y"),)),
        item("end", hard=("gone",), week_one=True),
    ]
    edges = graph_of(items).edges["end"]
    assert edges.hard == ("a",)
    assert edges.groups == (("x", "y"),)


def test_in_a_group_what_is_not_needed_is_struck_out():
    items = [done("a"), item("gone", not_needed=True), item("end", any=(("a", "gone"),), week_one=True)]
    assert graph_of(items).edges["end"].hard == ("a",)
    assert drawing(items).rings == ()


def test_the_main_line_fills_lane_0_and_the_others_the_lanes_below():
    boxes = {box.item.key: (box.column, box.lane) for box in drawing(england()).boxes}
    assert [boxes[key] for key in ("hr_record", "identity", "work_email", "esr_access", "training")] == [
        (column, 0) for column in range(5)
    ]
    assert boxes["elfh"] == (0, 1)
    assert boxes["first_pay"] == (4, 1)


def test_five_columns_fit_and_six_scroll():
    assert not drawing(england()).scrolls
    assert drawing(england()).width == 960
    longer = [*england(), item("sixth", week_one=True, hard=("training",))]
    assert drawing(longer).scrolls


def test_a_line_is_green_once_its_source_is_met():
    colours = {(line.source, line.target): line.met for line in drawing(england()).lines}
    assert colours["hr_record", "identity"]
    assert not colours["work_email", "esr_access"]


def test_the_lines_of_a_group_join_in_one_ring():
    drawn = drawing(england())
    (ring,) = drawn.rings
    ends = [line.points[-1] for line in drawn.lines if line.target == "training"]
    assert len(ends) == 2
    assert set(ends) == {(ring.x - 6, ring.y)}
    assert not any(line.arrow for line in drawn.lines if line.target == "training")


def test_a_preferred_edge_is_a_stub_only():
    drawn = drawing(england())
    assert len(drawn.stubs) == 2
    assert ("work_email", "elfh") not in {(line.source, line.target) for line in drawn.lines}


def test_nothing_to_draw_is_an_empty_drawing():
    assert drawing([]).boxes == ()
    assert listing([]).main == ()


def test_words_wrap_into_the_box_and_end_in_an_ellipsis():
    assert wrapped("With registration authority", letters=17, lines=2) == ["With registration", "authority"]
    assert wrapped("one two three four", letters=7, lines=2) == ["one two", "three…"]


@st.composite
def pathways(draw):
    """Up to 12 steps, each after some of the earlier ones: by hard edges, groups and preferred ones."""
    items = []
    for n in range(draw(st.integers(1, 12))):
        earlier = [one.key for one in items]
        some = st.lists(st.sampled_from(earlier), max_size=3, unique=True) if earlier else st.just([])
        groups = st.lists(some.filter(lambda group: len(group) > 1), max_size=2) if n > 1 else st.just([])
        items.append(
            item(
                f"s{n}",
                hard=tuple(draw(some)),
                any=tuple(tuple(group) for group in draw(groups)),
                week_one=draw(st.booleans()),
                not_needed=draw(st.integers(0, 5)) == 0,
                met=draw(st.booleans()),
                better_after="Work email" if draw(st.booleans()) else "",
            )
        )
    return items


def passes_behind(start, end, box):
    """Whether a level or upright stretch runs through a box, its border included."""
    (x1, y1), (x2, y2) = sorted([start, end])
    low, high = sorted([y1, y2])
    return x1 < box.x + WIDTH and x2 > box.x and low < box.y + HEIGHT and high > box.y


@given(pathways())
def test_no_line_passes_behind_a_box(items):
    drawn = drawing(items)
    for line in drawn.lines:
        for start, end in pairwise(line.points):
            assert start[0] == end[0] or start[1] == end[1], "lines run level or upright"
            for box in drawn.boxes:
                assert not passes_behind(start, end, box), (line, box)


@given(pathways())
def test_boxes_never_overlap_and_stand_inside_the_drawing(items):
    drawn = drawing(items)
    places = [(box.x, box.y) for box in drawn.boxes]
    assert len(set(places)) == len(places)
    for box in drawn.boxes:
        assert 0 < box.x < box.right < drawn.width
        assert box.y == lane_top(box.lane)
        assert 0 < box.y < box.y + HEIGHT < drawn.height
    for line in drawn.lines:
        assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in line.points)


@given(pathways())
def test_every_edge_is_drawn_once_and_leads_to_a_later_column(items):
    drawn = drawing(items)
    graph = graph_of(items)
    columns = {box.item.key: box.column for box in drawn.boxes}
    expected = [
        (source, target)
        for target, edges in graph.edges.items()
        for source in (*edges.hard, *(one for group in edges.groups for one in group))
    ]
    assert sorted((line.source, line.target) for line in drawn.lines) == sorted(expected)
    assert all(columns[line.source] < columns[line.target] for line in drawn.lines)


@given(pathways())
def test_lines_of_different_steps_never_lie_on_each_other_in_a_gutter(items):
    drawn = drawing(items)
    upright = [
        (line.source, line.target, start[0], *sorted((start[1], end[1])))
        for line in drawn.lines
        for start, end in pairwise(line.points)
        if start[0] == end[0] and start[1] != end[1]
    ]
    for source, target, x, low, high in upright:
        for other_source, other_target, other_x, other_low, other_high in upright:
            if x == other_x and source != other_source and target != other_target:
                assert high <= other_low or other_high <= low


@given(pathways())
def test_the_list_names_every_step_exactly_once(items):
    listed = listing(items)
    named = [one.key for one in listed.not_needed]
    for entry in (*listed.main, *listed.alongside):
        named += [entry.item.key] if entry.item else [one.key for one in entry.folded]
    assert sorted(named) == sorted(one.key for one in items)


@given(pathways())
def test_the_main_line_follows_edges_and_is_as_long_as_any_way_to_a_week_one_step(items):
    graph = graph_of(items)
    line = main_line(graph)
    for above, below in pairwise(line):
        assert above in graph.edges[below].all
    ends = [graph.depth[key] for key, one in graph.items.items() if one.week_one]
    if ends:
        assert len(line) == 1 + max(ends)
