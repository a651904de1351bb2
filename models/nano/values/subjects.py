"""What special subjects speak of: science, history, law, networks, repositories, data."""

import random
import string

from .. import names
from ..wordnet import common_words
from .numbers import digits
from .people import full_name
from .registry import listed, slot
from .technical import file, folders
from .words import capital, noun, odd_word, phrase_of, title, word

HEX = "0123456789abcdef"
PLANETS = "Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune Pluto Ceres Titan Europa Ganymede Io Callisto Eris".split() + ["the Moon", "the Sun"]
STARS = "Sirius Betelgeuse Rigel Vega Polaris Antares Arcturus Altair Deneb Andromeda Orion Cassiopeia Aldebaran Proxima".split() + ["Alpha Centauri", "Ursa Major", "Crab Nebula", "Messier 31"]
SPECIES = (
    "Homo sapiens|Canis lupus|Felis catus|Quercus robur|blue whale|red fox|giant panda|African elephant|house mouse|fruit fly|barn owl|"
    "emperor penguin|Komodo dragon|sea otter|snow leopard|honey bee|monarch butterfly|great white shark|Arabidopsis thaliana|E. coli|baker's yeast|"
    "zebrafish|bald eagle|grey wolf|mountain gorilla|axolotl|platypus|sugar maple|giant sequoia|oak|tulip|bamboo|cheetah|octopus"
).split("|")
EVENTS = (
    "French Revolution|fall of Constantinople|battle of Hastings|moon landing|fall of the Berlin Wall|signing of the Magna Carta|Black Death|"
    "Russian Revolution|Treaty of Versailles|battle of Waterloo|Boston Tea Party|Great Fire of London|World War I|World War II|Cold War|Industrial Revolution|"
    "Norman Conquest|Peace of Westphalia|sinking of the Titanic|Congress of Vienna|Thirty Years' War|American Civil War|Meiji Restoration|Suez Crisis|"
    "Louisiana Purchase|Cuban Missile Crisis|Hundred Years' War|Gutenberg printing press|Renaissance|Reformation|battle of Marathon|siege of Vienna"
).split("|")
FIGURES = (
    "Napoleon|Cleopatra|Julius Caesar|Marie Curie|Isaac Newton|Albert Einstein|Abraham Lincoln|Winston Churchill|Mahatma Gandhi|Joan of Arc|"
    "Galileo|Charles Darwin|Queen Victoria|Genghis Khan|Nelson Mandela|Ada Lovelace|Alan Turing|Nikola Tesla|Socrates|Confucius|George Washington|"
    "Catherine the Great|Louis XIV|Frida Kahlo|Martin Luther|Simón Bolívar|Aristotle|Rosa Parks|Charlemagne|Saladin|Leonardo da Vinci"
).split("|")
LANDMARKS = "Eiffel Tower|Mount Everest|Great Wall|Taj Mahal|Amazon|Nile|Danube|Mississippi|Lake Victoria|Sahara|Mont Blanc|Kilimanjaro|Big Ben|Colosseum|Grand Canyon|Mount Fuji|Rhine|Lake Superior|Andes|Gobi".split("|")
ZONES = "UTC|GMT|EST|PST|CET|IST|JST|AEST|Europe/Paris|America/New_York|Asia/Tokyo|Europe/London|America/Los_Angeles|Asia/Kolkata|Australia/Sydney|UTC+2|UTC-5|America/Sao_Paulo|Africa/Cairo".split("|")
COMPOUNDS = "H2O CO2 NaCl CH4 C6H12O6 H2SO4 NaOH HCl NH3 CaCO3 C2H5OH KMnO4 Fe2O3 HNO3 C8H10N4O2 Al2O3 MgCl2 CuSO4 O3 N2O".split()
RAW_PATTERNS = [
    r"\d+", r"[A-Z]+", r"\b\w{4}\b", r"^\d{3}-\d{4}$", r"[aeiou]", r"\s+", r"(\w+)@(\w+)\.com", r"^#.*", r"https?://\S+", r"[^a-z0-9]", r"(foo|bar)", r".*\.log$",
    r"\d{4}-\d{2}-\d{2}", r"^\s*$", r"[0-9a-f]{8}", r"^error:", r"\$\d+\.\d{2}", r"\bthe\b", r"colou?r", r"^[A-Z][a-z]+$", r"(\d+)x(\d+)", r"\W",
]

