"""The client is as the API that it was made from."""

from client.generate import differing


def test_the_client_is_as_the_openapi_document() -> None:
    assert differing() == []
