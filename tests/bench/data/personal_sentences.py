"""Sentences with personal data at known places, drawn from a seed, and sentences with none."""

from __future__ import annotations

import itertools
import random
import string
from collections.abc import Callable
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat

from ftstudio.data.finding import checksums
from ftstudio.data.finding.phones import REGIONS


@dataclass(frozen=True)
class Sentence:
    text: str
    kind: str
    detail: str
    start: int
    end: int


_FRAMES = {
    "email": ["Please write to {} when you are ready.", "My address is {}.", "From: {}\nHello,",
              "Kontakt: <{}>", "Is {} still in use?"],
    "phone": ["Please call me at {} tomorrow.", "Tel. {}", "You can reach us under {}, thanks.",
              "Phone: {}\nFax: none", "My new mobile number is {}.", "{}"],
    "card": ["Please charge my card {} again.", "{} expires in May.", "The number is {}, thanks."],
    "iban": ["Transfer it to {}.", "IBAN: {}", "Mein Konto ist {}, danke."],
    "ip": ["The server at {} does not answer.", "Login from {} refused", "host={}"],
    "url": ["Look at {}.", "I read it on {} yesterday", "({})"],
    "key": ["Use the token {} for it.", "key={}", "export TOKEN='{}'"],
    "us_ssn": ["My social security number is {}.", "SSN {}", "{} is what it says on the form."],
    "uk_nhs": ["My NHS number is {}.", "NHS no. {}, born in May"],
    "nl_bsn": ["Mijn BSN is {}.", "Burgerservicenummer: {}"],
    "es_nif": ["Mi DNI es {}.", "Firmado, {}"],
    "fr_nir": ["Mon numéro de sécurité sociale est {}.", "NIR {}"],
    "de_tax_id": ["Meine Steuer-ID lautet {}.", "IdNr. {}"],
    "it_codice_fiscale": ["Il mio codice fiscale è {}.", "{} (codice fiscale)", "Firmato: {}"],
    "pl_pesel": ["Mój PESEL to {}.", "PESEL: {}"],
    "br_cpf": ["Meu CPF é {}.", "Assinado, {}"],
    "be_national": ["Rijksregisternummer {}", "Mon numéro: {}"],
    "se_personnummer": ["Mitt personnummer är {}.", "Född {}"],
    "ch_ahv": ["Meine AHV-Nummer ist {}.", "{}"],
}  # fmt: skip
_NAMES = ["anna", "j.doe", "maria-luise", "li_wei", "o.brien", "kim+shop", "x1977", "Bruno.Costa"]
_HOSTS = ["example.org", "mail.firma.de", "uni-trier.example.edu", "shop.co.uk", "b2b.example.io"]


class _Draw(random.Random):
    def digits(self, count: int) -> str:
        return "".join(self.choices(string.digits, k=count))

    def valid(self, make: Callable[[], str], check: Callable[[str], bool]) -> str:
        """Drawn again until the check digits are right."""
        return next(text for text in iter(make, None) if check(text))


def _email(draw: _Draw) -> str:
    return f"{draw.choice(_NAMES)}{draw.choice(['', draw.digits(2)])}@{draw.choice(_HOSTS)}"


def _phone(draw: _Draw) -> str:
    region = draw.choice(REGIONS)
    example = phonenumbers.example_number_for_type(region, draw.choice([0, 1]))
    assert example is not None
    while True:
        plain = str(example.national_number)
        many = draw.randint(2, 6)
        number = phonenumbers.PhoneNumber(
            country_code=example.country_code,
            national_number=int(plain[:-many] + draw.digits(many)),
            italian_leading_zero=example.italian_leading_zero,
        )
        if phonenumbers.is_valid_number(number):
            break
    form = draw.choice([PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL,
                        PhoneNumberFormat.E164, PhoneNumberFormat.NATIONAL])  # fmt: skip
    text = phonenumbers.format_number(number, form)
    return draw.choice([text, text, text.replace(" ", "-"), text.replace("-", ".")])


def _card(draw: _Draw) -> str:
    prefix, length = draw.choice([("4", 16), ("51", 16), ("55", 16), ("37", 15), ("6011", 16)])
    plain = draw.valid(lambda: prefix + draw.digits(length - len(prefix)), checksums.luhn)
    gap = draw.choice(["", " ", "-"])
    cuts = [4, 10] if length == 15 else [4, 8, 12]
    parts = [plain[a:b] for a, b in zip([0, *cuts], [*cuts, length], strict=True)]
    return gap.join(parts)


def _iban(draw: _Draw) -> str:
    country, own = draw.choice([("DE", 18), ("NL", 0), ("ES", 20), ("FR", 23), ("GB", 0)])
    if own:
        body = draw.digits(own)
    else:
        bank = "".join(draw.choices(string.ascii_uppercase, k=4))
        body = bank + draw.digits(10 if country == "NL" else 14)
    plain = draw.valid(lambda: f"{country}{draw.digits(2)}{body}", checksums.iban)
    spaced = " ".join(plain[i : i + 4] for i in range(0, len(plain), 4))
    return draw.choice([plain, spaced])


def _ip(draw: _Draw) -> str:
    if draw.random() < 0.5:
        return ".".join(str(draw.randint(1, 255)) for _ in range(4))
    parts = [f"{draw.randint(4096, 65535):x}" for _ in range(8)]
    return draw.choice([":".join(parts), ":".join(parts[:3]) + "::" + parts[7]])


def _url(draw: _Draw) -> str:
    host, path = draw.choice(_HOSTS), draw.choice(["", "/", "/a/b.html?q=1", "/x#top"])
    return draw.choice(["https://", "http://", "www."]) + host + path