listed("planet", PLANETS)
listed("star", STARS)
listed("species", SPECIES)
listed("historical_event", EVENTS)
listed("figure", FIGURES, full_name, 0.3)
listed("landmark", LANDMARKS, title, 0.3)
listed("timezone", ZONES)
listed("coin", "BTC ETH SOL DOGE ADA XRP LTC bitcoin ethereum dogecoin solana litecoin monero cardano".split())


@slot
def positive(r: random.Random) -> str:
    """A measure: never negative, whole or with decimals."""
    kind = r.random()
    if kind < 0.35:
        return str(r.randint(1, 99))
    if kind < 0.6:
        return str(r.randint(100, 10 ** r.randint(3, 6)))
    return f"{r.randint(0, 10 ** r.randint(0, 4))}.{r.randint(1, 9)}" if kind < 0.85 else f"{r.randint(0, 50)}.{digits(r, r.randint(1, 3))}{r.randint(1, 9)}"


@slot
def angle(r: random.Random) -> str:
    return r.choice(["30", "45", "60", "90", "120", "180", str(r.randint(1, 359)), f"{r.randint(0, 3)}.{digits(r, 2)}", f"{r.randint(1, 179)}.5", f"-{r.randint(1, 90)}"])


@slot
def coordinate(r: random.Random) -> str:
    return f"{r.choice(['', '', '-'])}{r.randint(0, 89)}.{digits(r, r.randint(1, 5))}"


@slot
def expression(r: random.Random) -> str:
    """A sum of numbers to be worked out."""
    a, b, c, d = (str(r.randint(1, 10 ** r.randint(1, 3))) for _ in range(4))
    return r.choice([f"{a} + {b} * {c}", f"({a} - {b}) / {c}", f"{a} * ({b} + {c})", f"{a}/{b} - {c}", f"{a}^2 + {b}", f"sqrt({a}) + {b}", f"({a}+{b})*({c}-{d})", f"{a} - {b} + {c}", f"{a}*{b}*{c}", f"{a}.5 * {b}"])


@slot
def equation(r: random.Random) -> str:
    x = r.choice("xxyzt")
    a, b, c = (r.randint(2, 40) for _ in range(3))
    return r.choice([f"{a}{x} + {b} = {c}", f"{x}^2 - {a}{x} + {b} = 0", f"{a}{x} - {b} = {x} + {c}", f"{x}/{a} = {b}", f"{a}({x} - {b}) = {c}", f"{x}^3 = {a}", f"sin({x}) = 0.{a}", f"{a}{x}^2 = {b}"])


@slot
def fraction(r: random.Random) -> str:
    low = r.randint(2, 64)
    return r.choice(["", "", "", f"{r.randint(1, 9)} "]) + f"{r.randint(1, low)}/{low}"


@slot
def compound(r: random.Random) -> str:
    if r.random() < 0.6:
        return r.choice(COMPOUNDS)
    return "".join(e + r.choice(["", "2", "3", "4", "6"]) for e in r.sample(["C", "H", "O", "N", "Na", "S", "Cl", "K", "Mg", "Fe", "P", "Ca"], r.randint(2, 3)))


@slot
def reaction(r: random.Random) -> str:
    return r.choice(["H2 + O2 -> H2O", "Fe + O2 -> Fe2O3", "CH4 + O2 -> CO2 + H2O", f"{compound(r)} + {compound(r)} -> {compound(r)}", f"{compound(r)} + {compound(r)} = {compound(r)} + {compound(r)}", "Na + Cl2 -> NaCl", "N2 + H2 -> NH3"])


