"""Rows in other languages were found and stay, by decision."""

from __future__ import annotations

from ftstudio.data.deciding import decision

STEP = decision("keep_all_languages", "Keep all languages", about="keep_language", order=33)
