class Account:
    def __init__(self, owner, balance=0):
        self.owner, self.balance, self.closed = owner, balance, False

    def deposit(self, amount):
        self.balance += amount

    def transfer(self, other, amount):
        self.balance -= amount
        other.deposit(amount)

    def close(self):
        self.closed = True


class Dataset:
    def __init__(self, values):
        self.values = list(values)

    def __len__(self):
        return len(self.values)

    def __iter__(self):
        return iter(self.values)

    def mean(self):
        return sum(self.values) / len(self.values)

    def is_empty(self):
        return not self.values


class Engine:
    def __init__(self, power):
        self.power = power

    def run(self, n):
        return self.power * n


class Game:
    running = False

    def start(self):
        self.running = True
        self.score = 0

    def move(self, n):
        self.score += n


class Built:
    def __init__(self, size):
        self.size = size


def build(kind):
    return Built({"small": 1, "large": 100}[kind])


def summarise(values):
    return {"total": sum(values), "largest": max(values)}


def title(text):
    return text.title()


def load(text):
    return [int(line) for line in text.splitlines()]
