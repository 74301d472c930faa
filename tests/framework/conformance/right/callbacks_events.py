"""Buttons, buses and pipelines that call what they were given."""


class Button:
    def __init__(self, label):
        self.label = label
        self.handlers = []

    def on_click(self, handler):
        self.handlers.append(handler)

    def off_click(self, handler):
        self.handlers.remove(handler)

    def click(self, *args):
        return [handler(self, *args) for handler in list(self.handlers)]


class EventBus:
    def __init__(self):
        self._listeners = {}

    def subscribe(self, topic, listener):
        self._listeners.setdefault(topic, []).append(listener)
        return lambda: self._listeners[topic].remove(listener)

    def publish(self, topic, **data):
        listeners = self._listeners.get(topic, [])
        for listener in listeners:
            listener(**data)
        return len(listeners)


class Subject:
    """Observers have a method update(subject)."""

    def __init__(self, value=0):
        self._value = value
        self._observers = []

    def attach(self, observer):
        if observer not in self._observers:
            self._observers.append(observer)

    def detach(self, observer):
        self._observers.remove(observer)

    @property
    def value(self):
        return self._value

    @value.setter
    def value(self, value):
        if value != self._value:
            self._value = value
            for observer in self._observers:
                observer.update(self)


class Pipeline:
    def __init__(self, *steps):
        self.steps = list(steps)

    def add(self, step):
        self.steps.append(step)
        return self

    def run(self, x):
        for step in self.steps:
            x = step(x)
        return x


class UndoStack:
    """Keeps pairs of functions: one that does, one that undoes."""

    def __init__(self):
        self._done = []

    def do(self, action, undo):
        action()
        self._done.append(undo)

    def undo(self):
        if not self._done:
            return False
        self._done.pop()()
        return True


class Timer:
    """Calls back when its time has come; the clock is handed in."""

    def __init__(self, clock):
        self.clock = clock
        self.waiting = []

    def after(self, seconds, callback, *args):
        self.waiting.append((self.clock() + seconds, callback, args))

    def poll(self):
        now = self.clock()
        due = sorted((entry for entry in self.waiting if entry[0] <= now), key=lambda entry: entry[0])
        self.waiting = [entry for entry in self.waiting if entry[0] > now]
        for _, callback, args in due:
            callback(*args)


def train(epochs, step, on_epoch_end=None, stop=None):
    history = []
    for epoch in range(epochs):
        history.append(step(epoch))
        if on_epoch_end is not None:
            on_epoch_end(epoch, history)
        if stop is not None and stop(history):
            break
    return history
