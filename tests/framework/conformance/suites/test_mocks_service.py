import json
import sys
import types
from types import SimpleNamespace
from unittest.mock import ANY, MagicMock, Mock, call, create_autospec, patch, sentinel

import mocks_service as work
import pytest


@pytest.fixture
def session():
    return Mock()


@pytest.fixture
def fake_requests(monkeypatch):
    module = types.ModuleType("requests")
    module.get = Mock()
    module.get.return_value.json.return_value = {"main": {"temp": 21}}
    monkeypatch.setitem(sys.modules, "requests", module)
    return module


def test_fetch_with_a_fake_module(fake_requests):
    assert work.fetch("https://x.example") == {"main": {"temp": 21}}
    fake_requests.get.assert_called_once_with("https://x.example", timeout=5)


def test_fetch_checks_the_status(fake_requests):
    fake_requests.get.return_value.raise_for_status.side_effect = RuntimeError("404")
    with pytest.raises(RuntimeError, match="404"):
        work.fetch("https://x.example")


def test_temperature_with_a_stub():
    asked = []

    def get(url):
        asked.append(url)
        return {"main": {"temp": 18}}

    assert work.temperature("Berlin", get) == 18
    assert asked == ["https://weather.example/Berlin"]


def test_temperature_with_a_mock():
    get = Mock(return_value={"main": {"temp": -3}})
    assert work.temperature("Oslo", get=get) == -3
    get.assert_called_once_with("https://weather.example/Oslo")


def test_warmest():
    answers = {"Rome": 30, "Oslo": 5}
    assert work.warmest(["Oslo", "Rome"], lambda url: {"main": {"temp": answers[url.rsplit("/", 1)[1]]}}) == "Rome"


def test_client_asks_the_session(session):
    session.get.return_value = {"a": 1}
    assert work.Client(session).get("/a") == {"a": 1}
    session.get.assert_called_once_with("https://api.example/a", headers={})


def test_client_sends_its_token(session):
    work.Client(session, token="t0").get("/a")
    _, kwargs = session.get.call_args
    assert kwargs["headers"] == {"Authorization": "Bearer t0"}


def test_client_caches(session):
    client = work.Client(session)
    client.get("/a")
    client.get("/a")
    client.get("/b")
    assert session.get.call_count == 2


def test_create_sends_json(session):
    session.post.return_value.status_code = 201
    session.post.return_value.json.return_value = {"id": 7}
    assert work.Client(session).create("/people", name="Ann", age=3) == 7
    assert json.loads(session.post.call_args.kwargs["data"]) == {"name": "Ann", "age": 3}


def test_create_fails(session):
    session.post.return_value = SimpleNamespace(status_code=500)
    with pytest.raises(RuntimeError, match="status 500"):
        work.Client(session).create("/people")


def test_client_closes_its_session(session):
    with work.Client(session) as client:
        client.get("/a")
    session.close.assert_called_once()


def test_order_of_calls(session):
    with work.Client(session) as client:
        client.get("/a")
    assert session.mock_calls == [call.get(ANY, headers=ANY), call.close()]


def test_sentinel_comes_back(session):
    session.get.return_value = sentinel.response
    assert work.Client(session).get("/a") is sentinel.response


def test_repository_uses_a_transaction():
    database = MagicMock()
    cursor = database.transaction.return_value.__enter__.return_value
    cursor.lastrowid = 5
    assert work.Repository(database).add("Ann") == 5
    cursor.execute.assert_called_once_with("insert into people values (?)", ("Ann",))
    assert database.transaction.return_value.__exit__.called


def test_repository_reads_rows():
    database = Mock(**{"query.return_value": [("Ann",), ("Bob",)]})
    assert work.Repository(database).all() == ["Ann", "Bob"]


def test_len_of_a_magic_mock():
    database = MagicMock()
    database.__len__.return_value = 3
    assert len(work.Repository(database)) == 3


def test_only_subscribers():
    people = [
        SimpleNamespace(name="Ann", email="a@x", subscribed=True),
        SimpleNamespace(name="Bob", email="b@x", subscribed=False),
    ]
    send = Mock()
    work.notify_all(people, send)
    send.assert_called_once_with("a@x", subject="News", body="Dear Ann")


def test_autospec_of_a_function_of_the_suite():
    def send(to, *, subject, body):
        raise NotImplementedError

    fake = create_autospec(send)
    work.notify_all([SimpleNamespace(name="Ann", email="a@x", subscribed=True)], fake)
    fake.assert_called_once_with("a@x", subject="News", body="Dear Ann")


def test_default_get_is_the_functions_own():
    with patch.object(work, "fetch", return_value={"main": {"temp": 1}}) as fetch:
        work.temperature("X", get=work.fetch)
    fetch.assert_called_once_with("https://weather.example/X")
