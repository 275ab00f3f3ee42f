"""Identity put together: the one place that knows all its rooms."""

from fastapi import FastAPI

from services.identity.api import persons
from services.identity.jobs import Provision
from services.identity.keycloak import Keycloak
from services.identity.settings import IdentitySettings
from services.kernel import problems, service
from services.kernel.database import Pool, open_pool
from services.kernel.identity import authenticator
from services.kernel.relay import Relay


def new_api(settings: IdentitySettings, pool: Pool) -> FastAPI:
    """The HTTP application."""
    app = FastAPI(title="Identity API", version="1", docs_url=None, redoc_url=None, telemetry=service.UNTRACED)
    problems.install(app)
    app.state.pool, app.state.authenticate = pool, authenticator(settings)
    app.include_router(persons.router)
    return app


async def serve(settings: IdentitySettings) -> None:
    """Run until told to stop."""
    async with open_pool(settings.database_url, size=settings.database_connections) as pool:
        relay = Relay(pool, settings.database_url, settings.kafka_bootstrap, topic_prefix=settings.topic_prefix)
        provision = Provision(pool, settings.database_url, Keycloak(settings))
        await service.run(
            new_api(settings, pool),
            settings=settings,
            jobs=[relay, provision],
            ready=[service.database_check(pool)],
        )
