"""Random names, places, products, codes and made-up words; some are kept for the held-out set."""
# ruff: noqa: E501 (word lists)

from __future__ import annotations

import random
import zlib

ONSETS = (
    "b c d f g h j k l m n p r s t v w z br bl cl cr dr fl fr gl gr pl pr qu sc sh sk sl sm sn sp "
    "st str sw th tr tw wh y ch"
).split()
VOWELS = "a e i o u a e i o u ai ea ee oo ou ie y".split()
CODAS = (
    "n r l s t m d k g p b x n r l s t th sh ck nd nt rk ll ss mp ng rd st lt v z f".split()
    + [""] * 14
)
ROOTS = (
    "ash bell birch black bram brook cedar clay cliff cold copper crow dale dell elder elm ever "
    "fair fern field finch flint ford fox glen gold grand green grove hart haven hazel heath "
    "high hill holly iron ivy kings lake lark linden long maple marsh meadow mill moon moor moss "
    "north oak old otter pine quill raven red ridge river robin rose rowan salt sand shell silver "
    "south spring star stone storm summer swift thistle thorn tide vale violet wall water west "
    "white wild willow wind winter wolf wood wren"
).split()
ENDS = (
    "bury bridge burgh by church cliff combe dale den don field ford gate ham haven hill holm "
    "hurst land leigh ley mere mill minster mouth ness ning pool port shaw side stad stead ster "
    "stock stone ton tree vale ville wall ware water wich wick wood worth"
).split()
REAL_CITIES = (
    "Amsterdam Athens Atlanta Auckland Bangkok Barcelona Basel Beijing Belfast Berlin Bern Bogota "
    "Bologna Boston Bremen Bristol Brussels Bucharest Budapest Cairo Calgary Cambridge Cardiff "
    "Chicago Cologne Copenhagen Cork Dallas Delhi Denver Detroit Dresden Dublin Edinburgh Florence "
    "Frankfurt Geneva Genoa Ghent Glasgow Graz Hamburg Hanoi Helsinki Houston Istanbul Jakarta "
    "Kraków Kyoto Lagos Leeds Leipzig Lima Lisbon Liverpool London Lyon Madrid Malmö Manchester "
    "Marseille Melbourne Miami Milan Montreal Moscow Munich Nairobi Naples Nice Osaka Oslo Ottawa "
    "Oxford Paris Perth Porto Prague Quebec Quito Reykjavik Riga Rome Rotterdam Salzburg Santiago "
    "Seattle Seoul Seville Shanghai Sheffield Singapore Sofia Stockholm Stuttgart Sydney Tallinn "
    "Tokyo Toronto Turin Utrecht Valencia Vancouver Venice Verona Vienna Vilnius Warsaw York Zagreb "
    "Zurich"
).split()
FIRST_NAMES = (
    "Ada Adam Ahmed Aisha Alan Alice Amir Amy Ana Andrea Anna Anton Arthur Ben Bianca Boris Carla "
    "Carlos Carol Chloe Clara Claire Daniel David Diana Diego Dora Edith Elena Eli Ella Emil Emma "
    "Eric Eva Fatima Felix Fiona Frank Freya George Grace Greta Hana Harry Hassan Helen Henry Hugo "
    "Ian Ida Igor Ines Irene Ivan Jack James Jane Jin Joan John Jonas Julia Karim Kate Kim Lara Laura "
    "Lena Leo Liam Lily Linda Lisa Lucas Lucy Luis Maria Mark Marta Mary Max Maya Mia Miguel Mina "
    "Mira Mohammed Nadia Nina Noah Nora Olga Oliver Omar Oscar Paul Pedro Peter Petra Priya Rachel "
    "Ravi Rita Robert Rosa Ruth Sam Sara Simon Sofia Stefan Susan Tara Theo Thomas Tim Tom Uma Vera "
    "Victor Walter Wei Will Yara Yusuf Zoe"
).split()
ADJECTIVES = (
    "black blue brown green grey orange pink purple red white yellow big small large little long "
    "short round square flat wide thin thick soft light heavy warm cool new old modern classic "
    "wooden metal glass steel copper plastic leather cotton woollen silk paper folding electric "
    "portable digital cordless wireless solar garden kitchen travel office"
).split()
GOODS = (
    "apron armchair backpack bag ball basket battery bed bell belt bench bicycle bike blanket blender "
    "board book bookcase bottle bowl box bracelet broom brush bucket cabinet cable calculator "
    "calendar camera candle cap carpet chair charger clock coat comb compass computer cooker cup "
    "cupboard curtain cushion desk dish doll door drawer dress drill drum fan fork frame fridge "
    "grill guitar hammer hat heater helmet hose iron jacket jar jug kettle "
    "keyboard kite knife ladder lamp lantern laptop lock map mat microphone microwave mirror mixer "
    "monitor mop mouse mug napkin necklace needle notebook oven pan pen pencil phone piano picture "
    "pillow pipe plate pot printer puzzle radio raincoat razor ring rope router ruler saddle "
    "saw scale scanner scarf screen shelf shirt shovel sink skirt "
    "sofa speaker spoon stapler stool stove suitcase sweater table tablet teapot tent thermometer "
    "tie toaster torch towel toy tray tripod truck umbrella vase violin wallet wardrobe watch "
    "wheel whistle window wok"
).split()
SHOP_WORDS = (
    "Shop Store Market Supplies Home Goods Books Garden Tools Outfitters Trading Stores House"
).split()
MONTHS = (
    "January February March April May June July August September October November December"
).split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
HELD_OUT_SHARE = 20  # one value in this many never occurs in training


