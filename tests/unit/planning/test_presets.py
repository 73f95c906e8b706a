from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.presets import changes


def test_quick_is_one_pass_at_most():
    assert changes("quick", TrainingSettings(epochs=4))["epochs"] == 1
    assert changes("quick", TrainingSettings(epochs=0.5))["epochs"] == 0.5


def test_balanced_changes_nothing():
    assert changes("balanced", TrainingSettings()) == {}


def test_thorough_stops_by_itself_and_every_value_is_allowed():
    for passes in (1, 4, 50):
        made = changes("thorough", TrainingSettings(epochs=passes))
        assert made["patience"] > 0
        TrainingSettings(**made)
