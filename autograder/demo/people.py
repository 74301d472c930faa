"""Made-up students: names, ids, addresses and sections."""

import random
from dataclasses import dataclass

FIRST_NAMES = (
    "Ada", "Amir", "Ana", "Anneke", "Bao", "Bela", "Carmen", "Chidi", "Daan", "Devi", "Elif", "Emre", "Fatou", "Femke",
    "Goran", "Hana", "Ilse", "Imani", "Jonas", "Kaya", "Kwame", "Lars", "Leila", "Lotte", "Luca", "Mei", "Milan", "Nadia",
    "Niels", "Noor", "Olga", "Omar", "Pia", "Priya", "Ravi", "Rosa", "Sanne", "Sofía", "Teun", "Thijs", "Uma", "Viktor",
    "Wei", "Yara", "Yusuf", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Adeyemi", "Andersson", "Bakker", "Bauer", "Castillo", "Chen", "van Dam", "Dubois", "Eriksen", "Farouk", "García",
    "Gupta", "Haddad", "Hoekstra", "Ionescu", "Jansen", "Kaplan", "Keller", "Kowalski", "Laurent", "Lindqvist", "Mensah",
    "Moreau", "Müller", "Nakamura", "Nguyen", "O'Brien", "Okafor", "Øster", "Petrov", "Quist", "Rahman", "Rossi",
    "Santos", "Silva", "Tanaka", "Tran", "Ueda", "Vermeer", "de Vries", "Wójcik", "Yilmaz", "Zhang", "van der Zee",
)  # fmt: skip
SECTIONS = ("A", "B", "C", "D")


@dataclass
class Student:
    name: str
    id: str
    email: str
    section: str
    extension: str = ""


def students(count: int, rng: random.Random) -> list[Student]:
    """People by the order of their ids, each with a name and an id of one's own."""
    pairs = [(first, last) for first in FIRST_NAMES for last in LAST_NAMES]
    rng.shuffle(pairs)
    ids = sorted(rng.sample(range(11_000_000, 15_000_000), count))
    found = []
    for place, number in enumerate(ids):
        first, last = pairs[place % len(pairs)]
        again = place // len(pairs)
        name = f"{first} {last}" + (f" {'I' * (again + 1)}" if again else "")
        plain = "".join(char for char in f"{first}.{last}".lower() if char.isascii() and (char.isalnum() or char == "."))
        section = rng.choice(SECTIONS)
        extension = "+2d" if rng.random() < 0.01 else ""
        found.append(Student(name, str(number), f"{plain}{again or ''}@students.example", section, extension))
    return found