def is_held_out(value: str) -> bool:
    """Tell whether a slot value belongs to the held-out part, by its own text alone."""
    return zlib.crc32(value.lower().encode()) % HELD_OUT_SHARE == 0


class Values:
    """Draws slot values: only trained ones, or only ones that no training document contains."""

    def __init__(self, rng: random.Random, held_out: bool = False) -> None:
        self.rng = rng
        self.held_out = held_out

    def draw(self, kind: str) -> str:
        """A value of the kind ('city', 'name', …) from this side of the held-out line."""
        make = getattr(self, f"_{kind}")
        value: str = make()
        for _ in range(2000):
            if is_held_out(value) == self.held_out:
                break
            value = make()
        return value

    def syllables(self, low: int, high: int) -> str:
        rng = self.rng
        count = rng.randint(low, high)
        return "".join(
            rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS) for _ in range(count)
        )

    def _word(self) -> str:
        rng = self.rng
        way = rng.random()
        if way < 0.45:
            return self.syllables(1, 3)
        if way < 0.7:
            return rng.choice(ROOTS) + rng.choice(ENDS)
        if way < 0.85:
            return rng.choice(ROOTS) + self.syllables(1, 1)
        if way < 0.93:
            return "".join(
                rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(3, 8))
            )
        return self.syllables(2, 2) + rng.choice(("ed", "ing", "ly", "er", "s", "ness", "o", "a"))

    def _city(self) -> str:
        rng = self.rng
        way = rng.random()
        if way < 0.3:
            return rng.choice(REAL_CITIES)
        if way < 0.55:
            return (rng.choice(ROOTS) + rng.choice(ENDS)).capitalize()
        if way < 0.9:
            return self.syllables(1, 3).capitalize()
        first = rng.choice(("New", "Port", "San", "Saint", "Old", "Bad", "East", "Upper", "Lake"))
        return f"{first} {self.syllables(1, 2).capitalize()}"

    def _name(self) -> str:
        if self.rng.random() < 0.4:
            return self.rng.choice(FIRST_NAMES)
        return self.syllables(1, 3).capitalize()

    def _surname(self) -> str:
        if self.rng.random() < 0.4:
            return (self.rng.choice(ROOTS) + self.rng.choice(ENDS)).capitalize()
        return self.syllables(1, 3).capitalize()

    def _product(self) -> str:
        rng = self.rng
        way = rng.random()
        goods = rng.choice(GOODS)
        if way < 0.2:
            return goods
        if way < 0.5:
            return f"{rng.choice(ADJECTIVES)} {goods}"
        if way < 0.65:
            return f"{rng.choice(ADJECTIVES)} {rng.choice(ADJECTIVES)} {goods}"
        if way < 0.85:
            return f"{self.syllables(1, 2).capitalize()} {goods}"
        if way < 0.93:
            return f"{self.syllables(1, 2)} {goods}"
        return f"{self.syllables(1, 2).capitalize()} {rng.randint(2, 999)}"

    def _shop(self) -> str:
        rng = self.rng
        stem = rng.choice((self._surname, self._city))()
        way = rng.random()
        if way < 0.6:
            return f"{stem} {rng.choice(SHOP_WORDS)}"
        if way < 0.8:
            return f"{stem} and {self._surname()}"
        return stem

    def _number(self) -> str:
        digits = self.rng.choice((2, 3, 3, 4, 4, 5, 5, 6, 7))
        return str(self.rng.randint(10 ** (digits - 1), 10**digits - 1))

    def _code(self) -> str:
        rng = self.rng
        letters = "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(rng.randint(1, 3)))
        digits = str(rng.randint(10, 99999))
        return rng.choice((f"{letters}{digits}", f"{letters}-{digits}", f"{digits}{letters}"))

    def _order(self) -> str:
        return self.rng.choice((self._number, self._number, self._code))()

    def _days(self) -> str:
        return str(self.rng.randint(2, 400))

    def _price(self) -> str:
        rng = self.rng
        amount = rng.choice(
            (f"{rng.randint(2, 999)}", f"{rng.randint(2, 199)}.{rng.randint(10, 99)}")
        )
        return rng.choice((f"${amount}", f"{amount} euros", f"£{amount}", f"{amount} dollars"))

    def _email(self) -> str:
        ending = self.rng.choice(("com", "org", "net", "example"))
        return f"{self.syllables(1, 2)}@{self.syllables(1, 2)}.{ending}"

    def _date(self) -> str:
        rng = self.rng
        day, month = rng.randint(1, 28), rng.choice(MONTHS)
        return rng.choice(
            (f"{day} {month}", f"{month} {day}", f"{day} {month} {rng.randint(1990, 2040)}")
        )

    def _weekday(self) -> str:
        return self.rng.choice(WEEKDAYS)

    def _time(self) -> str:
        rng = self.rng
        hour, minute = rng.randint(1, 12), rng.choice((0, 5, 10, 15, 20, 30, 40, 45, 50, 55))
        half = rng.choice(("am", "pm"))
        return rng.choice((f"{hour} {half}", f"{hour}:{minute:02d}", f"{hour}:{minute:02d} {half}"))

    def _phrase(self) -> str:
        """A few words that need not make sense: known ones, made-up ones or both."""
        rng = self.rng
        bag = (*ROOTS, *ADJECTIVES, *GOODS)
        share = rng.choice((0.0, 0.4, 1.0))
        words = [
            self._word() if rng.random() < share else rng.choice(bag)
            for _ in range(rng.randint(2, 6))
        ]
        text = " ".join(words)
        return text.capitalize() if rng.random() < 0.4 else text
