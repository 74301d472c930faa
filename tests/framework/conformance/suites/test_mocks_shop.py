from unittest import TestCase
from unittest.mock import MagicMock, Mock, PropertyMock, call, patch

import mocks_shop
import pytest
from mocks_shop import Cart, notify


class TestPatchByString(TestCase):
    def test_helper_is_called(self):
        with patch("mocks_shop.tax", return_value=7) as tax:
            self.assertEqual(mocks_shop.gross(100), 107)
        tax.assert_called_once_with(100)

    @patch("mocks_shop.load_prices")
    def test_prices_are_loaded_once(self, load_prices):
        load_prices.return_value = {"tea": 3, "milk": 1}
        self.assertEqual(mocks_shop.total(["tea", "milk", "tea"]), 7)
        load_prices.assert_called_once()

    @patch("mocks_shop.TAX", 0.5)
    def test_constant_is_used(self):
        self.assertEqual(mocks_shop.tax(10), 5)

    def test_recursion_goes_through_the_name(self):
        with patch("mocks_shop.factorial", side_effect=mocks_shop.factorial) as spy:
            self.assertEqual(mocks_shop.factorial(4), 24)
        self.assertGreaterEqual(spy.call_count, 4)

    @patch("mocks_shop.Mailer")
    def test_checkout_sends_a_mail(self, mailer):
        cart = Cart()
        cart.add("tea", 3, 2)
        self.assertTrue(cart.checkout("ann@example.org"))
        mailer.return_value.send.assert_called_once_with("ann@example.org", "Total: 6")

    @patch("mocks_shop.Mailer.send")
    @patch("mocks_shop.Cart.total", return_value=42)
    def test_two_patches(self, total, send):
        Cart.sample().checkout("x")
        total.assert_called_once_with()
        send.assert_called_once_with("x", "Total: 42")

    @patch("mocks_shop.Mailer")
    def test_empty_cart_sends_nothing(self, mailer):
        with self.assertRaises(ValueError):
            Cart().checkout("ann@example.org")
        mailer.assert_not_called()

    def test_patch_is_undone(self):
        with patch("mocks_shop.tax", return_value=0):
            pass
        self.assertEqual(mocks_shop.gross(100), 120)


class TestPatchObject:
    def test_method(self):
        with patch.object(Cart, "subtotal", return_value=100):
            assert Cart().total() == 100

    def test_method_with_autospec_sees_the_instance(self):
        cart = Cart()
        with patch.object(Cart, "subtotal", autospec=True, return_value=5) as subtotal:
            cart.total()
        subtotal.assert_called_once_with(cart)

    def test_class_attribute(self):
        with patch.object(Cart, "discount", 2):
            assert Cart.sample().total() == 1
        assert Cart.sample().total() == 3

    def test_method_of_one_instance(self):
        first, second = Cart.sample(), Cart.sample()
        with patch.object(first, "subtotal", return_value=50):
            assert first.total() == 50
            assert second.total() == 3

    def test_property(self):
        with (
            patch.object(Cart, "empty", new_callable=PropertyMock, return_value=True),
            pytest.raises(ValueError, match="empty"),
        ):
            Cart.sample().checkout("x")

    def test_wraps_counts_real_calls(self):
        with patch.object(mocks_shop, "tax", wraps=mocks_shop.tax) as spy:
            assert mocks_shop.gross(50) == 60
        assert spy.call_args == call(50)

    def test_side_effect_raises(self):
        with patch.object(mocks_shop, "load_prices", side_effect=OSError("offline")), pytest.raises(OSError, match="offline"):
            mocks_shop.total(["tea"])

    def test_start_and_stop(self):
        patcher = patch.object(mocks_shop, "DEBUG", True)
        patcher.start()
        assert mocks_shop.report() == "debug"
        patcher.stop()
        assert mocks_shop.report() == "release"

    def test_multiple(self):
        with patch.multiple(mocks_shop, TAX=0.1, DEBUG=True):
            assert mocks_shop.tax(10) == 1
            assert mocks_shop.report() == "debug"

    def test_new_function(self):
        with patch.object(mocks_shop, "tax", lambda amount: 1):
            assert mocks_shop.gross(9) == 10


