"""The gateway as it runs in earnest, before a service that says what a test wants."""

from collections.abc import Iterator

import pytest

from tests.integration.gateway.behind import Behind, gateway


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    with gateway(tmp_path_factory.mktemp("gateway")) as running:
        yield running
