"""Identity put together: the one place that knows all its rooms."""

from fastapi import FastAPI

from services.identity.api import administration, joining, persons, users
from services.identity.consumers import consumer
from services.identity.directory import Directory, new_directory
from services.identity.jobs import CollectSignIns, Keep, Provision
from services.identity.keycloak import Keycloak
from services.identity.settings import IdentitySettings
from services.kernel import problems, service
from services.kernel.database import open_pool
from services.kernel.identity import authenticator
from services.kernel.relay import Relay


def new_api(settings: IdentitySettings, directory: Directory) -> FastAPI:
    """The HTTP application."""
    app = FastAPI(title="Identity API", version="1", docs_url=None, redoc_url=None, telemetry=service.UNTRACED)
    problems.install(app)
    app.state.directory, app.state.authenticate = directory, authenticator(settings)
    for room in (persons, users, joining, administration):
        app.include_router(room.router)
    return app


async def serve(settings: IdentitySettings) -> None:
    """Run until told to stop."""
    async with open_pool(settings.database_url, size=settings.database_connections) as pool:
        directory, keycloak = new_directory(settings, pool), Keycloak(settings)
        relay = Relay(pool, settings.database_url, settings.kafka_bootstrap, topic_prefix=settings.topic_prefix)
        await service.run(
            new_api(settings, directory),
            settings=settings,
            jobs=[
                relay,
                consumer(settings, pool),
                Provision(directory, keycloak),
                CollectSignIns(directory, keycloak),
                Keep(directory, keycloak),
            ],
            ready=[service.database_check(pool)],
        )
