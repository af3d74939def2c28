"""A service that is no demonstration: the second step is asked there."""

from dataclasses import replace

import pyotp
import pytest


@pytest.fixture
def settings(settings):
    return replace(settings, demo=False)


class Telephone:
    """An authenticator: shows the code of this moment by the test's clock."""

    def __init__(self, clock, secret):
        self.clock, self.totp = clock, pyotp.TOTP(secret)

    @property
    def code(self):
        return self.totp.at(self.clock.now())


@pytest.fixture
def telephone(clock):
    return lambda secret: Telephone(clock, secret)
