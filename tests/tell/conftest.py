"""GitHub as the tests of its client have it."""

from tests.github.conftest import fake as fake
from tests.github.conftest import github as github
