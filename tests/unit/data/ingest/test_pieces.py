"""Long text is cut at its ends only."""

from ftstudio.data.ingest.pieces import PIECE, count_words, paragraphs_of, pieces


def test_paragraphs_know_their_lines():
    assert list(paragraphs_of(["\ufeffa\n", "b\n", "\n", "c\n"])) == [(1, "a\nb"), (4, "c")]


def test_numbers_never_come_twice():
    long = " ".join(["lamp"] * (2 * PIECE + 1)) + ". Then it goes out."
    made = list(pieces([(1, f"{long} {long}"), (2, "end")]))
    numbers = [number for number, _ in made]
    assert numbers == sorted(set(numbers))
    assert sum(count_words(text) for _, text in made) == count_words(f"{long} {long} end")


def test_scripts_without_spaces_have_words():
    assert count_words("灯は夜に点く") == 3
