"""Things of everyday life: addresses, medicines, products, seats, jobs."""

import random
import string

from .. import names
from .numbers import digits
from .people import full_name
from .registry import listed, slot
from .words import capital, odd_word, phrase_of, title, word

STREETS = "Elm Oak Maple Main Church Station Mill Park High Victoria King Queen Baker Cedar Lake Hill River Sunset Garden Market Bridge".split()
STREET_KINDS = ["Street", "Road", "Avenue", "Lane", "Drive", "St", "Ave", "Close", "Boulevard", "Way"]
AIRPORTS = "JFK LHR CDG AMS FRA SFO LAX ORD DXB HND SIN MAD BCN FCO MUC VIE ZRH DUB LIS OSL ARN BOS SEA YYZ ICN DEL SYD ATL".split()
MAKES = "Toyota Ford Honda BMW Audi Fiat Volvo Mazda Kia Skoda Nissan Tesla Renault Peugeot Hyundai Subaru Dacia Opel".split()
MODELS = "Corolla Focus Civic Golf Yaris Clio Panda Octavia Outback Leaf Fiesta Polo Astra Picanto Tucson Duster Passat Swift".split()
LEVELS = ["junior ", "senior ", "lead ", "chief ", "assistant ", "trainee ", "", "", "", "", "", ""]
GADGETS = (
    "headphones shoes kettle jacket backpack keyboard lamp monitor desk chair blender toaster phone charger tablet camera drill tent "
    "mattress sofa sweater scarf watch printer router speaker vase rug towel pillow helmet bicycle umbrella mug notebook wallet"
).split()
QUALITIES = "wireless leather red blue black waterproof folding electric wooden small large cotton vintage portable ceramic cheap steel winter".split()


def _joined(r: random.Random) -> str:
    return phrase_of(r, 1, 2).lower()


def _odd(r: random.Random) -> str:
    return odd_word(r)


