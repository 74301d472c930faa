import pytest

pytest.skip("nothing to test", allow_module_level=True)
