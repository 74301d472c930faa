"""pytest plugins of this repository's tests in the runs of pytest that gradings make."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def with_plugin(plugin: object) -> Iterator[None]:
    """While this lasts, gradings in this process have another pytest plugin."""
    main = pytest.main
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pytest, "main", lambda arguments, plugins: main(arguments, plugins=[*plugins, plugin]))
        yield