@slot
def dna(r: random.Random) -> str:
    return "".join(r.choice("ACGT") for _ in range(r.randint(5, 18)))


@slot
def gene(r: random.Random) -> str:
    return r.choice(["BRCA1", "TP53", "CFTR", "MYC", "EGFR", "APOE", "".join(r.choice(string.ascii_uppercase) for _ in range(r.randint(2, 4))) + str(r.randint(1, 19))])


@slot
def timespan(r: random.Random) -> str:
    a, b, c = r.randint(1, 30), r.randint(1, 59), r.randint(1, 59)
    return r.choice([f"{a}h{b}m", f"{a}h {b}min", f"{b} minutes", f"{a} hours", f"{a}:{b:02d}:{c:02d}", f"{a} days", f"{a} weeks", f"{b}s", f"{a}d", f"{a} hours and {b} minutes", f"PT{a}H{b}M", f"{b}m{c}s", f"{a} months"])


@slot
def timestamp(r: random.Random) -> str:
    return str(r.randint(100_000_000, 1_999_999_999))


@slot
def moment(r: random.Random) -> str:
    """A date with a time."""
    day = f"{r.randint(1995, 2031)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}"
    hour, minute = r.randint(0, 23), r.randint(0, 59)
    return r.choice([f"{day} {hour:02d}:{minute:02d}", f"{day}T{hour:02d}:{minute:02d}:00Z", f"{day}T{hour:02d}:{minute:02d}", f"{r.choice(names.MONTHS)} {r.randint(1, 28)} at {hour}:{minute:02d}", f"{day} {hour:02d}:{minute:02d}:{r.randint(0, 59):02d}"])


@slot
def isodate(r: random.Random) -> str:
    return f"{r.choice([r.randint(1500, 2035), r.randint(1980, 2031), r.randint(1980, 2031), r.randint(1980, 2031)])}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}"


@slot
def century_date(r: random.Random) -> str:
    return r.choice([f"{names.MONTHS[r.randint(0, 11)]} {r.randint(1, 28)}, {r.randint(1200, 2020)}", str(r.randint(800, 2020)), f"{names.MONTHS[r.randint(0, 11)]} {r.randint(1600, 2020)}", isodate(r)])


@slot
def column(r: random.Random) -> str:
    return r.choice([noun(r), f"{noun(r)}_{r.choice(['id', 'at', 'name', 'count', 'date', 'code', 'total'])}", r.choice("id name email price created_at status age amount country quantity score title updated_at city".split())])


@slot
def branch(r: random.Random) -> str:
    return r.choice([lambda: r.choice("main master develop staging production release hotfix".split()), lambda: f"{r.choice(['feature', 'fix', 'bugfix', 'release', 'chore', 'user'])}/{word(r).lower()}-{noun(r)}", lambda: f"{noun(r)}-{r.randint(1, 999)}", lambda: f"release-{r.randint(0, 9)}.{r.randint(0, 20)}"])()


@slot
def commit(r: random.Random) -> str:
    return r.choice(["".join(r.choice(HEX) for _ in range(r.choice([7, 7, 8, 10]))), f"HEAD~{r.randint(1, 9)}", "HEAD", f"v{r.randint(0, 9)}.{r.randint(0, 20)}.{r.randint(0, 9)}"])


@slot
def repository(r: random.Random) -> str:
    return r.choice([lambda: f"{odd_word(r)}/{word(r).lower()}", lambda: f"{word(r).lower()}-{noun(r)}", lambda: f"{noun(r)}/{noun(r)}.js", lambda: odd_word(r)])()


@slot
def remote(r: random.Random) -> str:
    return r.choice(["https://{}.com/{}/{}.git", "git@{}.org:{}/{}.git", "ssh://{}.io/{}/{}"]).format(odd_word(r), odd_word(r), noun(r))


