"""Letters come out right, and what was guessed is said to be guessed."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.ingest.encoding import find_encoding, guess_single_byte

WESTERN = {
    "German": "Größe, schöne Füße – „geprüft“ für 5 €",
    "French": "L'été, où est l’église ? Là-bas, près d’une forêt « verte »",
    "Spanish": "¿Cuál es la política? ¡Mañana, señor! 30 días",
    "Portuguese": "A informação não está disponível, coração",
    "Danish": "Hvor er øl på ærø? Det står på bordet",
    "Dutch": "Eén café, twee officiële ideeën",
}


@pytest.mark.parametrize("text", WESTERN.values(), ids=WESTERN.keys())
def test_western_is_windows_1252(text):
    assert guess_single_byte(text.encode("cp1252")) == "cp1252"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Zażółć gęślą jaźń, święta łódź stoi przy źródle i świeci jasno.", "cp1250"),
        ("Где фонарь? Фонарь стоит у двери и горит всю ночь.", "cp1251"),
        ("灯りはどこですか。玄関の横にあります。", "cp932"),
    ],
)
def test_others_are_guessed(text, codec):
    assert text.encode(codec).decode(guess_single_byte(text.encode(codec))) == text


@pytest.mark.parametrize(
    ("content", "codec", "sure"),
    [
        (b"plain", "utf-8", True),
        ("Größe".encode(), "utf-8", True),
        ("\ufeffGröße".encode(), "utf-8-sig", True),
        ("Größe".encode("utf-16"), "utf-16", True),
        ("Size,big\n".encode("utf-16-le"), "utf-16-le", False),
        ("Size,big\n".encode("utf-16-be"), "utf-16-be", False),
        ("Größe".encode("cp1252"), "cp1252", False),
    ],
)
def test_found(tmp_path, content, codec, sure):
    path = tmp_path / "a"
    path.write_bytes(content)
    found = find_encoding(path)
    assert (found.codec, found.sure) == (codec, sure)
    assert found.title


def test_a_late_bad_byte_does_not_turn_the_file_over(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(("schön " * 200_000).encode() + b"\xff")
    found = find_encoding(path)
    assert (found.codec, found.sure) == ("utf-8", False)


def test_a_late_old_letter_is_found(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"plain " * 500_000 + "schön".encode("cp1252"))
    assert find_encoding(path).codec == "cp1252"


def test_the_persons_choice_wins_and_nonsense_is_refused(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"plain")
    assert find_encoding(path, "latin1").codec == "iso8859-1"
    with pytest.raises(StudioError) as caught:
        find_encoding(path, "klingon")
    assert caught.value.code == "unknown_encoding"


TEXT = "question,answer\n" + "".join(f"Wo ist Straße {n}?,Übel {n}.\n" for n in range(30))


@pytest.mark.parametrize(
    ("written", "chosen"),
    [
        ("utf-8", "utf-16"),
        ("utf-8", "utf-16-le"),
        ("utf-8", "utf-32"),
        ("utf-8-sig", "cp1252"),
        ("cp1252", "utf-16"),
        ("utf-16", "utf-8"),
        ("utf-16", "cp1252"),
        ("utf-16-le", "utf-8"),
        ("utf-16-le", "utf-16-be"),
        ("utf-16-be", "utf-16-le"),
    ],
)
def test_a_choice_that_can_not_be_is_refused(read_text, written, chosen):
    with pytest.raises(StudioError) as caught:
        read_text("a.csv", TEXT.encode(written), encoding=chosen)
    assert caught.value.code == "wrong_encoding"
    if written != "cp1252":
        assert f"looks like {written.upper()[:5]}" in caught.value.why


@pytest.mark.parametrize(
    ("written", "chosen"),
    [
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-be", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_a_choice_that_fits_needs_no_mark(read_text, written, chosen):
    table = read_text("a.csv", TEXT.encode(written), encoding=chosen)
    assert table.column_names == ["question", "answer"]
    assert table.rows()[3]["question"] == "Wo ist Straße 3?"
    assert not table.remarks


def test_another_choice_than_it_looks_like_is_doubted(read_text):
    table = read_text("a.csv", TEXT.encode(), encoding="cp1252")
    assert table.row_count == 30
    assert "as chosen, but it looks like UTF-8" in table.remarks[0].reason


def test_bytes_that_a_chosen_encoding_lacks_are_problems_and_never_lost(read_text):
    content = TEXT.encode("cp1252").replace(b"bel 7.", b"bel \x81.")
    table = read_text("a.csv", content, encoding="cp1252")
    assert (table.row_count, table.rows_in_file, table.problems[0].row) == (29, 30, 9)
    with pytest.raises(StudioError) as caught:
        read_text("a.csv", TEXT.encode("cp1252"), encoding="utf-8")
    assert caught.value.code == "no_readable_row"
    assert "Leave the encoding to be found out" in caught.value.remedy


@pytest.mark.parametrize("name", ["base64", "rot13", "idna", "undefined", "a\0b", "klingon"])
def test_names_that_are_no_encoding_of_text(read_text, name):
    with pytest.raises(StudioError) as caught:
        read_text("a.csv", TEXT, encoding=name)
    assert caught.value.code == "unknown_encoding"


def test_wide_letters_cut_in_two(read_text):
    lines = "".join(f'{{"question": "Straße {n}?", "answer": "Übel."}}\n' for n in range(20))
    assert read_text("a.jsonl", lines.encode("utf-16-le")[:-5]).rows_in_file == 20
    table = read_text("a.json", f"[{lines.replace(chr(10), ',')}]".encode("utf-16")[:-1])
    assert table.row_count == 20


CHINESE = "问题,答案\n" + "".join(
    f"第{n}个一样的《上海》？,一共有{n}个，上面一个。\n" for n in range(40)
)
ONLY = "一个上面的问题没有标点也没有空格" * 30  # not one sign of ASCII in it: no byte is telling


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("chosen", [None, "utf-16", "own"])
def test_unmarked_utf16_with_zeros_below_its_letters(read_text, codec, chosen):
    choice = codec if chosen == "own" else chosen
    table = read_text("a.csv", CHINESE.encode(codec), encoding=choice)
    assert (table.row_count, table.problems) == (40, [])
    assert table.rows()[3]["答案"] == "一共有3个，上面一个。"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_what_nothing_gives_away_is_read_as_chosen(read_text, codec):
    table = read_text("a.txt", ONLY.encode(codec), encoding=codec)
    assert "".join(row["text"] for row in table.rows()) == ONLY


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le"])
def test_half_a_wide_letter_is_a_problem_of_its_row(read_text, codec):
    content = TEXT.encode(codec).replace("bel 7".encode("utf-16-le"), b"b\0\x00\xd8l\0 \x007\0")
    table = read_text("a.csv", content, encoding="utf-16-le")
    assert (table.row_count, table.rows_in_file) == (29, 30)
    assert "bytes that stand for no letter" in table.problems[0].reason


@pytest.mark.parametrize("every", [7, 8, 50, 64])
def test_stray_nuls_make_no_wide_letters(tmp_path, every):
    line = b"id,12345678,answer with words in it 12\n"
    plain = line * 300
    content = b"".join(plain[at : at + every - 1] + b"\0" for at in range(0, len(plain), every - 1))
    (path := tmp_path / "a").write_bytes(content)
    assert find_encoding(path).codec == "utf-8"
