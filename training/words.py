"""Words for made-up worlds: names of things with their plurals, and values.

About one word in seven is held out: no training problem names a table, a column or a variable with it. Which ones, a
hash decides, so that the split needs no list. Beside real words there are invented ones.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass

from .inventing import COMMON, invent

SHARED = frozenset({"name", "id"})
"""Words that training and held-out problems both use: no natural schema does without them."""

_IRREGULAR = {
    "child": "children",
    "knife": "knives",
    "loaf": "loaves",
    "leaf": "leaves",
    "shelf": "shelves",
    "wolf": "wolves",
    "thief": "thieves",
    "person": "people",
    "goose": "geese",
    "mouse": "mice",
    "foot": "feet",
    "hero": "heroes",
    "potato": "potatoes",
    "tomato": "tomatoes",
    "echo": "echoes",
    "waitress": "waitresses",
    "quiz": "quizzes",
    "wife": "wives",
    "calf": "calves",
}


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def plural_of(word: str) -> str:
    """The plural of an English noun, the last word of a compound one."""
    head, _, last = word.rpartition("_")
    if head:
        return f"{head}_{plural_of(last)}"
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("man") and word not in {"talisman", "shaman"}:
        return f"{word[:-3]}men"
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    return f"{word}s"


def is_held_out_word(word: str) -> bool:
    """Whether a word is kept from training: decided by its hash alone, for singular and plural alike."""
    digest = hashlib.sha256(f"word:{word.removesuffix('s')}".encode()).digest()
    return word not in SHARED and int.from_bytes(digest[:8], "big") % 7 == 0


@dataclass(frozen=True, slots=True)
class Noun:
    """The name of a thing, in snake case."""

    singular: str
    plural: str

    @classmethod
    def of(cls, singular: str) -> Noun:
        """With the plural that grammar gives it."""
        return cls(singular, plural_of(singular))


@dataclass(frozen=True, slots=True)
class Measure:
    """A noun that has a number, between two bounds."""

    noun: Noun
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Trait:
    """A noun that has one of a few texts: a key of `POOLS`."""

    noun: Noun
    pool: str


_THINGS = _words(
    """
    actor airport album animal apartment apple artist athlete auction author baker bakery ball band bank barn
    basket battle beach bed bee bicycle bird blanket boat book boot bottle bowl box brand bread bridge brush
    building bus butcher button cabin cable cafe cake camera camp canal candle captain car card carpet cart
    castle cat cathedral chair chapter chef chest child choir church cinema circus clinic clock cloud club coach
    coat coin college comet company computer concert contest cook cookie cottage course court cow crane creature
    crew cruise cup customer dancer dentist desk device dinner director dish dive doctor dog doll donor
    door dragon dress driver drone duck eagle editor employee engine engineer essay event exam exhibit expert
    factory fair farm farmer ferry festival film flag flight flower forest fork fossil fountain fox
    fridge fruit game garage garden gem giant gift glacier glass glove goat guard guest guide guitar gym hall
    hammer harbor hat helmet hen herb hero hill hive horse hospital hotel house hut insect island jacket jar
    jewel journey judge juice kettle kitchen kite knife knight lake lamp language lawyer lesson letter library
    lion loan lodge machine magazine manor market meal medal melon member mill mine mirror
    monk monument moon motel motor mountain movie mug museum nest newspaper novel nurse oak oar office onion
    opera orchard orchestra organ outlet oven owl package paddle painter painting palace pan parade parcel park
    parrot party patient pavilion pen pencil penguin phone photo piano pig pilot pirate pizza plane planet plant
    plate player poem poet pond pony port poster potato printer prize probe product professor program project
    puppet purse puzzle quiz rabbit race radio raft ranger recipe record reef repair report reporter restaurant
    review ride ring river road robot rocket room rope rose route rug sailor salad sale sandwich satellite
    school scientist scooter sculptor seal seller sensor server shark shelf ship shirt shoe shop shrub
    singer ski skill slide snack soap soldier song soup spider spoon squad stable stadium stall stamp star
    station statue store storm student studio suitcase surgeon swan sword table_lamp tailor talk tank task taxi
    teacher team temple tenant tent theater thief ticket tiger tool torch tower town toy tractor trail train
    trainer tram tree trip truck trumpet tunnel turtle umbrella uncle uniform vase vehicle vendor vessel vet
    villa village violin visit visitor volcano wagon waiter wallet warehouse watch waterfall whale wheel
    wizard wolf worker workshop writer yacht zebra zoo booking payment delivery rental invoice shipment purchase
    donation repair_job lecture session
    """
)

_MEASURES = _words(
    """
    price:2:90 weight:1:60 age:5:80 stock:0:40 height:10:200 length:3:150 amount:1:30 score:1:50 salary:20:95
    size:30:48 capacity:20:400 population:2:900 distance:1:300 speed:20:250 depth:1:120 width:2:80 budget:10:500
    cost:5:300 fee:1:60 rent:40:200 profit:1:90 points:1:99 goals:0:30 pages:40:600 seats:2:300 floors:1:40
    rooms:1:60 visitors:5:900 quantity:1:25 volume:1:70 area:10:600 income:15:120 discount:1:50 duration:3:180
    level:1:12 rating:1:10 votes:2:500 wins:0:40 losses:0:40 tickets:5:300 passengers:2:400
    calories:50:900 power:10:300 temperature:3:40 altitude:10:900 debt:1:200 tax:1:40 bonus:1:30 balance:10:900
    grade:1:15 credits:1:20 minutes:5:200 members:3:90 doors:2:9 wheels:2:18 legs:2:10 strings:4:12
    prizes:0:12 awards:0:20 reach:5:90 voltage:5:240 noise:10:120 worth:5:500
    total:5:300 shares:1:90 copies:10:900 employees:2:300 students:8:400 staff:2:90 hours:1:40 days:1:30
    laps:2:70 lanes:1:12 beds:1:60 guests:1:90 rainfall:5:300 mass:1:90 wage:10:60 tip:1:20 stars:1:5
    """
)

_YEARS = _words(
    """
    year founded built opened born released published hired joined started ended bought sold_in made renovated
    launched established closed_in elected retired printed discovered first_year birth_year planted painted_in
    painted moved_in recorded repaired
    """
)

_NAMES = _words("name title label nickname brand_name full_name surname heading caption code")

_TRAITS = _words(
    """
    city:cities country:countries color:colors town:cities material:materials status:statuses language:languages
    genre:genres origin:countries nationality:countries shape:shapes mood:moods category:kinds kind:kinds
    type:kinds style:styles owner:people manager:people author:people leader:people sponsor:firms maker:firms
    brand:firms supplier:firms season:seasons month:months weekday:weekdays size_class:sizes climate:climates
    flavor:flavors fabric:materials metal:metals habitat:habitats region:regions district:regions sport:sports
    instrument:instruments subject:subjects major:subjects field:subjects job:jobs role:jobs profession:jobs
    coach_name:people state:statuses phase:statuses home:cities birthplace:cities location:cities site:regions
    direction:directions fuel:fuels cuisine:cuisines pattern:patterns finish:patterns condition:moods
    difficulty:sizes priority:sizes hobby:sports pet:animals mascot:animals species:animals breed:animals
    topping:flavors scent:flavors publisher:firms chairman:people contact:people winner:people era:styles
    zone:regions quarter:seasons payment_type:payments method:payments
    """
)

POOLS: dict[str, tuple[str, ...]] = {
    "people": _words(
        """
    Ada Adam Aisha Alan Amir Ana Anna Ben Bianca Boris Carla Carlos Chen Clara Dana David Diego Dora Elena Eli
    Emil Emma Eva Farid Fatima Felix Fiona Gita Grace Hana Hans Hugo Ida Igor Ines Iris Ivan Jan Jia Joan Jonas
    Julia Kai Karim Kira Lars Leila Leo Lena Liam Lina Lucas Luis Maria Marco Mei Mila Milo Nadia Nils Nina Noah
    Nora Olga Omar Oscar Otto Paula Pedro Petra Priya Rania Ravi Rita Rosa Ruth Sam Sara Simon Sofia Sven Tara
    Theo Tina Tom Uma Vera Victor Wanda Will Yara Yusuf Zoe
    """
    ),
    "cities": _words(
        """
    Oslo Rome Paris Berlin Madrid Lisbon Vienna Prague Cairo Lima Quito Tokyo Kyoto Osaka Seoul Delhi Mumbai
    Dakar Accra Nairobi Lagos Boston Austin Denver Dallas Miami Seattle Chicago Toronto Sydney Perth Geneva
    Zurich Milan Turin Naples Athens Sofia Riga Tallinn Helsinki Bergen Malmo Dublin Leeds York Bath Porto Nice
    Lyon
    """
    ),
    "countries": _words(
        """
    Norway Sweden Italy France Spain Portugal Austria Egypt Peru Japan Korea India Senegal Ghana Kenya Nigeria
    Canada Brazil Chile Greece Latvia Finland Ireland Poland Turkey Mexico Cuba Nepal Vietnam Iceland
    """
    ),
    "colors": _words("red blue green yellow black white brown gray pink purple orange silver gold"),
    "materials": _words("wood steel glass paper stone cotton wool silk leather plastic linen clay"),
    "metals": _words("iron copper silver gold zinc tin lead nickel bronze"),
    "statuses": _words("open closed new paid active pending done late draft ready lost"),
    "languages": _words("English French Spanish German Italian Arabic Hindi Korean Dutch Polish Swahili"),
    "genres": _words("drama comedy horror jazz rock folk crime fantasy history romance science"),
    "shapes": _words("round square flat oval long curved narrow wide"),
    "moods": _words("good bad fair poor calm happy sad angry bright dark"),
    "kinds": _words("basic deluxe standard special classic modern mini premium public private local"),
    "styles": _words("gothic modern baroque classic rustic ancient colonial minimal"),
    "firms": _words(
        """
    Acme Zenith Orion Nova Delta Apex Vertex Lumen Atlas Borealis Cobalt Ember Falcon Granite Helix Indigo Juno
    Krona Lotus Mango Nimbus Onyx Pioneer Quartz Raven Sierra Titan Umbra Vega Willow
    """
    ),
    "seasons": ("spring", "summer", "autumn", "winter"),
    "months": _words("January February March April May June July August October December"),
    "weekdays": _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    "sizes": ("small", "medium", "large", "tiny", "huge"),
    "climates": _words("dry wet mild cold hot tropical humid"),
    "flavors": _words("lemon vanilla mint honey cherry ginger cocoa apple salt pepper rose"),
    "habitats": _words("forest desert river ocean mountain swamp meadow cave"),
    "regions": _words("north south east west center coast valley hills"),
    "sports": _words("tennis chess rowing boxing skiing golf hockey judo cycling sailing"),
    "instruments": _words("piano violin drums flute guitar cello harp trumpet"),
    "subjects": _words("math history biology physics art music chemistry law geography"),
    "jobs": _words("cook driver nurse clerk guard pilot tutor judge writer farmer singer"),
    "directions": ("north", "south", "east", "west"),
    "fuels": ("petrol", "diesel", "gas", "electric", "hybrid", "coal"),
    "cuisines": _words("Thai Greek Mexican Indian Italian French Turkish Korean Ethiopian"),
    "patterns": _words("plain striped dotted matte glossy checked"),
    "animals": _words("cat dog horse owl fox bear wolf eagle lion tiger otter"),
    "payments": ("cash", "card", "check", "transfer", "voucher"),
    "titles": _words(
        """
    Amber Anchor Arrow Aurora Autumn Beacon Blossom Breeze Bramble Canyon Cedar Cloud Comet Coral Crown Crystal
    Dawn Desert Dune Echo Elm Ember Fern Fjord Flame Forest Frost Garnet Glacier Harbor Harvest Hazel Hollow
    Horizon Island Ivory Jasper Juniper Lagoon Lantern Laurel Maple Marble Meadow Mirage Moon Nectar Oak Oasis
    Opal Orchid Pearl Pebble Pine Prairie Rain Reef Ripple River Ruby Saffron Sage Shadow Silver Sky Spark
    Spruce Star Stone Storm Summit Sunset Thunder Tide Topaz Valley Velvet Violet Wave Willow Wind Winter
    """
    ),
}
"""Values of texts, a pool for each kind of thing."""


def _measure(text: str) -> Measure:
    word, low, high = text.split(":")
    is_plural = word.endswith("s") and word not in ("bonus", "mass")
    return Measure(Noun(word, word) if is_plural else Noun.of(word), int(low), int(high))


def _trait(text: str) -> Trait:
    word, pool = text.split(":")
    return Trait(Noun(word, word) if word == "species" else Noun.of(word), pool)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one side of the split, by what they may name.

    Attributes:
        things: tables and, in programs, objects.
        names: texts that tell one thing from another.
        measures: numbers.
        years: numbers that are years; their words follow "year" or stand for "the year in which".
        traits: texts that many things share.
    """

    things: tuple[Noun, ...]
    names: tuple[Noun, ...]
    measures: tuple[Measure, ...]
    years: tuple[Noun, ...]
    traits: tuple[Trait, ...]


