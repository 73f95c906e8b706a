"""The separator is found, commas in prose are not taken for one."""

import pytest

from ftstudio.data.ingest.dialect import NONE, find_dialect, plain_quotes


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_usual_signs(sign):
    lines = [f"question{sign}answer\n", *(f"Is it, say, {i}?{sign}Yes; it is.\n" for i in range(9))]
    if sign in ",;":
        lines = [line.replace(",", "" if sign == "," else ",") for line in lines]
        lines = [f"question{sign}answer\n", *(f"Is it {i}?{sign}Yes it is.\n" for i in range(9))]
    assert find_dialect(lines).delimiter == sign


def test_semicolons_win_over_decimal_commas():
    lines = ["Frage;Preis\n", *(f"Was kostet Lampe {i}?;{i},50\n" for i in range(9))]
    found = find_dialect(lines)
    assert (found.delimiter, found.title) == (";", "semicolon")


def test_prose_is_one_column():
    lines = ["The lamp, which burns, is old.\n", "It is lit.\n", "Go, now.\n", "No.\n", "Ah.\n"]
    assert find_dialect(lines).delimiter == NONE


def test_the_sep_line_and_the_persons_choice():
    said = find_dialect(["sep=|\n", "a|b\n"])
    assert (said.delimiter, said.skip, said.sure) == ("|", 1, True)
    assert find_dialect(["a;b\n"], chosen="tab").delimiter == "\t"


def test_backslashed_quotes():
    lines = ["a,b\n", '"say \\"hi\\", ok","c"\n']
    assert find_dialect(lines).escaped
    assert plain_quotes(lines[1]) == '"say ""hi"", ok","c"\n'
    assert plain_quotes('"ends \\\\"') == '"ends \\\\"'
    assert not find_dialect(["a,b\n", '"x ""y""",z\n']).escaped


def test_single_quotation_marks():
    lines = ["question,answer\n", *(f"'Is it {i}, say?','It''s {i}, yes'\n" for i in range(9))]
    found = find_dialect(lines)
    assert (found.delimiter, found.quote) == (",", "'")
    assert find_dialect(lines, chosen=",").quote == "'"


def test_apostrophes_are_no_quotation_marks():
    lines = ["question,answer\n", *(f"'t is {i}?,rock 'n' roll\n" for i in range(9))]
    assert find_dialect(lines).quote == '"'
    lines = ["question,answer\n", *(f"'Is it {i}?',\"It's, yes\"\n" for i in range(9))]
    assert find_dialect(lines).quote == '"'


def test_carets():
    lines = ["Frage^Antwort\n", *(f"Ist es {i}?^Ja, es ist {i}.\n" for i in range(9))]
    assert find_dialect(lines).delimiter == "^"


def test_section_signs_part_and_those_of_a_law_do_not():
    lines = ["Frage§Antwort\n", *(f"Ist es, sag, {i}?§Ja, {i}.\n" for i in range(9))]
    assert find_dialect(lines).delimiter == "§"
    lines = ["Frage,Antwort\n", *(f"Was sagt § {i}?,Nach § {i + 1} alles.\n" for i in range(9))]
    assert find_dialect(lines).delimiter == ","
