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
    ("no_fodselsnummer", ["01010750160", "290299 00157"]),
    ("pt_nif", ["123456789", "501964843"]),
    ("au_tfn", ["123 456 782", "876543210"]),
    ("br_cnpj", ["11.222.333/0001-81", "33.000.167/0001-01"]),
    ("at_svnr", ["1237 010180"]),
    ("cz_rodne_cislo", ["736028/5163", "7103192745"]),
    ("ro_cnp", ["1800101221144"]),
    ("bg_egn", ["7523169263", "6101057509"]),
    ("baltic", ["37605030299", "38703181745"]),
    ("hr_oib", ["33392005961", "69435151530"]),
    ("jmbg", ["0101006500006", "0710003730015"]),
    ("gr_amka", ["01013099997"]),
    ("ie_pps", ["1234567T"]),
    ("is_kennitala", ["120174-3399"]),
    ("il_id", ["123456782"]),
    ("za_id", ["8001015009087"]),
    ("kr_rrn", ["971013-9019902"]),
    ("tw_id", ["A123456789"]),
    ("sg_nric", ["S1234567D", "F1234567N"]),
    ("mx_curp", ["BOXW310820HNERXN09", "HEGG560427MVZRRL04"]),
    ("cl_rut", ["30.686.957-4", "12.531.909-2"]),
    ("ar_cuil", ["20-05536168-2"]),
    ("jp_my_number", ["123456789018"]),
    ("ru_inn", ["500100732259"]),
    ("ru_snils", ["112-233-445 95"]),
    ("th_id", ["1-2345-45678-78-1"]),
    ("ca_sin", ["046 454 286"]),
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
        few = {"it_codice_fiscale": 2, "at_svnr": 9, "is_kennitala": 2}.get(name, 0)
        assert sum(map(check, wrong)) <= few, number


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


@pytest.mark.parametrize(
    ("name", "number"),
    [("us_itin", "912-66-3457"), ("uk_nino", "BG123456A"), ("uk_nino", "DA123456A"),
     ("dk_cpr", "321361-4285"), ("cn_resident", "110105194913310021"), ("fi_hetu", "991352-308T"),
     ("se_personnummer", "811328-9874"), ("in_pan", "ABCXE1234F"), ("hk_id", "A123456(4)"),
     ("at_svnr", "1238 010180"), ("is_kennitala", "120174-3389"), ("ru_inn", "000000000000"),
     ("il_id", "000000000"), ("jp_my_number", "000000000000"), ("ca_sin", "800000002"),
     ("cl_rut", "00.000.000-0"), ("hr_oib", "00000000000"), ("es_nif", "ABCDEFGHZ")],
)  # fmt: skip
def test_what_no_state_gives_out(name, number):
    assert not getattr(checksums, name)(number)


def test_what_else_is_given_out():
    """Second letters, brackets, women's months, co-ordination and D-numbers."""
    assert checksums.ie_pps("1234567FA")
    assert checksums.hk_id("A123456(3)")
    assert checksums.hk_id("AB987654(3)")
    assert checksums.us_itin("912-90-3457")
    assert checksums.in_pan("AFZPK7190K")
    assert checksums.dk_cpr("070761-4285")
    assert checksums.se_personnummer("701063-2391")


def test_months_of_czech_numbers():
    """Men 1 to 12 or 20 more, women 50 or 70 more (zákon 133/2000 Sb., § 13)."""

    def right(month):
        some = (f"80{month:02}15/{serial:04}" for serial in range(1, 23))
        return any(checksums.cz_rodne_cislo(one) for one in some)

    assert [month for month in range(100) if right(month)] == [
        *range(1, 13), *range(21, 33), *range(51, 63), *range(71, 83)
    ]  # fmt: skip
