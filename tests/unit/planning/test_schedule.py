import pytest

from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.schedule import make_schedule


@pytest.mark.parametrize(
    ("rows", "training", "steps", "looks"),
    [
        (370, {"epochs": 4, "batch_size": 8}, 188, 8),
        (370, {"epochs": 4, "batch_size": 2, "accumulation": 4}, 188, 8),
        (8, {"epochs": 1, "batch_size": 8}, 1, 1),
        (0, {"epochs": 1}, 1, 1),
        (100, {"epochs": 0.5, "batch_size": 10}, 5, 1),
    ],
)
def test_steps_and_looks(rows, training, steps, looks):
    made = make_schedule(rows, TrainingSettings(**training))
    assert (made.steps, made.looks) == (steps, looks)
