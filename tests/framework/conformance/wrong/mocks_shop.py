"""A shop, to be tested with mocks of its own parts."""

TAX = 0.2
CURRENCIES = {"EUR": 1.0, "USD": 1.1}
DEBUG = False


def tax(amount):
    return round(amount * 0.2, 2)


def gross(amount):
    return round(amount * 1.2, 2)


def convert(amount, currency="EUR"):
    return amount * {"EUR": 1.0, "USD": 1.1}[currency]


def factorial(n):
    result = 1
    for i in range(2, n + 1):
        result *= i
    return result


def load_prices():
    raise RuntimeError("no connection in the tests")


def total(names):
    return sum(load_prices()[name] for name in names)


class Mailer:
    def __init__(self, server="localhost"):
        self.server = server

    def send(self, to, text):
        raise RuntimeError("no mail in the tests")


class Cart:
    discount = 0

    def __init__(self):
        self.items = []

    def add(self, name, price, count=1):
        self.items.append((name, price, count))

    def subtotal(self):
        return sum(price * count for _, price, count in self.items)

    def total(self):
        return sum(price * count for _, price, count in self.items) - self.discount

    @property
    def empty(self):
        return not self.items

    @staticmethod
    def shipping(weight):
        return 5 + weight

    @classmethod
    def sample(cls):
        cart = cls()
        cart.add("tea", 3)
        return cart

    def checkout(self, address):
        Mailer().send(f"Total: {self.total()}", address)
        return True


def notify(addresses, text, mailer=None):
    mailer = mailer or Mailer()
    sent = 0
    for address in addresses:
        mailer.send(address, text)
        sent += 1
    return sent


def report():
    return "release"
