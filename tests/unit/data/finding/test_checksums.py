"""Against numbers that states, banks and encyclopaedias publish as examples."""

import pytest

from ftstudio.data.finding import checksums

PUBLISHED = [
    ("luhn", ["4111111111111111", "378282246310005", "6011 1111 1111 1117", "046 454 286"]),
    ("iban", ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432",
              "FR1420041010050500013M02606", "NL91ABNA0417164300"]),
    ("us_ssn", ["078-05-1120", "219-09-9999"]),
    ("uk_nhs", ["943 476 5919", "401 023 2137"]),
    ("nl_bsn", ["111222333", "123456782"]),
    ("es_nif", ["12345678Z", "X1234567L", "54362315-K"]),
    ("fr_nir", ["2 55 08 14 168 025 38", "255081416802538"]),
    ("de_tax_id", ["86095742719", "47036892816", "36574261809"]),
    ("it_codice_fiscale", ["RSSMRA85T10A562S", "MRTMTT25D09F205Z"]),
    ("pl_pesel", ["44051401359", "02070803628"]),
    ("br_cpf", ["111.444.777-35", "390.533.447-05"]),
    ("be_national", ["85.07.30-033.28"]),
    ("se_personnummer", ["811228-9874", "19811228-9874"]),
    ("ch_ahv", ["756.9217.0769.85"]),
    ("fi_hetu", ["131052-308T"]),
    ("tr_kimlik", ["10000000146", "17291716060"]),
    ("cn_resident", ["11010519491231002X"]),
    ("verhoeff", ["2363", "234123412346"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "numbers"), PUBLISHED, ids=[name for name, _ in PUBLISHED])
def test_published_numbers_pass_and_their_misprints_do_not(name, numbers):
    check = getattr(checksums, name)
    for number in numbers:
        assert check(number), number
        if name == "us_ssn":
            continue
        last = number[-1]
        others = "0123456789" if last.isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        wrong = [number[:-1] + sign for sign in others if sign != last]
        assert sum(map(check, wrong)) <= (2 if name == "it_codice_fiscale" else 0), number


@pytest.mark.parametrize("number", ["000-12-3456", "666-12-3456", "900-12-3456", "123-00-4567",
                                    "123-45-0000"])  # fmt: skip
def test_numbers_that_were_never_given_out(number):
    assert not checksums.us_ssn(number)


def test_a_row_of_the_same_digit_is_no_number():
    assert not checksums.br_cpf("111.111.111-11")
    assert not checksums.nl_bsn("000000000")
    assert not checksums.de_tax_id("00000000000")
    assert not checksums.pl_pesel("00000000000")
    assert not checksums.tr_kimlik("00000000000")
