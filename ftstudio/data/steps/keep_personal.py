"""Personal data was found and is kept as it is, by decision."""

from __future__ import annotations

from ftstudio.data.deciding import decision

STEP = decision("keep_personal", "Keep personal data as it is", about="hide_personal", order=31)
