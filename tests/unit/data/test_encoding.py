"""Letters come out right, and what was guessed is said to be guessed."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.encoding import find_encoding, guess_single_byte

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
    assert (found.codec, found.patched, found.sure) == ("utf-8", True, False)


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
