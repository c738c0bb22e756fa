import csv
import io

from onboarding.roster import Fault, refused_csv
from tests.unit.onboarding.roster.files import AMARA, person, problems, read, text, workbook


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_refused_rows_come_back_with_their_own_cells_and_what_is_wrong():
    shouted = {key.upper(): value for key, value in person(2, given_name=" Zoë ", role="").items()}
    good = {key.upper(): value for key, value in AMARA.items()}
    data = refused_csv(read(text(good, shouted)))
    assert data.startswith(b"\xef\xbb\xbf")
    assert cells(data) == [
        [*shouted, "problem"],
        [*shouted.values(), "role: is missing."],
    ]


def test_mended_rows_are_read_again_and_the_problems_ignored():
    first = refused_csv(read(text(person(1), person(2, role=""), person(3, role="", start_date="1/2/2026"))))
    assert "problem" in first.decode()
    mended = first.decode("utf-8-sig").replace(
        "Okafor,1994-07-03,2026-08-03,,", "Okafor,1994-07-03,2026-08-03,Fellow,"
    )
    roster = read(mended)
    assert [row.role for row in roster.rows] == ["Fellow"]
    second = cells(refused_csv(roster))
    assert second[0] == [*AMARA, "problem"]
    assert len(second) == 2


def test_what_a_spreadsheet_would_run_comes_back_as_text_and_is_read_as_it_was():
    evil = ["=1+1", "+44", "-x", "@SUM(A1)"]
    roster = read(text(*(person(n, given_name=name) for n, name in enumerate(evil))))
    roster.refuse([Fault(row.row, "role", "=cmd()") for row in roster.rows])
    data = refused_csv(roster)
    assert [line[0] for line in cells(data)[1:]] == ["'" + name for name in evil]
    assert all(not cell.startswith(("=", "+", "-", "@")) for line in cells(data) for cell in line)
    assert [row.given_name for row in read(data).rows] == evil


def test_an_apostrophe_of_ones_own_stays():
    assert read(text(person(family_name="'t Hooft"))).rows[0].family_name == "'t Hooft"


def test_a_number_that_lost_its_zeros_stays_refused_until_it_is_mended():
    roster = read(workbook([*AMARA, "assignment_number"], [*AMARA.values(), 12345]))
    again = read(refused_csv(roster))
    assert again.refused_rows == {2}
    assert "zeros in front may be lost" in problems(again)[0]


def test_cells_past_the_heading_stay_refused_until_they_are_mended():
    heading, first, _ = text(AMARA).split("\r\n")
    roster = read(f"{heading}\r\n{first},x\r\n")
    assert read(refused_csv(roster)).refused_rows == {2}


def test_dates_come_back_in_the_order_they_were_declared():
    roster = read(workbook(list(AMARA), [*list(AMARA.values())[:4], "", "ZN1"]), dates="ISO")
    assert cells(refused_csv(roster))[1][3] == "2026-08-03"