def _vocabulary(held_out: bool) -> Vocabulary:
    def mine(word: str) -> bool:
        return word in SHARED or is_held_out_word(word) == held_out

    years = [word if "year" in word else f"{word.removesuffix('_in')}_year" for word in _YEARS]
    return Vocabulary(
        things=tuple(Noun.of(word) for word in _THINGS if mine(word)),
        names=tuple(Noun.of(word) for word in _NAMES if mine(word)),
        measures=tuple(one for one in map(_measure, _MEASURES) if mine(one.noun.singular)),
        years=tuple(Noun.of(word) for word in dict.fromkeys(years) if mine(word)),
        traits=tuple(one for one in map(_trait, _TRAITS) if mine(one.noun.singular)),
    )


TRAINING = _vocabulary(held_out=False)
"""Words for training problems."""
HELD_OUT = _vocabulary(held_out=True)
"""Words for held-out problems; none of them is in `TRAINING`, except `SHARED` ones."""


def pseudo_word(rng: random.Random) -> str:
    """A word that no language has; never a held-out one, nor one that a question may use in its plain sense."""
    while True:
        word = invent(rng)
        if not is_held_out_word(word) and word not in COMMON:
            return word


def pseudo_noun(rng: random.Random) -> Noun:
    """One or two pseudo-words with a regular plural."""
    while True:
        words = [pseudo_word(rng) for _ in range(rng.choices((1, 2), (0.8, 0.2))[0])]
        if not is_held_out_word(word := "_".join(words)):
            return Noun.of(word)
