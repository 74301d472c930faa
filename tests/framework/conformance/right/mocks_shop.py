"""A shop, to be tested with mocks of its own parts."""

TAX = 0.2
CURRENCIES = {"EUR": 1.0, "USD": 1.1}
DEBUG = False


def tax(amount):
    return round(amount * TAX, 2)


def gross(amount):
    return amount + tax(amount)


def convert(amount, currency="EUR"):
    return amount * CURRENCIES[currency]


def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)


def load_prices():
    raise RuntimeError("no connection in the tests")


def total(names):
    prices = load_prices()
    return sum(prices[name] for name in names)


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
        return self.subtotal() - self.discount

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
        if self.empty:
            raise ValueError("the cart is empty")
        Mailer().send(address, f"Total: {self.total()}")
        return True


def notify(addresses, text, mailer=None):
    mailer = mailer or Mailer()
    sent = 0
    for address in addresses:
        try:
            mailer.send(address, text)
            sent += 1
        except ConnectionError:
            pass
    return sent


def report():
    return "debug" if DEBUG else "release"
