"""A number is a person's when its check digits are right, and its form or a word tells."""

import re

import pytest

from ftstudio.data.finding.national_ids import COUNTRIES, NATIONAL_IDS, national_ids
from ftstudio.data.steps.hide_personal import PersonalParams

# One that is right for each, as its state or an encyclopaedia shows it, and how it is introduced.
SHOWN = {
    "us_ssn": ("078-05-1120", "SSN"), "us_itin": ("912-90-3457", "ITIN"),
    "uk_nhs": ("943 476 5919", "NHS"), "uk_nino": ("AB 12 34 56 C", "NINO"),
    "nl_bsn": ("111222333", "BSN"), "es_nif": ("12345678-Z", "DNI"),
    "fr_nir": ("2 55 08 14 168 025 38", "NIR"), "de_tax_id": ("86 095 742 719", "Steuer-ID"),
    "it_codice_fiscale": ("RSSMRA85T10A562S", "codice fiscale"),
    "pl_pesel": ("44051401359", "PESEL"), "br_cpf": ("111.444.777-35", "CPF"),
    "br_cnpj": ("11.222.333/0001-81", "CNPJ"), "be_national": ("85.07.30-033.28", "national"),
    "se_personnummer": ("811228-9874", "personnummer"),
    "no_fodselsnummer": ("010107 50160", "fødselsnummer"), "dk_cpr": ("070761-4285", "CPR"),
    "is_kennitala": ("120174-3399", "kennitala"), "ch_ahv": ("756.9217.0769.85", "AHV"),
    "at_svnr": ("1237 010180", "SV-Nummer"), "fi_hetu": ("131052-308T", "hetu"),
    "pt_nif": ("123456789", "contribuinte"), "ie_pps": ("1234567FA", "PPS"),
    "cz_rodne_cislo": ("736028/5163", "rodné číslo"), "ro_cnp": ("1800101221144", "CNP"),
    "bg_egn": ("7523169263", "ЕГН"), "baltic": ("37605030299", "isikukood"),
    "hr_oib": ("33392005961", "OIB"), "jmbg": ("0101006500006", "EMŠO"),
    "gr_amka": ("01013099997", "ΑΜΚΑ"), "tr_kimlik": ("10000000146", "TC kimlik"),
    "ru_snils": ("112-233-445 95", "СНИЛС"), "ru_inn": ("500100732259", "ИНН"),
    "ca_sin": ("046 454 286", "SIN"), "il_id": ("123456782", "teudat zehut"),
    "za_id": ("8001015009087", "ID number"), "au_tfn": ("123 456 782", "TFN"),
    "in_aadhaar": ("2341 2341 2346", "Aadhaar"), "in_pan": ("AFZPK7190K", "PAN"),
    "cn_resident": ("11010519491231002X", "身份证"), "tw_id": ("A123456789", "身分證"),
    "hk_id": ("A123456(3)", "HKID"), "sg_nric": ("S1234567D", "NRIC"),
    "kr_rrn": ("971013-9019902", "주민등록번호"), "jp_my_number": ("1234 5678 9018", "My Number"),
    "th_id": ("1-2345-45678-78-1", "บัตรประชาชน"), "mx_curp": ("BOXW310820HNERXN09", "CURP"),
    "cl_rut": ("30.686.957-4", "RUT"), "ar_cuil": ("20-05536168-2", "CUIL"),
}  # fmt: skip


def found(text):
    return [(one.detail, one.sure) for one in national_ids(text)]


@pytest.mark.parametrize("key", SHOWN)
def test_with_a_word_it_is_sure(key):
    number, word = SHOWN[key]
    assert (key, True) in found(f"{word} {number}.")
    assert (key, True) in found(f"{word}: {number}, thanks")


@pytest.mark.parametrize("key", SHOWN)
def test_without_a_word_only_a_telling_shape_is(key):
    number, _ = SHOWN[key]
    telling = any(one.telling for one in NATIONAL_IDS if one.key == key)
    sure = [is_sure for own, is_sure in found(f"It says {number}.") if own == key]
    assert sure == ([telling] if telling or not number.isdigit() else [])


@pytest.mark.parametrize("key", SHOWN)
def test_a_wrong_digit_is_no_number(key):
    if key in ("us_ssn", "us_itin", "uk_nino", "dk_cpr", "in_pan"):
        return  # these have no check digit
    number, word = SHOWN[key]
    last = max(place for place, sign in enumerate(number) if sign.isdigit())
    wrong = f"{number[:last]}{(int(number[last]) + 5) % 10}{number[last + 1 :]}"
    assert key not in [own for own, _ in found(f"{word} {wrong}.")]


def test_a_word_makes_it_sure():
    assert found("NHS 943 476 5919") == [("uk_nhs", True)]
    assert found("Ask for 943 476 5919") == [("uk_nhs", False)]
    assert found("Row 9434765919") == []


def test_words_within_words_say_nothing():
    assert found("Martin 86095742719") == found("magnificent 501964843") == []


def test_a_telling_form_is_enough():
    assert found("12345678Z") == [("es_nif", True)]
    assert found("12345678A") == []
    assert found("SSN of the model 078-05-1120") == [("us_ssn", True)]


def test_a_form_without_check_digits_that_parts_have_too_needs_a_word():
    assert found("AB 12 34 56 C") == found("model AB123456C") == [("uk_nino", False)]
    for said in (
        "NINO: AB123456C",
        "My NI number is AB 12 34 56 C",
        "National Insurance AB123456C",
    ):
        assert found(said) == [("uk_nino", True)], said


def test_letters_and_digits_around_it_make_it_another_thing():
    assert found("x078-05-1120") == found("078-05-11205") == found("1-078-05-1120") == []
    assert found("SSN 078-05-1120.") == [("us_ssn", True)]
    assert found("My Number 1234 5678 9018 2222") == found("TFN 1 123 456 782") == []


def test_every_country_is_shown_and_told():
    assert {one.key for one in NATIONAL_IDS} == set(SHOWN)
    told = re.search(r"(\d+) countries", str(PersonalParams.model_fields["national_ids"]))
    assert told is not None
    assert int(told.group(1)) == len(COUNTRIES) == 45
