"""Buttons, buses and pipelines that call what they were given."""


class Button:
    def __init__(self, label):
        self.label = label
        self.handlers = []

    def on_click(self, handler):
        self.handlers = [handler]

    def off_click(self, handler):
        self.handlers.clear()

    def click(self, *args):
        return [handler(self, *args) for handler in self.handlers]


class EventBus:
    def __init__(self):
        self._listeners = {}

    def subscribe(self, topic, listener):
        self._listeners[topic] = [listener]
        return lambda: self._listeners[topic].remove(listener)

    def publish(self, topic, **data):
        listeners = self._listeners[topic]
        for listener in listeners:
            listener(**data)
        return len(listeners)


class Subject:
    """Observers have a method update(subject)."""

    def __init__(self, value=0):
        self._value = value
        self._observers = []

    def attach(self, observer):
        self._observers.append(observer)

    def detach(self, observer):
        self._observers.remove(observer)

    @property
    def value(self):
        return self._value

    @value.setter
    def value(self, value):
        for observer in self._observers:
            observer.update(self)
        self._value = value


class Pipeline:
    def __init__(self, *steps):
        self.steps = list(steps)

    def add(self, step):
        self.steps.append(step)

    def run(self, x):
        for step in self.steps:
            step(x)
        return x


class UndoStack:
    """Keeps pairs of functions: one that does, one that undoes."""

    def __init__(self):
        self._done = []

    def do(self, action, undo):
        action()
        self._done.append(undo)

    def undo(self):
        if self._done:
            self._done.pop(0)()


class Timer:
    """Calls back when its time has come; the clock is handed in."""

    def __init__(self, clock):
        self.clock = clock
        self.waiting = []

    def after(self, seconds, callback, *args):
        self.waiting.append((self.clock() + seconds, callback, args))

    def poll(self):
        now = self.clock()
        for when, callback, args in self.waiting:
            if when <= now:
                callback(*args)


def train(epochs, step, on_epoch_end=None, stop=None):
    history = []
    for epoch in range(epochs):
        history.append(step(epoch))
        if on_epoch_end is not None:
            on_epoch_end(epoch, history)
    return history
