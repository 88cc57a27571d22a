"""The counts of the histories, told once at the end of the run."""

from __future__ import annotations

import pytest

from tests.conftest import LINE


@pytest.fixture
def tell(request: pytest.FixtureRequest):  # noqa: ANN201  # a function of one text
    """Have a line printed at the end of the run."""
    return lambda line: request.node.user_properties.append((LINE, line))
