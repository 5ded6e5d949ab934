"""Invented people and firms in three scripts. Any likeness to somebody is chance."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Names:
    """Given names, surnames (with the form for women where it differs), and where such people mostly live here."""

    language: str
    men: tuple[str, ...]
    women: tuple[str, ...]
    surnames: tuple[tuple[str, str], ...]
    countries: tuple[str, ...]
    share: int


def _words(words: str) -> tuple[str, ...]:
    return tuple(words.split())


def _same(words: str) -> tuple[tuple[str, str], ...]:
    return tuple((word.replace("_", " "), word.replace("_", " ")) for word in words.split())


def _feminine(words: str, endings: dict[str, str]) -> tuple[tuple[str, str], ...]:
    def woman(name: str) -> str:
        for ending, other in endings.items():
            if name.endswith(ending):
                return name[: len(name) - len(ending)] + other
        return name

    return tuple((word, woman(word)) for word in words.split())


NAMES = (
    Names(
        "en",
        _words("Oliver George Harry Jack Thomas William James Henry "
               "Alfie Charlie Edward Arthur Callum Rhys Owen"),
        _words("Amelia Olivia Isla Emily Ava Grace Sophie Charlotte "
               "Freya Poppy Evie Alice Martha Harriet Rhian"),
        _same("Ashworth Barlow Calder Dunmore Eastwood Fairley Garside Hollis Ibbotson Jessop Kirkby Lockwood Marsden "
              "Norcliffe Oakley Pemberton Quayle Rowntree Stanhope Thackray Underhill Verity Whitlock Yarrow O'Hare"),
        ("GB", "GB", "GB", "US"), 34,
    ),
    Names(
        "fr",
        _words("Gabriel Léo Raphaël Louis Jules Adam Hugo Étienne Rémi Benoît Loïc Théo"),
        _words("Jade Louise Emma Alice Chloé Zoé Hélène Inès Margaux Élodie Noémie Aurélie"),
        _same("Beaumanoir Chastel Delacroix-Morin Estrade Fauvel Garance Hautbois Jolivet Lambertin Marchais Noirot "
              "Perrachon Rochambel Sauvignac Tessandier Vauclair L'Hermite"),
        ("FR",), 11,
    ),
    Names(
        "de",
        _words("Jonas Lukas Felix Maximilian Jürgen Götz Sören Matthias Björn Tobias Ulrich"),
        _words("Hanna Lena Mia Käthe Ulrike Annegret Birgit Svenja Jördis Mareike Grete"),
        _same("Ahrenbeck Bräutigam Dörfler Eßling Fährmann Großkopf Hölzel Jäckel Königshaus Lütjen Möbius Rößler "
              "Schönfeldt Tröger Überall Wäschle Zöllner"),
        ("DE",), 10,
    ),
    Names(
        "nl",
        _words("Daan Sem Bram Joost Maarten Sjoerd Wouter Thijs Ruben Koen"),
        _words("Sanne Fleur Lotte Femke Anouk Maaike Roos Noor Janneke Tessa"),
        _same("van_den_Akkerveen de_Bruinhoek Hoogstraten-Vos in_'t_Veldhuis Kuiperman van_der_Meulenaer Oosterling "
              "te_Riele Schaapherder Terpstrate Zandvliet"),
        ("GB", "DE", "FR"), 7,
    ),
    Names(
        "hu",
        _words("Ádám Bence Máté Levente Gergő Zoltán Ákos Örs Szilárd László"),
        _words("Zsófia Réka Eszter Ágnes Ildikó Enikő Orsolya Piroska Tünde Júlia"),
        _same("Árvalányi Bükkösi Csillagvári Dömölki Erdőhegyi Fűzfai Gyöngyösfalvi Hóvirági Kőszirti Örvényesi "
              "Süveges Tölgyesi Zsálya"),
        ("GB", "DE"), 6,
    ),
    Names(
        "ru",
        _words("Алексей Дмитрий Иван Михаил Николай Павел Сергей Фёдор Юрий Тимур Григорий Лев"),
        _words("Мария Анна Ольга Екатерина Наталья Юлия Ксения Вера Любовь Дарья Зоя Алёна"),
        _feminine("Берёзкин Ветров Глинский Дубровин Ельников Журавский Зимин Ключевской Лазуренко Мельниченко Озеров "
                  "Полянский Рябинин Соколинский Тихомиров Ушаковский Холмогоров Черемухин Шишмарёв Щеглов Яснов",
                  {"ский": "ская", "ской": "ская", "ов": "ова", "ев": "ева", "ёв": "ёва", "ин": "ина"}),
        ("DE", "GB", "US"), 17,
    ),
    Names(
        "ar",
        _words("أحمد محمد يوسف خالد عمر حسن إبراهيم سعيد طارق زياد مصطفى عبدالله كريم"),
        _words("فاطمة مريم ليلى نور سارة هدى أمينة رانيا سلمى زينب ياسمين دانة"),
        _same("الحدّاد الخوري النجّار العطّار السبّاغ الزيتوني الراوي القبّاني المرعشي الساعاتي البستاني الدالي "
              "الشماع الكاتب الحلواني"),
        ("FR", "GB", "SE", "DE"), 15,
    ),
)  # fmt: skip

_TRADES = (
    "Dental Practice", "Solicitors", "Plumbing & Heating", "Veterinary Clinic", "Estate Agents", "Garage", "Florists",
    "Physiotherapy", "Electrical", "Opticians", "Roofing", "Bakery", "Locksmiths", "Accountants", "Removals",
    "Letting Agency", "Joinery", "Day Nursery", "Boiler Care", "Funeral Home",
)  # fmt: skip
_PLACES = (
    "Harrow Lane", "Millbrook", "Castle Street", "Thornfield", "Quayside", "Elm Grove", "Northgate", "Riverside",
    "St Brannock", "Foxhill", "Beacon", "Old Mill", "Priory Road", "Larkspur", "Greyfriars", "Kestrel", "Willow Bank",
    "Ferry Road", "Abbots Wharf", "Pinewood",
)  # fmt: skip
_FIRMS = (
    ("fr", "Boulangerie {}"), ("de", "{} Maschinenbau GmbH"), ("en", "{} & Sons"), ("en", "{} Logistics Ltd"),
    ("ru", "ООО «{}»"), ("ar", "شركة {}"), ("nl", "{} Installatietechniek"), ("hu", "{} Kft."),
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    first_name: str
    surname: str
    language: str
    country: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.surname}"


def person(random: Random) -> Person:
    names = random.choices(NAMES, weights=[n.share for n in NAMES])[0]
    woman = random.random() < 0.5
    given = random.choice(names.women if woman else names.men)
    return Person(given, random.choice(names.surnames)[woman], names.language, random.choice(names.countries))


def firm(random: Random) -> tuple[str, str, str]:
    """A firm's name, language and country."""
    language, pattern = random.choice(_FIRMS)
    names = next(n for n in NAMES if n.language == language)
    return pattern.format(random.choice(names.surnames)[0]), language, random.choice(names.countries)


def customers(count: int) -> list[str]:
    """Names of the bureau's customers: no two alike, the same every time."""
    return [f"{_PLACES[i % len(_PLACES)]} {_TRADES[(i * 7 + i // len(_PLACES)) % len(_TRADES)]}" for i in range(count)]
