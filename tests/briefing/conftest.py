"""The briefs the tests of this room read."""

import pytest

from toguna.assessment import assess
from toguna.briefing.compose import compose


@pytest.fixture(scope="session")
def ouadji_brief(ouadji):
    """The English brief on the made-up country."""
    return compose(assess(ouadji))


@pytest.fixture(scope="session")
def mali_brief(mali):
    """The English brief on Mali."""
    return compose(assess(mali))
