"""Lists of names and usual values that requests are made of."""

PEOPLE = (
    "James Mary John Linda Robert Emma Michael Olivia William Sophia David Anna Lucas Maria Tom Alice Bob Carol Kevin Laura Peter "
    "Sara Paul Julia Mark Nina Sam Zoe Omar Fatima Chen Yuki Ivan Olga Pierre Marie Hans Greta Luis Carmen Raj Priya mom dad boss "
    "Jack Kate Nick Lily Ben Eva Grace Leo Mia Noah Ella Hugo Iris Max Ada Alan Ruth Victor"
).split()
CITIES = (
    "Paris London Tokyo Berlin Madrid Rome Boston Chicago Seattle Denver Dallas Miami Toronto Sydney Dublin Vienna Prague Oslo Lisbon "
    "Athens Cairo Delhi Mumbai Beijing Seoul Lima Lyon Nice Milan Munich Geneva Austin Houston Moscow Warsaw Brussels Amsterdam "
    "Barcelona Istanbul Dubai Singapore Bangkok Atlanta Philadelphia Portland Montreal Vancouver Melbourne Manchester"
).split() + [
    "New York", "San Francisco", "Los Angeles", "Hong Kong", "Rio de Janeiro", "Cape Town", "Mexico City", "Las Vegas", "New Delhi",
    "Tel Aviv", "San Diego", "Buenos Aires", "New York City", "San Jose",
]
REGIONS = ["CA", "NY", "TX", "WA", "MA", "IL", "FL", "California", "Texas", "New York", "Florida", "France", "UK", "USA", "Germany", "Japan", "Canada", "Italy", "Spain"]
COUNTRIES = (
    "France Germany Italy Spain Japan China India Brazil Canada Mexico Australia Russia Egypt Nigeria Kenya Norway Sweden Finland "
    "Poland Portugal Greece Turkey Ireland Switzerland Austria Argentina Chile Peru Thailand Vietnam Korea USA UK"
).split() + ["United States", "United Kingdom", "South Africa", "New Zealand", "Saudi Arabia"]
LANGUAGES = (
    "French Spanish German Italian Japanese Chinese Russian Arabic Portuguese Korean Dutch Polish Greek Turkish Hindi Swedish English"
).split()
CURRENCIES = "USD EUR GBP JPY CHF CAD AUD CNY INR dollars euros pounds yen francs pesos rupees yuan".split()
ROOMS = ["kitchen", "bedroom", "bathroom", "living room", "garage", "hallway", "office", "garden", "basement", "dining room", "attic", "nursery"]
DOORS = ["front", "back", "garage", "main", "kitchen", "side", "patio", "office"]
FOODS = (
    "apples bananas pizza sushi burgers milk bread eggs rice pasta chicken salad tacos cheese tomatoes potatoes coffee tea lasagna soup "
    "cookies pancakes oranges beef salmon butter noodles onions carrots avocado steak flour sugar honey"
).split()
DATABASES = (
    "production staging development test main system users analytics backup local orders customers sales inventory logs primary archive "
    "products finance accounts master dev employees students payments events sessions"
).split()
ENCODINGS = "utf-8 latin-1 ascii utf-16 cp1252 iso-8859-1 utf8 utf-32 big5 gbk shift_jis windows-1252 koi8-r".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday today tomorrow tonight".split()
MONTHS = "January February March April May June July August September October November December".split()
EXTENSIONS = "txt json csv py md ini log yaml xml html js cfg conf png jpg pdf ts toml sh dat".split()
FOLDERS = (
    "home user users data src docs etc var tmp config projects images music backup logs report test build local usr opt notes work share "
    "downloads photos documents desktop settings public app"
).split()
COMPANIES = "Apple Microsoft Google Amazon Tesla Netflix Facebook Intel IBM Nike Samsung Sony Toyota Ford Boeing Adobe Oracle Uber Spotify Walmart".split()
TEAMS = [
    "Lakers", "Warriors", "Bulls", "Celtics", "Yankees", "Red Sox", "Real Madrid", "Barcelona", "Manchester United", "Liverpool", "Chelsea",
    "Arsenal", "Juventus", "Bayern Munich", "Los Angeles Lakers", "Golden State Warriors", "New England Patriots", "Dallas Cowboys",
]
SPORTS = "football basketball soccer tennis baseball hockey golf cricket rugby swimming volleyball boxing chess".split()
ANIMALS = "dog cat horse cow pig sheep lion tiger elephant bear wolf fox rabbit eagle owl shark whale dolphin snake frog bee ant".split()
COLOURS = "red blue green yellow orange purple pink brown black white grey gold silver teal navy crimson beige".split()
ELEMENTS = "hydrogen helium oxygen carbon nitrogen iron gold silver copper sodium water methane glucose H2O CO2 NaCl CH4 lead mercury".split()
GENRES = "action comedy drama horror romance thriller fantasy jazz rock pop classical blues country metal folk mystery".split()
UNITS = (
    "meters feet kilometers miles inches centimeters kg pounds grams ounces liters gallons celsius fahrenheit kelvin km cm ml hours minutes "
    "seconds days weeks months years"
).split()
ARTISTS = ["Taylor Swift", "Ed Sheeran", "Beethoven", "Mozart", "Adele", "Queen", "Bob Dylan", "Leonardo da Vinci", "Pablo Picasso", "Vincent van Gogh", "Claude Monet"]

# What a user calls a pattern, and the pattern.
PATTERNS = [
    ("numbers", r"\d+"), ("the numbers", r"\d+"), ("integers", r"\d+"), ("digits", r"\d"), ("the digits", r"\d"), ("every digit", r"\d"),
    ("vowels", "[aeiou]"), ("the vowels", "[aeiou]"), ("consonants", "[bcdfghjklmnpqrstvwxyz]"), ("spaces", r"\s"), ("whitespace", r"\s+"),
    ("letters", "[a-zA-Z]"), ("uppercase letters", "[A-Z]"), ("capital letters", "[A-Z]"), ("lowercase letters", "[a-z]"),
    ("words", r"\w+"), ("punctuation", r"[.,!?]"), ("dots", r"\."), ("commas", ","),
]
REPLACEMENTS = [
    ("asterisks", "*"), ("an asterisk", "*"), ("stars", "*"), ("dashes", "-"), ("a dash", "-"), ("underscores", "_"), ("an underscore", "_"),
    ("spaces", " "), ("a space", " "), ("dots", "."), ("commas", ","), ("hashes", "#"), ("question marks", "?"), ("pluses", "+"), ("slashes", "/"),
]
