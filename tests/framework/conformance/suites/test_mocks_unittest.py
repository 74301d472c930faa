import unittest
from datetime import date, datetime
from unittest import mock
from unittest.mock import MagicMock, Mock, call, patch

import mocks_unittest
import numpy as np
import pytest
from mocks_unittest import Sensor, Station


class TestStation(unittest.TestCase):
    def setUp(self):
        patcher = patch.object(Sensor, "read", side_effect=[20, 22, 24])
        self.read = patcher.start()
        self.addCleanup(patcher.stop)
        self.station = Station(clock=lambda: 0)

    def test_measure(self):
        self.assertEqual(self.station.measure(), 20)
        self.assertEqual(self.read.call_count, 1)

    def test_average(self):
        self.assertAlmostEqual(self.station.average(3), 22)

    def test_log(self):
        self.station.measure()
        self.station.measure()
        self.assertEqual(self.station.log, [(0, 20), (0, 22)])

    def test_too_many_measurements(self):
        with self.assertRaises((StopIteration, RuntimeError)):
            self.station.average(4)


@patch("mocks_unittest.Sensor")
class TestWithFakeSensor(unittest.TestCase):
    def test_sensor_is_made_once(self, sensor):
        Station()
        sensor.assert_called_once_with()

    def test_reset_calibrates(self, sensor):
        station = Station()
        station.reset()
        sensor.return_value.calibrate.assert_called_once_with(offset=1.5)

    def test_no_sensor_is_made_when_one_is_given(self, sensor):
        Station(sensor=Mock())
        sensor.assert_not_called()


class TestCalls:
    def test_has_calls_in_order(self):
        sensor = Mock()
        sensor.read.return_value = 1
        station = Station(sensor, clock=lambda: 0)
        station.measure()
        station.reset()
        sensor.assert_has_calls([call.read(), call.calibrate(offset=1.5)])

    def test_reset_mock(self):
        sensor = Mock(**{"read.return_value": 5})
        station = Station(sensor)
        station.measure()
        sensor.reset_mock()
        assert station.log[0][1] == 5
        sensor.read.assert_not_called()

    def test_alarm(self):
        notify = Mock()
        station = Station(Mock(**{"read.return_value": 31}))
        assert station.alarm(notify, limit=30) is True
        notify.assert_called_once_with("too hot", value=31)

    def test_no_alarm(self):
        notify = Mock()
        assert Station(Mock(**{"read.return_value": 30})).alarm(notify, limit=30) is False
        assert not notify.called

    def test_clock_handed_in(self):
        clock = Mock(side_effect=[100, 160])
        station = Station(Mock(**{"read.return_value": 1}), clock)
        station.average(2)
        assert [when for when, _ in station.log] == [100, 160]

    def test_sensor_recovers(self):
        sensor = MagicMock()
        sensor.read.side_effect = [OSError("busy"), OSError("busy"), 19]
        with patch("mocks_unittest.time.sleep") as sleep:
            assert Station(sensor).measure_safely(3) == 19
        assert sleep.mock_calls == [call(0.5), call(0.5)]

    def test_sensor_stays_broken(self):
        sensor = MagicMock()
        sensor.read.side_effect = OSError
        with patch("mocks_unittest.time") as fake_time:
            assert Station(sensor).measure_safely(2) is None
        assert fake_time.sleep.call_count == 2

    def test_spec_set_refuses_other_names(self):
        sensor = Mock(spec_set=["read"], **{"read.return_value": 3})
        with pytest.raises(AttributeError):
            Station(sensor).reset()

    def test_function_as_side_effect(self):
        values = {"n": 0}

        def rising():
            values["n"] += 1
            return values["n"]

        sensor = Mock()
        sensor.read.side_effect = rising
        assert Station(sensor).average(3) == 2


class TestDates:
    def test_subclass_of_date(self):
        class Monday(date):
            @classmethod
            def today(cls):
                return cls(2024, 3, 4)

        with patch("mocks_unittest.date", Monday):
            assert mocks_unittest.today_name() == "Monday"

    @pytest.mark.parametrize("hour, expected", [(9, "Good morning"), (12, "Good day")])
    def test_mock_of_datetime(self, hour, expected):
        with patch("mocks_unittest.datetime") as fake:
            fake.now.return_value = datetime(2024, 1, 1, hour)
            assert mocks_unittest.greeting() == expected


class TestLibraries:
    def test_choice_through_the_module(self):
        with patch("mocks_unittest.random.choice", return_value="snow"):
            assert mocks_unittest.pick() == "snow"

    def test_inverse_through_the_module(self):
        with patch("mocks_unittest.np.linalg.inv", return_value="inverse") as inv:
            assert mocks_unittest.invert(np.eye(2)) == "inverse"
        assert inv.call_args.args[0].shape == (2, 2)

    def test_inverse_forbidden(self):
        with mock.patch.object(np.linalg, "inv", side_effect=AssertionError("use solve")):
            np.testing.assert_allclose(mocks_unittest.solve(2 * np.eye(2), np.ones(2)), [0.5, 0.5])

    def test_module_on_a_path_of_the_suite(self, tmp_path, monkeypatch):
        (tmp_path / "mocks_plugin.py").write_text("NAME = 'plugin of the suite'\n")
        monkeypatch.syspath_prepend(tmp_path)
        assert mocks_unittest.plugin_name() == "plugin of the suite"


if __name__ == "__main__":
    unittest.main()
