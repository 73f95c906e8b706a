"""Languages of whole sentences; short texts are uncertain."""

import pytest

from ftstudio.data.finding.language import UNCERTAIN, language, name_of, prose

SENTENCES = {
    "en": "The committee decided to postpone the meeting until the end of next month.",
    "de": "Der Ausschuss hat beschlossen, die Sitzung auf das Ende des Monats zu verschieben.",
    "fr": "Le comité a décidé de reporter la réunion à la fin du mois prochain, semble-t-il.",
    "es": "El comité decidió aplazar la reunión hasta finales del próximo mes de septiembre.",
    "it": "Il comitato ha deciso di rinviare la riunione alla fine del prossimo mese.",
    "nl": "De commissie heeft besloten de vergadering uit te stellen tot het einde van de maand.",
    "pl": "Komitet postanowił przełożyć spotkanie na koniec przyszłego miesiąca.",
    "pt": "O comitê decidiu adiar a reunião para o final do próximo mês, segundo a direção.",
    "ru": "Комитет решил отложить заседание до конца следующего месяца.",
    "zh": "委员会决定将会议推迟到下个月底举行。",
    "ja": "委員会は会議を来月末まで延期することを決定しました。",
    "ko": "위원회는 회의를 다음 달 말까지 연기하기로 결정했습니다.",
    "ar": "قررت اللجنة تأجيل الاجتماع حتى نهاية الشهر المقبل بسبب العطلة.",
    "tr": "Komite, toplantıyı gelecek ayın sonuna kadar ertelemeye karar verdi.",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_whole_sentences(code):
    assert language(SENTENCES[code]) == code


@pytest.mark.parametrize("text", ["", "OK", "Berlin, Paris, Rom", "12345 67890 " * 20])
def test_what_is_too_short_is_uncertain(text):
    assert language(text) == UNCERTAIN


def test_names():
    assert name_of("de") == "German"
    assert name_of(UNCERTAIN) == "uncertain"


@pytest.mark.parametrize(
    "text",
    ["def quicksort(arr):\n    if len(arr) <= 1:\n        return arr\n    pivot = arr[0]\n"
     "    return quicksort(left) + [pivot]",
     "SELECT customer_id, SUM(amount) FROM orders WHERE created_at > NOW() GROUP BY customer_id",
     '{"name": "get_weather", "arguments": {"city": "Berlin", "unit": "celsius", "days": 3}}',
     "$\\frac{\\partial u}{\\partial t} = \\alpha \\nabla^2 u + \\sum_{i=1}^{n} \\beta_i x_i$",
     "https://www.example.org/some/long/path/with/words/in/it?and=query&more=parameters",
     "```python\nprint('this is a sentence that is long enough to be told')\n```",
     "ACGTACGTTAGC" * 6],
)  # fmt: skip
def test_code_formulas_and_addresses_are_in_no_language(text):
    assert language(text) == UNCERTAIN


def test_sentences_around_code_count():
    for code in ("de", "fr", "zh"):
        text = SENTENCES[code] + "\n```python\n" + "for name in names: print(name, end='x')\n" * 9
        assert language(text) == code
    assert prose("See `x = 1` and <b>this</b>, {{name}}.").split() == [
        "See",
        "and",
        "this",
        ",",
        ".",
    ]


@pytest.mark.parametrize("text", ["a(" * 2000, "@" * 4000, "a@" * 2000, "a() " * 1000, "$a" * 2000,
                                  "<a" * 2000, "((((a)" * 600, " " * 4000])  # fmt: skip
def test_hostile_texts_come_to_an_end(text):
    assert len(prose(text)) <= len(text)