@slot
def image(r: random.Random) -> str:
    base = r.choice([r.choice("nginx redis postgres ubuntu alpine node python mysql httpd golang rabbitmq".split()), f"{odd_word(r)}/{noun(r)}"])
    return base + r.choice(["", ":latest", f":{r.randint(1, 20)}", f":{r.randint(0, 9)}.{r.randint(0, 20)}", ":alpine"])


@slot
def container(r: random.Random) -> str:
    return r.choice([lambda: f"{noun(r)}-{r.choice(['web', 'api', 'db', 'worker', 'cache', 'proxy'])}", lambda: f"{odd_word(r)}_{r.randint(1, 9)}", lambda: r.choice("web api worker postgres redis gateway billing auth frontend scheduler".split()), lambda: "".join(r.choice(HEX) for _ in range(12))])()


@slot
def server(r: random.Random) -> str:
    return r.choice([lambda: f"{r.choice(['web', 'db', 'app', 'node', 'srv', 'cache', 'mail'])}-{r.randint(1, 40):02d}", lambda: f"{r.choice(['prod', 'staging', 'eu', 'us'])}-{noun(r)}", lambda: domain(r), lambda: ip(r)])()


@slot
def domain(r: random.Random) -> str:
    return r.choice(["", "", "", "www.", "mail.", "api."]) + r.choice([word(r).lower(), odd_word(r), f"{noun(r)}-{noun(r)}"]) + "." + r.choice(["com", "org", "net", "io", "dev", "co.uk", "de", "info"])


@slot
def ip(r: random.Random) -> str:
    if r.random() < 0.1:
        return "2001:db8::" + "".join(r.choice(HEX) for _ in range(r.randint(1, 4)))
    return r.choice(["192.168", "10.0", f"{r.randint(1, 223)}.{r.randint(0, 255)}"]) + f".{r.randint(0, 255)}.{r.randint(1, 254)}"


@slot
def subnet(r: random.Random) -> str:
    return f"{r.choice(['192.168', '10.0', '172.16'])}.{r.randint(0, 255)}.0/{r.randint(8, 30)}"


@slot
def port(r: random.Random) -> str:
    return r.choice(["80", "443", "22", "8080", "3000", "5432", "3306", "6379", str(r.randint(1, 65535))])


@slot
def mac(r: random.Random) -> str:
    return r.choice(":-").join("".join(r.choice(HEX) for _ in range(2)) for _ in range(6))


@slot
def variable(r: random.Random) -> str:
    return "_".join(noun(r).upper() for _ in range(r.randint(1, 2)))


@slot
def json_text(r: random.Random) -> str:
    key, other = noun(r), noun(r)
    return r.choice([
        f'{{"{key}": {r.randint(0, 999)}}}', f'{{"{key}": "{word(r)}", "{other}": {r.randint(0, 99)}}}', f'[{r.randint(0, 9)}, {r.randint(0, 99)}, {r.randint(0, 9)}]',
        f'{{"{key}": [{r.randint(0, 9)}, {r.randint(0, 9)}]}}', f'{{"{key}": {{"{other}": true}}}}', f'["{word(r)}", "{word(r)}"]', f'{{{key}: "{word(r)}",}}', f'{{"{key}": null}}',
    ])


@slot
def json_path(r: random.Random) -> str:
    return r.choice(["", "", "$."]) + ".".join(noun(r) + r.choice(["", "", f"[{r.randint(0, 9)}]"]) for _ in range(r.randint(1, 3)))


@slot
def csv_line(r: random.Random) -> str:
    return ",".join(r.choice([word(r), str(r.randint(0, 999)), phrase_of(r, 1, 2)]) for _ in range(r.randint(2, 5)))


@slot
def data_file(r: random.Random) -> str:
    name = f"{r.choice([noun(r), odd_word(r), 'sales', 'train', 'users', 'iris', 'titanic', 'measurements'])}{r.choice(['', '_2024', '_clean', '-v2', '_raw'])}.{r.choice(['csv', 'json', 'parquet', 'tsv', 'xlsx', 'jsonl'])}"
    return r.choice(["", "", f"/{folders(r)}/", "data/", "./"]) + name


