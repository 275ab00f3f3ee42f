"""Publication put together: the one place that knows all its rooms."""

from fastapi import FastAPI, Request, Response

from services.kernel import problems, service
from services.kernel.database import Pool, open_pool
from services.kernel.relay import Relay
from services.publication.api import downloads, v2
from services.publication.api.v2 import JSON, ContractError
from services.publication.build.snapshot import Builder
from services.publication.consumers import consumer
from services.publication.jobs import Publish
from services.publication.settings import PublicationSettings

FRESH = "public, max-age=300"
ALWAYS_ASK = "public, no-cache"


def new_builder(settings: PublicationSettings, pool: Pool) -> Builder:
    """What builds this replica's snapshots."""
    return Builder(pool, settings.snapshot_dir.resolve(), settings.public_base_url, settings.api_publisher)


def new_api(settings: PublicationSettings, pool: Pool, publish: Publish) -> FastAPI:
    """The HTTP application."""
    app = FastAPI(title="Publication API", version="1", docs_url=None, redoc_url=None)
    problems.install(app)
    app.state.pool, app.state.publish, app.state.base = pool, publish, settings.public_base_url
    # Where the clock may be moved, a new day may come at any moment.
    app.state.cache_control = ALWAYS_ASK if settings.demo_clock_allowed else FRESH
    app.include_router(v2.router)
    app.include_router(downloads.router)
    app.add_exception_handler(ContractError, _contract_error)
    return app


async def _contract_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ContractError)  # noqa: S101 - as registered
    headers = {"Access-Control-Allow-Origin": "*"} | ({"Retry-After": "5"} if error.status == 503 else {})  # noqa: PLR2004
    return Response(error.body, error.status, headers, JSON)


async def serve(settings: PublicationSettings) -> None:
    """Run until told to stop."""
    async with open_pool(settings.database_url, size=settings.database_connections) as pool:
        publish = Publish(pool, new_builder(settings, pool), keep=settings.keep_snapshots)
        relay = Relay(pool, settings.database_url, settings.kafka_bootstrap, topic_prefix=settings.topic_prefix)
        await service.run(
            new_api(settings, pool, publish),
            settings=settings,
            jobs=[consumer(settings, pool), publish, relay],
            ready=[service.database_check(pool)],
        )
