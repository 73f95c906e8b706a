"""The row that names the columns is found below titles, and not invented."""

from ftstudio.data.ingest.header import column_names, find_header, usual_width

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


FORM = ["Timestamp", "What is your question?", "How did we answer?", "Rate us (1-5)"]


def test_the_questions_of_a_form_are_names():
    below = [[f"2024/01/{n:02} 10:00:00 AM", f"Where is {n}?", "There.", str(n % 5)]
             for n in range(1, 20)]  # fmt: skip
    assert find_header([FORM, *below]).names == FORM
    bare = [row[1:3] for row in below]
    assert find_header(bare).at == -1  # nothing tells the first question from the others
    mixed = [["n/a", "Where is it?"], *[[str(n), f"Where is {n}?"] for n in range(9)]]
    assert find_header(mixed).at == -1


def test_a_second_row_of_names(read_text):
    names = "Respondent,Date,What is asked?,How is it answered?,Products,,"
    more = ",,Open-Ended Response,Open-Ended Response,Lamp,Bulb,Torch"
    rows = [f"{n},01/{n:02}/2024,Where is {n}?,There {n}.,Lamp,," for n in range(1, 20)]
    table = read_text("a.csv", "\n".join([names, more, *rows]))
    assert (table.row_count, table.rows_in_file) == (19, 20)
    assert table.problems[0].reason == "A second row of names, not an example."
    assert table.column_names[2] == "What is asked?"
    whole = read_text("b.csv", "\n".join([names, *rows, more]))
    assert whole.rows_in_file == 19 + 1
    assert not whole.problems


def test_the_rule_of_a_markdown_table(read_text):
    rows = "".join(f"| Where is {n}? | There {n}. |\n" for n in range(30))
    table = read_text("a.txt", f"| question | answer |\n|---|:--|\n{rows}".replace(":--", ":---"))
    assert table.row_count == 30
    assert table.rows()[0]["question"].strip() == "Where is 0?"


def test_a_second_row_of_names_in_a_large_file(read_text):
    rows = "".join(f"{n},01/01/2024,Where is lamp {n}?,There.,\n" for n in range(40_000))
    text = f"Respondent,Date,Asked?,Answered?,Note\n,,Open Response,Open Response,\n{rows}"
    table = read_text("a.csv", text)
    assert (table.row_count, table.rows_in_file) == (40_000, 40_001)


LONG = (
    "Please describe in your own words, as far as you remember it, what was said to you on the day"
)
TEXTS = [[f"It was long ago, and lamp {i} was lit while somebody told me about the ships.",
          f"We have looked at it, and found that lamp {i} is to be mended by the next of May."]
         for i in range(8)]  # fmt: skip


def test_names_as_long_as_texts_are_names():
    names = [f"{LONG} on the day when you came ({part})" for part in ("question", "reply")]
    assert find_header([names, *TEXTS]).names == names
    assert find_header([[names[0], "answer"], *TEXTS]).at == 0


def test_long_texts_without_names_stay_data():
    longer = [[f"{cell} And so on, and so on, until nobody was left." for cell in row]
              for row in TEXTS]  # fmt: skip
    assert find_header(longer).at == -1
    half = [[row[0].rstrip("."), row[1]] for row in longer]
    assert find_header(half).at == -1