class TestPatchDict:
    def test_new_entry(self):
        with patch.dict(mocks_shop.CURRENCIES, {"GBP": 2.0}):
            assert mocks_shop.convert(3, "GBP") == 6
        assert "GBP" not in mocks_shop.CURRENCIES

    def test_by_string_and_cleared(self):
        with patch.dict("mocks_shop.CURRENCIES", {"X": 5}, clear=True), pytest.raises(KeyError):
            mocks_shop.convert(1, "EUR")
        assert mocks_shop.convert(1, "EUR") == 1


class TestMocksHandedIn:
    def test_all_addresses(self):
        mailer = Mock()
        assert notify(["a", "b"], "hi", mailer=mailer) == 2
        assert mailer.send.call_args_list == [call("a", "hi"), call("b", "hi")]

    def test_one_fails(self):
        mailer = Mock()
        mailer.send.side_effect = [None, ConnectionError, None]
        assert notify(["a", "b", "c"], "hi", mailer) == 2

    def test_other_errors_are_not_hidden(self):
        mailer = Mock()
        mailer.send.side_effect = TypeError("wrong")
        with pytest.raises(TypeError):
            notify(["a"], "hi", mailer)

    def test_spec_of_a_class_of_the_submission(self):
        mailer = Mock(spec=mocks_shop.Mailer)
        notify(["a"], "hi", mailer)
        mailer.send.assert_called_once_with("a", "hi")
        with pytest.raises(AttributeError):
            mailer.receive()

    def test_magic_mock(self):
        mailer = MagicMock(name="mailer")
        notify(["a"], "hi", mailer)
        assert mailer.method_calls == [call.send("a", "hi")]

    def test_nobody_to_notify(self):
        mailer = Mock()
        assert notify([], "hi", mailer) == 0
        mailer.send.assert_not_called()

    def test_default_mailer_is_made(self):
        with patch.object(mocks_shop, "Mailer") as make:
            notify(["a"], "hi")
        make.assert_called_once_with()
        make().send.assert_called_once_with("a", "hi")


class TestMonkeypatch:
    def test_setattr_by_module(self, monkeypatch):
        monkeypatch.setattr(mocks_shop, "load_prices", lambda: {"tea": 2})
        assert mocks_shop.total(["tea"]) == 2

    def test_setattr_by_string(self, monkeypatch):
        monkeypatch.setattr("mocks_shop.TAX", 1)
        assert mocks_shop.gross(3) == 6

    def test_setattr_on_a_class(self, monkeypatch):
        sent = []
        monkeypatch.setattr(mocks_shop.Mailer, "send", lambda self, to, text: sent.append((self.server, to)))
        Cart.sample().checkout("ann")
        assert sent == [("localhost", "ann")]

    def test_setattr_on_an_instance(self, monkeypatch):
        cart = Cart()
        monkeypatch.setattr(cart, "items", [("tea", 4, 2)])
        assert cart.total() == 8

    def test_setitem(self, monkeypatch):
        monkeypatch.setitem(mocks_shop.CURRENCIES, "USD", 3)
        assert mocks_shop.convert(2, "USD") == 6

    def test_delitem(self, monkeypatch):
        monkeypatch.delitem(mocks_shop.CURRENCIES, "USD")
        with pytest.raises(KeyError):
            mocks_shop.convert(2, "USD")

    def test_delattr(self, monkeypatch):
        monkeypatch.delattr(mocks_shop, "load_prices")
        with pytest.raises(NameError):
            mocks_shop.total(["tea"])

    def test_everything_is_back(self):
        assert mocks_shop.TAX == 0.2
        assert mocks_shop.CURRENCIES == {"EUR": 1.0, "USD": 1.1}

    def test_static_method(self, monkeypatch):
        monkeypatch.setattr(Cart, "shipping", staticmethod(lambda weight: 0))
        assert Cart.shipping(10) == 0
        assert Cart().shipping(10) == 0

    def test_context(self, monkeypatch):
        with monkeypatch.context() as patched:
            patched.setattr(mocks_shop, "DEBUG", True)
            assert mocks_shop.report() == "debug"
        assert mocks_shop.report() == "release"
