from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.disk import estimate_disk, free_bytes
from ftstudio.techniques import methods
from tests.shapes import QWEN_8B


def made(tmp_path, method, **training):
    chosen = methods()[method]
    settings = TrainingSettings(**training)
    return estimate_disk(QWEN_8B, chosen, chosen.params(), settings, tmp_path)


def test_full_needs_room_for_whole_models(tmp_path):
    full, lora = made(tmp_path, "full"), made(tmp_path, "lora")
    assert full.stays == 4 * QWEN_8B.parameters
    assert full.needed > 4 * full.stays
    assert lora.needed < full.needed / 20


def test_small_optimizer_states_make_small_checkpoints(tmp_path):
    assert made(tmp_path, "full", optimizer="adamw_8bit").needed < made(tmp_path, "full").needed


def test_free_of_a_folder_that_is_not_there_yet(tmp_path):
    assert free_bytes(tmp_path / "a" / "b") == free_bytes(tmp_path) > 0
