import pytest
from callbacks_events import Button, EventBus, Pipeline, Subject, Timer, UndoStack, train


class Recorder:
    def __init__(self):
        self.calls = []

    def handle(self, *args, **kwargs):
        self.calls.append((args, kwargs))
        return len(self.calls)

    def update(self, subject):
        self.calls.append(subject.value)


class FakeClock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def recorder():
    return Recorder()


def test_click_calls_the_handler_with_the_button():
    labels = []
    button = Button("OK")
    button.on_click(lambda b: labels.append(b.label))
    button.click()
    assert labels == ["OK"]


def test_click_returns_what_the_handlers_return(recorder):
    button = Button("OK")
    button.on_click(recorder.handle)
    button.on_click(lambda b, *rest: rest)
    assert button.click(1, 2) == [1, (1, 2)]


def test_handler_gets_the_very_button():
    button = Button("OK")
    seen = []
    button.on_click(seen.append)
    button.click()
    assert seen[0] is button


def test_buttons_do_not_share_handlers():
    a, b = Button("a"), Button("b")
    a.on_click(lambda button: "a")
    assert b.click() == []


def test_off_click_removes_only_that_handler():
    def first(button):
        return 1

    def second(button):
        return 2

    button = Button("OK")
    button.on_click(first)
    button.on_click(second)
    button.off_click(first)
    assert button.click() == [2]


def test_handler_can_remove_itself():
    button = Button("once")
    calls = []

    def handler(b):
        calls.append(1)
        b.off_click(handler)

    button.on_click(handler)
    button.click()
    button.click()
    assert calls == [1]


def test_bus_passes_keywords(recorder):
    bus = EventBus()
    bus.subscribe("login", recorder.handle)
    assert bus.publish("login", user="ann", age=3) == 1
    assert recorder.calls == [((), {"user": "ann", "age": 3})]


def test_bus_calls_all_listeners_in_order():
    bus, order = EventBus(), []
    for name in "abc":
        bus.subscribe("go", lambda name=name: order.append(name))
    bus.publish("go")
    assert order == ["a", "b", "c"]


def test_bus_without_listeners():
    assert EventBus().publish("nothing") == 0


def test_unsubscribe_function(recorder):
    bus = EventBus()
    cancel = bus.subscribe("x", recorder.handle)
    cancel()
    bus.publish("x")
    assert recorder.calls == []


def test_listener_publishes_again():
    bus, log = EventBus(), []

    def countdown(n):
        log.append(n)
        if n:
            bus.publish("tick", n=n - 1)

    bus.subscribe("tick", countdown)
    bus.publish("tick", n=3)
    assert log == [3, 2, 1, 0]


def test_observer_of_the_suite_sees_the_new_value(recorder):
    subject = Subject()
    subject.attach(recorder)
    subject.value = 5
    assert recorder.calls == [5]


def test_observer_not_told_without_change(recorder):
    subject = Subject(1)
    subject.attach(recorder)
    subject.value = 1
    assert recorder.calls == []


def test_observer_attached_twice_is_told_once(recorder):
    subject = Subject()
    subject.attach(recorder)
    subject.attach(recorder)
    subject.value = 2
    assert recorder.calls == [2]


def test_detached_observer(recorder):
    subject = Subject()
    subject.attach(recorder)
    subject.detach(recorder)
    subject.value = 2
    assert recorder.calls == []


def test_pipeline_runs_steps_in_order():
    assert Pipeline(str.strip, str.lower, str.split).run("  Hello World ") == ["hello", "world"]


def test_pipeline_add_returns_itself():
    pipeline = Pipeline().add(lambda x: x + 1).add(lambda x: x * 10)
    assert pipeline.run(1) == 20


def test_undo_takes_back_the_last_action():
    text = []
    stack = UndoStack()
    stack.do(lambda: text.append("a"), text.pop)
    stack.do(lambda: text.append("b"), text.pop)
    assert text == ["a", "b"]
    assert stack.undo() is True
    assert text == ["a"]


def test_undo_order():
    log = []
    stack = UndoStack()
    stack.do(lambda: None, lambda: log.append("first"))
    stack.do(lambda: None, lambda: log.append("second"))
    stack.undo()
    stack.undo()
    assert log == ["second", "first"]


def test_undo_of_nothing():
    assert UndoStack().undo() is False


def test_timer_waits_for_the_fake_clock():
    clock, rung = FakeClock(), []
    timer = Timer(clock)
    timer.after(5, rung.append, "tea")
    timer.poll()
    assert rung == []
    clock.now = 5
    timer.poll()
    timer.poll()
    assert rung == ["tea"]


def test_timer_in_order_of_time():
    clock, rung = FakeClock(), []
    timer = Timer(clock)
    timer.after(3, rung.append, "late")
    timer.after(1, rung.append, "early")
    clock.now = 10
    timer.poll()
    assert rung == ["early", "late"]


def test_train_calls_back_after_each_epoch():
    seen = []
    history = train(3, lambda epoch: 1 / (epoch + 1), on_epoch_end=lambda epoch, h: seen.append((epoch, len(h))))
    assert seen == [(0, 1), (1, 2), (2, 3)]
    assert history == [1, 1 / 2, 1 / 3]


def test_train_stops_early():
    assert train(10, lambda epoch: 10 - epoch, stop=lambda history: history[-1] <= 8) == [10, 9, 8]