listed("medicine", (
    "ibuprofen paracetamol aspirin amoxicillin insulin metformin melatonin omeprazole antibiotics iron magnesium zinc cetirizine "
    "penicillin prednisone warfarin lisinopril levothyroxine naproxen codeine antihistamine"
).split() + ["vitamin D", "vitamin C", "vitamin B12", "cough syrup", "eye drops", "fish oil", "nasal spray", "the blue pills"], _odd, 0.25)
listed("symptom", (
    "headache fever cough nausea dizziness fatigue rash toothache backache insomnia migraine bloating heartburn sneezing cramps chills"
).split() + ["sore throat", "stomach ache", "runny nose", "back pain", "stiff neck", "itchy eyes", "chest pain", "swollen ankle", "knee pain"], _joined, 0.15)
listed("plant", (
    "roses tomatoes basil tulips orchid cactus fern lavender mint hydrangea ivy strawberries lettuce geraniums ficus monstera bonsai "
    "carrots peppers sunflowers parsley dahlias jasmine rosemary thyme lemon lawn succulents pumpkins zucchini"
).split() + ["rubber plant", "peace lily", "spider plant", "apple tree", "snake plant", "cherry tree", "runner beans"], _joined, 0.2)
listed("pet", (
    "Bella Luna Charlie Rex Milo Coco Simba Daisy Rocky Whiskers Buddy Nala Oreo Felix Ginger Shadow Biscuit Pepper Mittens Fluffy"
).split() + ["the dog", "the cat", "the parrot", "our rabbit", "my hamster"], lambda r: capital(odd_word(r)), 0.3)
listed("appliance", (
    "oven dishwasher dryer microwave kettle freezer fridge toaster heater humidifier dehumidifier blender stove boiler iron"
).split() + ["washing machine", "coffee machine", "air fryer", "slow cooker", "air purifier", "rice cooker", "towel warmer"], lambda r: word(r).lower() + " machine", 0.15)
listed("device", (
    "TV lamp heater speaker camera doorbell printer router projector aquarium radio computer humidifier"
).split() + ["smart plug", "garage opener", "ceiling fan", "Christmas lights", "espresso machine", "bedside lamp", "pool pump"], lambda r: word(r).lower() + " " + r.choice(["lamp", "plug", "sensor", "hub"]), 0.25)
listed("account", [
    "savings", "checking", "joint account", "holiday fund", "credit card", "business account", "current account", "emergency fund",
    "brokerage", "pension", "kids' savings",
], _joined, 0.2)
listed("budget", (
    "groceries rent travel clothes utilities entertainment gifts transport insurance books hobbies pets childcare fuel subscriptions coffee"
).split() + ["eating out", "home repairs", "pocket money"], _joined, 0.25)
listed("habit", [
    "meditation", "running", "reading", "yoga", "flossing", "journaling", "stretching", "drinking water", "no sugar", "practising guitar",
    "push-ups", "learning Spanish", "making the bed", "early bedtime", "walking the dog",
], _joined, 0.35)
listed("dish", (
    "lasagna ramen falafel paella goulash moussaka risotto bibimbap gazpacho tiramisu carbonara dumplings ceviche shakshuka"
).split() + ["pad thai", "margherita pizza", "chicken tikka", "fish and chips", "green curry", "caesar salad", "veggie burger", "onion soup", "spring rolls", "beef tacos", "chocolate cake"], _joined, 0.25)
listed("skill", (
    "Python Excel welding accounting nursing Java negotiation copywriting SQL Photoshop carpentry teaching React sales forklift"
).split() + ["project management", "public speaking", "data analysis", "customer service", "German", "first aid"], _joined, 0.25)
listed("department", "marketing finance engineering sales legal HR logistics support design procurement research IT operations payroll security".split(), _joined, 0.15)
listed("course", (
    "biology chemistry algebra history geography physics economics philosophy statistics literature calculus psychology art music latin"
).split() + ["linear algebra", "organic chemistry", "world history", "computer science", "Spanish 2", "creative writing", "MATH 101", "BIO-204"], title, 0.3)
listed("board_game", "chess checkers Monopoly Scrabble Catan Go backgammon Risk Clue poker Uno dominoes Carcassonne sudoku bridge rummy".split(), title, 0.3)
listed("weekday", "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
listed("size", ["XS", "S", "M", "L", "XL", "XXL", "small", "medium", "large", "36", "38", "40", "42", "44", "7.5", "9", "10", "one size"])
listed("grade", ["A", "A+", "A-", "B", "B+", "B-", "C", "C+", "D", "F", "pass", "fail", "1.3", "2.7", "18/20"])
listed("duration", [
    "10 minutes", "half an hour", "45 minutes", "an hour", "1 hour", "2 hours", "90 minutes", "3 days", "a week", "two weeks", "1h30",
    "20 min", "6 months",
], lambda r: f"{r.randint(2, 90)} {r.choice(['minutes', 'hours', 'days', 'weeks', 'min'])}", 0.5)
listed("airport", AIRPORTS, lambda r: r.choice(names.CITIES) if r.random() < 0.7 else "".join(r.choice(string.ascii_uppercase) for _ in range(3)), 0.5)
listed("chess_move", "e4 d4 Nf3 Nc6 Bb5 O-O exd5 Qh5 Rxe1 c5 Kg2 Bxf7 a6 Nxd4 O-O-O Qxd8 g3 h6 Rfe8 Bg5".split(), lambda r: r.choice(["", "N", "B", "R", "Q", "K"]) + r.choice("abcdefgh") + str(r.randint(1, 8)), 0.5)


@slot
def phone_number(r: random.Random) -> str:
    return r.choice([
        lambda: f"555-{digits(r, 4)}",
        lambda: f"+{r.randint(1, 98)} {digits(r, 3)} {digits(r, 3)} {digits(r, 4)}",
        lambda: f"({digits(r, 3)}) {digits(r, 3)}-{digits(r, 4)}",
        lambda: f"0{digits(r, 4)} {digits(r, 6)}",
        lambda: f"{digits(r, 3)}-{digits(r, 3)}-{digits(r, 4)}",
        lambda: digits(r, r.randint(8, 11)),
    ])()


@slot
def address(r: random.Random) -> str:
    street = f"{r.choice(STREETS) if r.random() < 0.6 else capital(odd_word(r))} {r.choice(STREET_KINDS)}"
    number = f"{r.randint(1, 400)}{r.choice(['', '', '', '', 'B'])}"
    return r.choice([
        f"{number} {street}",
        f"{number} {street}",
        f"{street} {number}",
        f"{number} {street}, {r.choice(names.CITIES)}",
        f"{number} {street}, Apt {r.randint(1, 30)}",
    ])


@slot
def place(r: random.Random) -> str:
    """An address, a kind of place, or a city."""
    return r.choice([
        lambda: address(r),
        lambda: r.choice(["home", "work", "the office", "the airport", "the gym", "Central Station", "the mall", "the hospital", "my hotel", "school", "the beach"]),
        lambda: f"{capital(word(r))} {r.choice(['Park', 'Museum', 'Square', 'Station', 'Mall', 'Hotel', 'Hospital', 'Stadium'])}",
        lambda: r.choice(names.CITIES),
    ])()


@slot
def station(r: random.Random) -> str:
    return r.choice([
        lambda: f"{r.choice(STREETS)} {r.choice(['Street', 'Central', 'North', 'Junction', 'Road', 'Gate'])}",
        lambda: r.choice(names.CITIES),
        lambda: f"{r.choice(names.CITIES)} {r.choice(['Central', 'Main', 'Hbf', 'North', 'Union Station'])}",
    ])()


@slot
def venue(r: random.Random) -> str:
    name = capital(word(r)) if r.random() < 0.7 else r.choice(names.CITIES)
    return f"{r.choice(['', 'the ', 'The '])}{name} {r.choice(['Arena', 'Hall', 'Theatre', 'Club', 'Stadium', 'Opera', 'Garden', 'Palace', 'Lounge'])}"


@slot
def restaurant(r: random.Random) -> str:
    return r.choice([
        lambda: f"{r.choice(names.PEOPLE).capitalize()}'s {r.choice(['Diner', 'Kitchen', 'Grill', 'Place', 'Pizza', 'Bistro'])}",
        lambda: f"{r.choice(['Chez', 'Casa', 'Trattoria', 'Le', 'La', 'El'])} {capital(odd_word(r))}",
        lambda: f"{r.choice(['Golden', 'Blue', 'Little', 'Red', 'Royal', 'Happy'])} {r.choice(['Dragon', 'Olive', 'Fork', 'Lotus', 'Lobster', 'Wok', 'Garden'])}",
        lambda: f"The {capital(word(r))} {r.choice(['Inn', 'Cafe', 'Tavern', 'Bar', 'House'])}",
    ])()


@slot
def hotel(r: random.Random) -> str:
    return r.choice([
        lambda: f"Hotel {capital(odd_word(r))}",
        lambda: f"{r.choice(['Grand', 'Park', 'Royal', 'Plaza', 'Sea View', 'Alpine'])} {r.choice(['Hotel', 'Inn', 'Resort', 'Palace', 'Lodge'])}",
        lambda: f"the {capital(word(r))}",
        lambda: r.choice(["Hilton", "Marriott", "Ibis", "Hyatt", "Sheraton"]) + " " + r.choice(names.CITIES),
    ])()


@slot
def flight(r: random.Random) -> str:
    return r.choice(["BA", "LH", "AF", "UA", "DL", "AA", "EK", "KL", "LX", "SQ", "FR", "U2", "QF"]) + r.choice(["", "", " "]) + str(r.randint(2, 9999))


@slot
def seat(r: random.Random) -> str:
    return f"{r.randint(1, 48)}{r.choice('ABCDEF')}" if r.random() < 0.7 else f"{r.choice('ABCDEFGHJ')}{r.randint(1, 40)}"


@slot
def plate(r: random.Random) -> str:
    letters = "".join(r.choice(string.ascii_uppercase) for _ in range(6))
    return r.choice([
        f"{letters[:2]}{digits(r, 2)} {letters[2:5]}",
        f"{letters[0]}-{letters[1:3]} {digits(r, 4)}",
        f"{letters[:2]}-{digits(r, 3)}-{letters[2:4]}",
        f"{r.randint(1, 9)}{letters[:3]}{digits(r, 3)}",
        f"{letters[:3]} {digits(r, 3)}",
    ])


@slot
def car(r: random.Random) -> str:
    return r.choice([
        lambda: f"{r.choice(MAKES)} {r.choice(MODELS)}",
        lambda: f"{r.randint(1995, 2026)} {r.choice(MAKES)}",
        lambda: r.choice(MAKES),
        lambda: r.choice(["van", "truck", "minivan", "my car", "the pickup", "company car"]),
        lambda: r.choice(MODELS),
    ])()


@slot
def goods(r: random.Random) -> str:
    """Something that shops sell."""
    thing = r.choice(GADGETS) if r.random() < 0.75 else word(r).lower()
    return thing if r.random() < 0.3 else f"{r.choice(QUALITIES) if r.random() < 0.8 else capital(odd_word(r))} {thing}"


@slot
def sku(r: random.Random) -> str:
    letters = "".join(r.choice(string.ascii_uppercase) for _ in range(3))
    return r.choice([
        f"SKU-{digits(r, r.randint(3, 6))}",
        f"{letters}-{digits(r, 4)}",
        f"{letters[:2]}{digits(r, 5)}",
        digits(r, r.randint(5, 9)),
        f"{letters}-{digits(r, 2)}-{r.choice('XSML')}",
    ])


@slot
def shelf(r: random.Random) -> str:
    return r.choice([
        f"{r.choice('ABCDEFGH')}{r.randint(1, 60)}",
        f"{r.choice('ABCDEFGH')}-{r.randint(1, 40):02d}-{r.randint(1, 9):02d}",
        f"aisle {r.randint(1, 30)}",
        f"bin {r.randint(1, 900)}",
        f"rack {r.choice('ABCDEF')}",
        f"shelf {r.randint(1, 90)}",
    ])


@slot
def warehouse(r: random.Random) -> str:
    return r.choice([
        lambda: r.choice(names.CITIES),
        lambda: f"warehouse {r.choice('ABCDEF123456')}",
        lambda: f"{r.choice(['North', 'South', 'East', 'West', 'Central'])} {r.choice(['depot', 'hub', 'store', 'warehouse'])}",
        lambda: f"WH-{r.randint(1, 40)}",
        lambda: f"{capital(odd_word(r))} depot",
    ])()


@slot
def job(r: random.Random) -> str:
    roles = "accountant nurse developer designer driver chef electrician teacher analyst cashier recruiter plumber translator architect receptionist".split()
    longer = ["data analyst", "sales manager", "product owner", "store manager", "software engineer", "office assistant", "graphic designer", "truck driver", "lab technician"]
    return r.choice(LEVELS) + r.choice(roles + longer)


@slot
def phase(r: random.Random) -> str:
    """Where a project or a team is: `Q3 launch`."""
    return r.choice([
        f"Q{r.randint(1, 4)} {r.choice(['launch', 'report', 'planning', 'review', 'budget'])}",
        f"{capital(odd_word(r))} {r.choice(['project', 'rollout', 'migration', 'campaign'])}",
        f"{r.choice(['weekly', 'monthly', 'annual', 'team'])} {r.choice(['standup', 'sync', 'retro', 'meeting', 'offsite', 'review'])}",
        phrase_of(r, 1, 3),
    ])


@slot
def meeting_room(r: random.Random) -> str:
    return r.choice([
        f"room {r.randint(1, 40)}",
        f"Room {r.choice('ABCDEF')}",
        f"Room {r.randint(100, 599)}",
        f"the {capital(word(r))} room",
        capital(odd_word(r)),
        "the boardroom",
        "conference room " + r.choice("ABC12345"),
        r.choice(names.CITIES) + " room",
    ])


@slot
def card(r: random.Random) -> str:
    """The end of a card's number."""
    return digits(r, 4)


@slot
def iban(r: random.Random) -> str:
    blocks = [digits(r, 4) for _ in range(r.randint(3, 4))]
    return r.choice(["DE", "FR", "GB", "ES", "NL", "CH"]) + digits(r, 2) + r.choice([" ", ""]).join(["", *blocks]) if r.random() < 0.6 else digits(r, r.randint(8, 12))


@slot
def post_code(r: random.Random) -> str:
    return r.choice([
        digits(r, 5),
        digits(r, 4),
        f"{r.choice(['SW', 'NW', 'M', 'LS', 'EC', 'B'])}{r.randint(1, 20)} {r.randint(1, 9)}{r.choice('ABDEFGH')}{r.choice('JLNPQRST')}",
        f"{r.choice('KLMHV')}{r.randint(1, 9)}{r.choice('ABCE')} {r.randint(1, 9)}{r.choice('ABCE')}{r.randint(1, 9)}",
    ])


@slot
def time_mark(r: random.Random) -> str:
    minute, second = r.randint(0, 59), r.randint(0, 59)
    return r.choice([f"{minute}:{second:02d}", f"{r.randint(0, 3)}:{minute:02d}:{second:02d}", f"{minute:02d}:{second:02d}"])


@slot
def dice(r: random.Random) -> str:
    return f"{r.randint(1, 8)}d{r.choice([4, 6, 8, 10, 12, 20, 100])}{r.choice(['', '', f'+{r.randint(1, 9)}'])}"


@slot
def cell(r: random.Random) -> str:
    return f"{r.choice('ABCDEFGHIJ')}{r.randint(1, 10)}"


@slot
def show(r: random.Random) -> str:
    """A concert, a play, a match."""
    return r.choice([
        lambda: f"the {r.choice(names.TEAMS)} game",
        lambda: f"{r.choice(names.ARTISTS)} {r.choice(['concert', 'tour', 'live'])}",
        lambda: title(r),
        lambda: f"{capital(word(r))} {r.choice(['Festival', 'Expo', 'Conference', 'Fair', 'Marathon', 'Musical'])}",
        lambda: r.choice(["Hamlet", "Swan Lake", "Cats", "Carmen", "Hamilton", "The Nutcracker", "Aida"]),
        lambda: f"{full_name(r)} {r.choice(['talk', 'show', 'recital'])}",
    ])()


@slot
def room_number(r: random.Random) -> str:
    return str(r.randint(1, 30) * 100 + r.randint(1, 60))


@slot
def shop(r: random.Random) -> str:
    kind = r.choice(["Pharmacy", "Store", "Market", "Drugstore", "Shop", "Outlet"])
    return r.choice([
        f"{r.choice(STREETS)} Street {kind}",
        f"{capital(odd_word(r))} {kind}",
        f"the {kind.lower()} on {r.choice(STREETS)} {r.choice(STREET_KINDS)}",
        f"{capital(word(r))}'s",
    ])


@slot
def school_class(r: random.Random) -> str:
    return r.choice([
        f"{r.randint(1, 13)}{r.choice('abcdABCD')}",
        f"grade {r.randint(1, 12)}",
        f"year {r.randint(1, 13)}",
        f"group {r.choice('ABCDEF')}",
        f"{r.randint(1, 6)}-{r.randint(1, 4)}",
    ])


@slot
def radio(r: random.Random) -> str:
    return r.choice([
        f"Radio {r.randint(1, 8)}",
        f"{capital(odd_word(r))} FM",
        f"BBC Radio {r.randint(1, 6)}",
        f"{r.randint(88, 107)}.{r.randint(0, 9)}",
        f"{r.choice(['Jazz', 'Rock', 'Classic', 'Soul', 'Kiss', 'Capital'])} {r.choice(['FM', 'Radio', '24'])}",
        f"Radio {capital(word(r))}",
    ])


@slot
def flat(r: random.Random) -> str:
    return r.choice([
        f"apartment {r.randint(1, 60)}",
        f"flat {r.randint(1, 30)}{r.choice('ABC')}",
        f"unit {r.randint(1, 900)}",
        f"{r.randint(1, 40)}{r.choice('ABCD')}",
        f"apt {r.randint(100, 999)}",
        f"house {r.randint(1, 50)}",
    ])


@slot
def town(r: random.Random) -> str:
    """A city without a comma, for lists."""
    return r.choice(names.CITIES) if r.random() < 0.7 else capital(odd_word(r))
