"""`data prepare` tells personal data it saw, and is honest where it did not look."""

from __future__ import annotations

from ftstudio.data.drafting import closer


def rows_file(folder, answer):
    path = folder / "tickets.csv"
    lines = [f"Where is order {i * 7919}?,It is in drawer {i}." for i in range(30)]
    path.write_text("\n".join(["question,answer", *lines, f"Whom to ask?,{answer}"]), "utf-8")
    return path


def test_what_was_seen_is_told_and_kept(command, tmp_path):
    path = rows_file(tmp_path, "Write to anna@example.org.")
    assert command("data", "prepare", path, "--few", "--json").json["personal"] == {
        "looked_for": True, "rows": 1,
    }  # fmt: skip
    said = command("data", "prepare", path, "--few", "--out", tmp_path / "out").out
    assert "1 row holds personal data: 1 e-mail address" in said
    assert "kept as it is" in said


def test_nothing_found_does_not_mean_no_names(command, tmp_path):
    said = command("data", "prepare", rows_file(tmp_path, "Ask at the desk."), "--few").out
    assert "No personal data found" in said
    assert "Names and postal addresses are not found" in said


def test_where_nobody_looked_it_says_so(command, tmp_path, monkeypatch):
    monkeypatch.setattr(closer, "UNASKED_ROWS", 10)
    path = rows_file(tmp_path, "Write to anna@example.org.")
    assert command("data", "prepare", path, "--few", "--json").json["personal"] == {
        "looked_for": False, "rows": None,
    }  # fmt: skip
    said = command("data", "prepare", path, "--few", "--out", tmp_path / "out").out
    assert "were not looked for" in said
