"""Commands survive the trip through their line; anything else is refused."""

import pytest
from pydantic import ValidationError

from ftstudio.jobs import commands


@pytest.mark.parametrize(
    "command", [commands.Pause(), commands.Stop(keep=False), commands.SaveNow()]
)
def test_commands_round_trip(command):
    assert commands.parse_command(command.model_dump_json()) == command


def test_an_unknown_command_is_refused():
    with pytest.raises(ValidationError):
        commands.parse_command('{"command": "explode"}')
