"""The row that names the columns is found below titles, and not invented."""

from ftstudio.data.header import column_names, find_header, usual_width

BODY = [[f"Is lamp {i} lit?", f"It is {i} per cent lit."] for i in range(6)]


def test_the_first_row_is_the_usual_header():
    header = find_header([["question", "answer"], *BODY])
    assert (header.at, header.names, header.titles) == (0, ["question", "answer"], [])


def test_titles_are_stepped_over():
    rows = [["Lamp desk", ""], ["", ""], ["as of", "2026"], ["question", "answer"], *BODY]
    header = find_header([rows[0], rows[1], rows[3], *BODY])
    assert (header.at, header.titles) == (2, ["Lamp desk"])


def test_questions_as_headers_of_a_form_are_headers():
    rows = [["What is your name?", "What is your age?"], ["Ann", "33"], ["Bob", "44"]]
    assert find_header(rows).at == 0


def test_data_in_the_first_row_is_no_header():
    header = find_header(BODY)
    assert (header.at, header.names) == (-1, ["column 1", "column 2"])
    assert find_header([["1", "2"], ["3", "4"], ["5", "6"]]).at == -1
    long = [["w " * 80, "a"], ["x " * 80, "b"], ["y " * 80, "c"]]
    assert find_header(long).at == -1


def test_the_persons_choice_wins():
    assert find_header(BODY, chosen=1).names == BODY[1]
    assert find_header([["question", "answer"], *BODY], chosen=-1).at == -1


def test_groups_above_tell_twins_apart():
    rows = [["Customer", "Customer", "Agent", "Agent"], ["text", "lang", "text", "lang"],
            ["hi", "en", "hello", "en"]]  # fmt: skip
    header = find_header(rows, merged=True)
    assert header.names == ["Customer text", "Customer lang", "Agent text", "Agent lang"]


def test_names_are_all_there_and_all_different():
    assert column_names(["a", "", "a", " b\nc ", "_row"]) == [
        "a", "column 2", "a (2)", "b c", "row number"
    ]  # fmt: skip
    assert usual_width([["a", "b", ""], ["c", "d", ""], ["e"]]) == 2
    assert usual_width([]) == 0