@slot
def log_file(r: random.Random) -> str:
    return r.choice(["/var/log/", "", "logs/", "C:\\Logs\\", f"/{folders(r)}/"]) + f"{r.choice([noun(r), 'syslog', 'access', 'error', 'app', 'nginx'])}.log"


@slot
def archive(r: random.Random) -> str:
    return r.choice(["", f"/{folders(r)}/", "~/", "D:\\Backup\\"]) + f"{r.choice([noun(r), odd_word(r), 'backup'])}.{r.choice(['zip', 'tar.gz', '7z', 'tgz', 'rar', 'tar'])}"


@slot
def glob(r: random.Random) -> str:
    return r.choice([f"*.{r.choice(names.EXTENSIONS)}", f"{noun(r)}*", f"**/*.{r.choice(names.EXTENSIONS)}", f"*_{noun(r)}.*", f"{noun(r)}-??.{r.choice(names.EXTENSIONS)}", file(r)])


@slot
def raw_regex(r: random.Random) -> str:
    return r.choice([r.choice(RAW_PATTERNS), f"{noun(r)}s?$", f"^{noun(r)}", f"({noun(r)}|{noun(r)})", f"[{r.choice('abcxyz')}-{r.choice('ghtk')}]+"])


@slot
def cron(r: random.Random) -> str:
    return r.choice([f"*/{r.randint(2, 30)} * * * *", f"{r.randint(0, 59)} {r.randint(0, 23)} * * *", f"0 {r.randint(0, 23)} * * {r.randint(0, 6)}", f"0 0 {r.randint(1, 28)} * *", "@daily", "@hourly"])


@slot
def hex_text(r: random.Random) -> str:
    return r.choice(["", "", "0x"]) + "".join(r.choice(HEX) for _ in range(r.choice([2, 4, 6, 8, 12])))


@slot
def bits(r: random.Random) -> str:
    return "".join(r.choice("01") for _ in range(r.randint(3, 12)))


@slot
def base64_text(r: random.Random) -> str:
    return "".join(r.choice(string.ascii_letters + string.digits + "+/") for _ in range(4 * r.randint(2, 5) - 1)) + r.choice(["=", "A", "g"])


@slot
def identifier(r: random.Random) -> str:
    """A name as programs write it."""
    parts = [noun(r) for _ in range(r.randint(2, 3))]
    return r.choice([parts[0] + "".join(map(capital, parts[1:])), "_".join(parts), "-".join(parts), "".join(map(capital, parts)), "_".join(parts).upper()])


@slot
def token(r: random.Random) -> str:
    return "".join(r.choice(string.ascii_letters + string.digits) for _ in range(r.randint(8, 20)))


@slot
def model_name(r: random.Random) -> str:
    return r.choice([lambda: f"{r.choice('resnet bert gpt yolo llama xgboost vgg clip whisper'.split())}-{r.randint(1, 150)}", lambda: f"{noun(r)}-{r.choice(['classifier', 'detector', 'ranker', 'forecaster', 'encoder'])}", lambda: f"{odd_word(r)}_v{r.randint(1, 9)}", lambda: r.choice("churn-model spam-filter fraud-net random_forest price-predictor".split())])()


@slot
def tiny(r: random.Random) -> str:
    """A small fraction, such as a learning rate or a threshold."""
    return r.choice([f"0.{r.randint(1, 9)}", f"0.0{r.randint(1, 9)}", f"0.00{r.randint(1, 9)}", f"0.{r.randint(10, 99)}", "0.001", "0.0001"])


@slot
def season(r: random.Random) -> str:
    year = r.randint(1980, 2026)
    return r.choice([str(year), f"{year}-{(year + 1) % 100:02d}", f"{year}/{year + 1}"])


@slot
def past_year(r: random.Random) -> str:
    return str(r.choice([r.randint(1900, 2024), r.randint(1960, 2024)]))


