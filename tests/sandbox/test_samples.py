"""Files the host program offers to attach."""

import pytest

from bot.sandbox import ControlError

NAME = "công văn mẫu.txt"
CONTENT = "Số: /STTTT".encode()


async def get(session, url):
    """Status and body of a GET."""
    async with session.get(url) as response:
        return response.status, await response.read()


async def test_state_names_the_samples(sandbox):
    assert (await sandbox.state())["samples"] == []
    sandbox.samples = [(NAME, CONTENT), ("b.txt", b"b")]
    assert (await sandbox.state())["samples"] == [NAME, "b.txt"]


async def test_sample_is_served_by_its_name(sandbox, session):
    sandbox.samples = [("a.txt", b"a"), (NAME, CONTENT)]
    assert await get(session, f"{sandbox.url}/sandbox/samples/{NAME}") == (200, CONTENT)


async def test_sample_of_an_unknown_name_is_refused(sandbox, session):
    sandbox.samples = [(NAME, CONTENT)]
    status, body = await get(session, f"{sandbox.url}/sandbox/samples/b.txt")
    assert status == 404
    assert b"there is no sample file" in body
    with pytest.raises(ControlError, match=r"'b.txt'"):
        sandbox.sample("b.txt")


async def test_samples_outlive_a_reset(sandbox):
    sandbox.samples = [(NAME, CONTENT)]
    sandbox.reset()
    assert sandbox.sample(NAME) == CONTENT
