"""A client of a web service, which is not there in the tests."""


def fetch(url):
    import requests

    return requests.get(url).json()


def temperature(city, get=fetch):
    data = get("https://weather.example/" + city.lower())
    return data["main"]["temp"]


def warmest(cities, get=fetch):
    return max(temperature(city, get) for city in cities)


class Client:
    def __init__(self, session, token=None):
        self.session = session
        self.token = token
        self.cache = {}

    def get(self, path):
        return self.session.get("https://api.example" + path, headers={"Authorization": f"Bearer {self.token}"})

    def create(self, path, **fields):
        response = self.session.post("https://api.example" + path, data=fields)
        return response.json()["id"]

    def close(self):
        self.session.close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


class Repository:
    def __init__(self, database):
        self.database = database

    def add(self, name):
        cursor = self.database.transaction()
        cursor.execute("insert into people values (?)", (name,))
        return cursor.lastrowid

    def all(self):
        return self.database.query("select name from people")

    def __len__(self):
        return len(self.database)


def notify_all(people, send):
    for person in people:
        send(person.email, subject="News", body=f"Dear {person.name}")