@slot
def case_number(r: random.Random) -> str:
    return r.choice([f"{r.randint(1, 30)}-cv-{r.randint(100, 99999):05d}", f"CR-{r.randint(1990, 2025)}-{r.randint(1, 9999)}", f"{capital(word(r))} v. {capital(word(r))}", f"{r.randint(1, 99)}/{r.randint(1990, 2025)}", f"No. {r.randint(10, 99)}-{r.randint(100, 9999)}"])


@slot
def patent(r: random.Random) -> str:
    return r.choice([f"US{r.randint(1000000, 12000000)}", f"EP{r.randint(1000000, 4000000)}", f"US {r.randint(4, 11)},{digits(r, 3)},{digits(r, 3)}", f"WO{r.randint(1990, 2025)}/{digits(r, 6)}", f"JP{r.randint(1990, 2025)}{digits(r, 6)}"])


@slot
def statute(r: random.Random) -> str:
    return r.choice([f"{r.randint(1, 54)} U.S.C. § {r.randint(1, 9999)}", f"Article {r.randint(1, 99)}", f"section {r.randint(1, 400)}", f"{capital(noun(r))} Act {r.randint(1900, 2024)}", f"§ {r.randint(1, 900)}", f"{capital(noun(r))} and {capital(noun(r))} Act"])


@slot
def handful(r: random.Random) -> str:
    """More than one, not many."""
    return str(r.randint(2, 12))


@slot
def invention(r: random.Random) -> str:
    return r.choice([lambda: r.choice("telephone|steam engine|printing press|light bulb|transistor|radio|compass|penicillin|barometer|dynamite|zipper|sewing machine|typewriter|microscope".split("|")), lambda: f"{r.choice(common_words('noun', 5, 11))} {noun(r)}"])()


@slot
def race_time(r: random.Random) -> str:
    minute, second = r.randint(1, 59), r.randint(0, 59)
    return r.choice([f"{r.randint(0, 6)}:{minute:02d}:{second:02d}", f"{minute}:{second:02d}", f"{minute} minutes", f"{r.randint(1, 5)}h{minute:02d}"])


@slot
def phone(r: random.Random) -> str:
    return r.choice([f"+{r.randint(1, 99)} {digits(r, 3)} {digits(r, 3)} {digits(r, 4)}", f"{digits(r, 3)}-{digits(r, 3)}-{digits(r, 4)}", f"0{digits(r, 9)}", f"({digits(r, 3)}) {digits(r, 3)}-{digits(r, 4)}", f"555-{digits(r, 4)}"])


@slot
def long_code(r: random.Random) -> str:
    """Numbers with a check digit: cards, books, accounts, goods."""
    return r.choice([
        f"978-{r.randint(0, 9)}-{digits(r, 3)}-{digits(r, 5)}-{r.randint(0, 9)}", digits(r, 16), digits(r, 13), " ".join(digits(r, 4) for _ in range(4)),
        f"{r.choice(['DE', 'FR', 'GB', 'ES'])}{digits(r, 2)} {digits(r, 4)} {digits(r, 4)} {digits(r, 4)}", digits(r, 9), f"{r.choice(['DE', 'FR', 'IT'])}{digits(r, 18)}", digits(r, 9) + "X",
    ])


@slot
def postcode(r: random.Random) -> str:
    letters = string.ascii_uppercase
    return r.choice([digits(r, 5), digits(r, 4), f"{r.choice(letters)}{r.randint(1, 9)}{r.choice(letters)} {r.randint(1, 9)}{r.choice(letters)}{r.choice(letters)}", f"{r.choice(letters)}{r.choice(letters)}{r.randint(1, 20)} {r.randint(1, 9)}{r.choice(letters)}{r.choice(letters)}", f"{digits(r, 5)}-{digits(r, 4)}"])


@slot
def item(r: random.Random) -> str:
    """Something in a list: a word, a number or a name."""
    return r.choice([word(r).lower(), noun(r), noun(r), odd_word(r), str(r.randint(0, 99)), r.choice(names.PEOPLE)])
