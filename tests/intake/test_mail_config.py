"""The section `mail` of config/channels.yaml names what cannot work, and how to mend it."""

import msgspec
import pytest

from hotline.config.channels import problems

WRONG = [
    # what is written, what is named
    ({"addresses": ["111"]}, "mail.addresses"),
    ({"addresses": ["a b@c.kz"]}, "mail.addresses"),
    ({"largest_bytes": 0}, "mail.largest_bytes"),
    ({"depth": 500}, "mail.depth"),
    ({"clients": -1}, "mail.clients"),
]


@pytest.mark.parametrize(("written", "named"), WRONG, ids=str)
def test_what_cannot_work_is_named(config, written, named):
    mail = msgspec.structs.replace(config.channels.mail, **written)
    [line] = problems(msgspec.structs.replace(config.channels, mail=mail))
    assert f"key `{named}`" in line


def test_what_is_shipped_is_in_order(config):
    assert problems(config.channels) == []