def _key(draw: _Draw) -> str:
    many = string.ascii_letters + string.digits
    prefix, length = draw.choice([("ghp_", 36), ("sk-", 48), ("hf_", 34), ("glpat-", 20),
                                  ("AIza", 35), ("xoxb-", 40), ("sk_live_", 24)])  # fmt: skip
    return prefix + "".join(draw.choices(many, k=length))


def _birth(draw: _Draw) -> str:
    return f"{draw.randint(40, 99)}{draw.randint(1, 12):02}{draw.randint(1, 28):02}"


def _codice(draw: _Draw) -> str:
    letters = string.ascii_uppercase
    head = "".join(draw.choices(letters, k=6)) + draw.digits(2) + draw.choice("ABCDEHLMPRST")
    body = f"{head}{draw.randint(1, 71):02}{draw.choice(letters)}{draw.digits(3)}"
    return draw.valid(lambda: body + draw.choice(letters), checksums.it_codice_fiscale)


def _nif(draw: _Draw) -> str:
    head = draw.choice([draw.digits(8), draw.choice("XYZ") + draw.digits(7)])
    return draw.valid(lambda: head + draw.choice(string.ascii_uppercase), checksums.es_nif)


def _nir(draw: _Draw) -> str:
    head = f"{draw.choice('12')}{draw.digits(2)}{draw.randint(1, 12):02}{draw.randint(1, 95):02}"
    head += draw.digits(6)
    plain = draw.valid(lambda: head + draw.digits(2), checksums.fr_nir)
    cuts = [0, 1, 3, 5, 7, 10, 13, 15]
    spaced = " ".join(plain[a:b] for a, b in itertools.pairwise(cuts))
    return draw.choice([plain, spaced])


def _belgian(draw: _Draw) -> str:
    day = _birth(draw)
    head = f"{day[:2]}.{day[2:4]}.{day[4:]}-{draw.digits(3)}."
    return draw.valid(lambda: head + draw.digits(2), checksums.be_national)


def _dotted(plain: str) -> str:
    return f"{plain[:3]}.{plain[3:6]}.{plain[6:9]}-{plain[9:]}"


_MAKE: dict[str, Callable[[_Draw], str]] = {
    "email": _email, "phone": _phone, "card": _card, "iban": _iban, "ip": _ip, "url": _url,
    "key": _key, "it_codice_fiscale": _codice, "es_nif": _nif, "fr_nir": _nir,
    "be_national": _belgian,
    "us_ssn": lambda d: d.valid(
        lambda: f"{d.digits(3)}-{d.digits(2)}-{d.digits(4)}", checksums.us_ssn),
    "uk_nhs": lambda d: d.valid(
        lambda: d.choice(["{} {} {}", "{}{}{}"]).format(d.digits(3), d.digits(3), d.digits(4)),
        checksums.uk_nhs),
    "nl_bsn": lambda d: d.valid(lambda: d.digits(9), checksums.nl_bsn),
    "de_tax_id": lambda d: d.valid(lambda: d.digits(11), checksums.de_tax_id),
    "pl_pesel": lambda d: d.valid(lambda: _birth(d) + d.digits(5), checksums.pl_pesel),
    "br_cpf": lambda d: _dotted(d.valid(lambda: d.digits(11), checksums.br_cpf)),
    "se_personnummer": lambda d: d.valid(
        lambda: f"{_birth(d)}-{d.digits(4)}", checksums.se_personnummer),
    "ch_ahv": lambda d: d.valid(
        lambda: f"756.{d.digits(4)}.{d.digits(4)}.{d.digits(2)}", checksums.ch_ahv),
}  # fmt: skip


def sentences(count: int = 1200, seed: int = 3) -> list[Sentence]:
    """As many of each kind; where the thing stands is known because it was put there."""
    draw = _Draw(seed)
    found = []
    for number in range(count):
        detail = list(_MAKE)[number % len(_MAKE)]
        thing = _MAKE[detail](draw)
        frame = draw.choice(_FRAMES[detail])
        start = frame.index("{}")
        kind = detail if detail not in checksums.__dict__ or detail == "iban" else "national_id"
        found.append(Sentence(frame.format(thing), kind, detail, start, start + len(thing)))
    return found


def without(count: int = 600, seed: int = 4) -> list[str]:
    """Numbers that are nothing personal: dates, versions, prices, sums, order numbers."""
    draw = _Draw(seed)
    frames = [
        lambda: f"It was on {draw.randint(1, 28)}/{draw.randint(1, 12)}/{draw.randint(1990, 2030)}",
        lambda: f"From {draw.randint(1900, 1950)}-{draw.randint(1951, 1999)} they lived here.",
        lambda: f"Version {draw.randint(1, 9)}.{draw.randint(0, 20)}.{draw.randint(0, 9)} is out.",
        lambda: f"It costs ${draw.randint(1, 9)},{draw.digits(3)},{draw.digits(3)}.50 in all.",
        lambda: f"{draw.digits(3)} + {draw.digits(3)} - {draw.digits(2)} = {draw.digits(4)}",
        lambda: f"Your order {draw.digits(9)} was sent.",
        lambda: f"Pi is 3.14159265{draw.digits(4)}, they say.",
        lambda: f"At {draw.randint(10, 23)}:{draw.randint(10, 59)}:{draw.randint(10, 59)} it rang.",
        lambda: f"Call std::vector<int>({draw.digits(3)}) and a[1:{draw.digits(1)}:2] there.",
        lambda: "The numbers are " + " ".join(str(10 * i) for i in range(1, 9)) + ".",
    ]
    return [frames[number % len(frames)]() for number in range(count)]
