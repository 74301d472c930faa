"""What pytest offers: fixtures of all scopes, parameters, marks, and the decorators of gradescope-utils."""

import pytest
from fixtures_scopes import Account, Dataset, Engine, Game, build, load, summarise, title
from gradescope_utils.autograder_utils.decorators import hide_errors, number, partial_credit, tags, visibility, weight


@pytest.fixture
def account():
    return Account("ann", 100)


@pytest.fixture
def rich(account):
    account.deposit(900)
    return account


@pytest.fixture
def closing():
    account = Account("eve", 1)
    yield account
    account.close()
    assert account.closed


@pytest.fixture(scope="module")
def dataset():
    return Dataset(range(10))


@pytest.fixture(scope="session")
def engine():
    return Engine(power=5)


@pytest.fixture(scope="class")
def game():
    game = Game()
    game.start()
    return game


@pytest.fixture(params=[1, 10, 100])
def amount(request):
    return request.param


@pytest.fixture(params=["small", "large"], ids=str.upper)
def built(request):
    return build(request.param)


@pytest.fixture
def factory():
    made = []

    def make(owner, balance=0):
        made.append(Account(owner, balance))
        return made[-1]

    yield make
    for account in made:
        account.close()


@pytest.fixture
def sized(request):
    return Dataset(range(request.param))


@pytest.fixture(autouse=True)
def no_surprise():
    yield


def test_function_fixture(account):
    assert account.balance == 100


def test_fixture_of_a_fixture(rich):
    assert rich.balance == 1000


def test_both_names_are_one_object(account, rich):
    assert account is rich
    assert account.balance == 1000


def test_function_fixture_is_fresh(account):
    account.deposit(1)
    assert account.balance == 101


def test_yield_fixture(closing):
    assert not closing.closed


def test_module_fixture(dataset):
    assert len(dataset) == 10


def test_module_fixture_again(dataset):
    assert dataset.mean() == 4.5


def test_session_fixture(engine):
    assert engine.run(2) == 10


def test_two_scopes_together(engine, dataset, account):
    assert engine.run(len(dataset)) == 50
    assert account.owner == "ann"


def test_parameter_fixture(account, amount):
    account.deposit(amount)
    assert account.balance == 100 + amount


def test_parameter_fixture_with_ids(built):
    assert built.size in (1, 100)


def test_factory_fixture(factory):
    a, b = factory("a", 5), factory("b")
    a.transfer(b, 3)
    assert (a.balance, b.balance) == (2, 3)


@pytest.mark.parametrize("sized", [0, 3], indirect=True)
def test_indirect(sized):
    assert len(sized) in (0, 3)
    assert sized.is_empty() == (len(sized) == 0)


@pytest.mark.parametrize("a", [1, 2])
@pytest.mark.parametrize("b", [10, 20])
def test_product_of_parameters(a, b):
    assert summarise([a, b]) == {"total": a + b, "largest": b}


@pytest.mark.parametrize("text, expected", [pytest.param("the cat", "The Cat", id="two words"), ("a", "A")])
def test_parameters_with_an_id(text, expected):
    assert title(text) == expected


@pytest.mark.parametrize("text", ["", pytest.param("x", marks=pytest.mark.skip(reason="later"))])
def test_one_parameter_is_skipped(text):
    assert title(text) == ""


@pytest.mark.usefixtures("account")
def test_used_fixture():
    assert title("x") == "X"


class TestGame:
    def test_started(self, game):
        assert game.running

    def test_score(self, game):
        assert game.score == 0

    def test_move(self, game):
        game.move(3)
        assert game.score == 3

    class TestNested:
        def test_inner(self):
            assert Game().running is False


class TestSetup:
    @classmethod
    def setup_class(cls):
        cls.engine = Engine(power=2)

    def setup_method(self, method):
        self.account = Account(method.__name__, 10)

    def teardown_method(self):
        self.account.close()

    def test_owner(self):
        assert self.account.owner == "test_owner"

    def test_engine(self):
        assert self.engine.run(self.account.balance) == 20


def test_request_finalizer(request, account):
    request.addfinalizer(account.close)
    assert not account.closed


def test_getfixturevalue(request):
    assert request.getfixturevalue("engine").run(1) == 5


def test_monkeypatched_attribute_of_an_object(monkeypatch, account):
    monkeypatch.setattr(account, "balance", 7)
    assert account.balance == 7
    monkeypatch.undo()
    assert account.balance == 100


def test_tmp_path_of_the_suite_alone(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("1\n2\n3\n")
    assert load(file.read_text()) == [1, 2, 3]


def test_subtests(subtests):
    for text, expected in {"a": "A", "b c": "B C"}.items():
        with subtests.test(text):
            assert title(text) == expected


@weight(2)
@number("1.1")
def test_weighted(account):
    """Deposits add up"""
    account.deposit(1)
    account.deposit(2)
    assert account.balance == 103


@weight(1)
@number("1.2")
@visibility("after_published")
@tags("basic")
@hide_errors("try it by hand")
def test_decorated():
    assert title("to be") == "To Be"


@partial_credit(4)
def test_partial_credit(set_score=None):
    set_score(sum(title(text) == text.upper() for text in "abcd"))


@pytest.mark.xfail(reason="not asked for", strict=True)
def test_xfail():
    assert title("x") == "never"


def test_skip_by_condition():
    if title("a") == "A":
        pytest.skip("nothing to do")
    pytest.fail("not reached by a right submission")


def test_importorskip():
    pytest.importorskip("no_such_library")
    assert title("a") == "B"


def test_fail_with_a_message():
    if title("a") != "A":
        pytest.fail("title('a') must be 'A'")


def test_imported_inside():
    from fixtures_scopes import title as again

    assert again("q") == "Q"


def test_helper_function_with_asserts(dataset):
    def check(data, size):
        assert len(data) == size
        assert list(data) == list(range(size))

    check(dataset, 10)
