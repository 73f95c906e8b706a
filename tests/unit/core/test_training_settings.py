import pytest
from pydantic import ValidationError

from ftstudio.core.training_settings import TrainingSettings


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (True, "full"),
        (False, "off"),
        ("true", "full"),
        ("false", "off"),
        ("selective", "selective"),
    ],
)
def test_a_switch_of_earlier_versions_is_a_choice_now(said, meant):
    made = TrainingSettings.model_validate({"activation_checkpointing": said})
    assert made.activation_checkpointing == meant
    changed = TrainingSettings()
    changed.activation_checkpointing = said
    assert changed == made
    assert made.recomputes == (meant != "off")


def test_another_word_is_refused():
    for wrong in ("half", 1, None):
        with pytest.raises(ValidationError):
            TrainingSettings(activation_checkpointing=wrong)


def test_offloading_counts_only_where_everything_is_computed_twice():
    for chosen, idle in (("off", True), ("selective", True), ("full", False)):
        values = TrainingSettings(activation_checkpointing=chosen).model_dump()
        assert ("activation_offload" in TrainingSettings.idle(values)) == idle


@pytest.mark.parametrize(
    ("samples", "batch", "at_once"), [(4, 1, 1), (4, 2, 2), (4, 16, 4), (0, 8, 1)]
)
def test_no_more_answers_are_written_at_once_than_a_step_reads_rows(samples, batch, at_once):
    made = TrainingSettings(sample_questions=samples, batch_size=batch)
    assert made.answers_at_once == at_once
