"""Publication put together: the one place that knows all its rooms."""

import asyncio
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from services.kernel import service
from services.kernel.database import Pool, open_pool
from services.kernel.relay import Relay
from services.publication.api import answers, documentation, downloads, v1, v2, v3, v3_root
from services.publication.build.snapshot import Builder
from services.publication.commands import list_again
from services.publication.consumers import consumer
from services.publication.domain.catalogue import Publisher
from services.publication.domain.v3 import PATH
from services.publication.jobs import Publish
from services.publication.pages import api as api_page
from services.publication.pages import changed, guides, nowhere, organizers, places, search, sitemap, units
from services.publication.pages import files as files_page
from services.publication.queries.spelling import Spelling
from services.publication.settings import PublicationSettings
from services.publication.store import rebuilding

ROUTERS = (
    v2.router, v1.router, downloads.router, documentation.router, search.router, units.router, organizers.router,
    places.router, changed.router, files_page.router, api_page.router, guides.router, sitemap.router,
    nowhere.router,
)  # fmt: skip


def publisher(settings: PublicationSettings) -> Publisher:
    """Who publishes the register."""
    return Publisher(settings.api_publisher, settings.publisher_url, settings.publisher_email, settings.licence)


def new_builder(settings: PublicationSettings, pool: Pool) -> Builder:
    """What builds this replica's snapshots."""
    at, zone = settings.snapshot_dir.resolve(), ZoneInfo(settings.time_zone)
    return Builder(pool, at, settings.public_base_url, publisher(settings), zone)


def new_publish(settings: PublicationSettings, pool: Pool) -> Publish:
    """What publishes this replica's snapshots."""
    return Publish(pool, new_builder(settings, pool), keep=settings.keep_snapshots, keep_files=settings.keep_files)


def new_api(settings: PublicationSettings, pool: Pool, publish: Publish) -> FastAPI:
    """The HTTP application."""
    app = FastAPI(
        title="Publication API",
        version="1",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=service.UNTRACED,
    )
    answers.install(app)
    # Answers are open without it; this is for the question that browsers ask first when `If-None-Match` is sent.
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=answers.BOTH, allow_headers=["*"])
    app.state.pool, app.state.publish, app.state.base = pool, publish, settings.public_base_url
    app.state.spelling, app.state.streams = Spelling(pool), 0
    # Where the clock may be moved, a new day may come at any moment.
    app.state.always_ask = settings.demo_clock_allowed
    for router in ROUTERS:
        app.include_router(router)
    app.add_api_route(PATH, v3_root.root, methods=answers.BOTH)  # what is mounted begins after the slash
    later = v3.new_app(publisher(settings))
    later.state = app.state
    app.mount(PATH, later)
    return app


async def serve(settings: PublicationSettings) -> None:
    """Run until told to stop."""
    async with open_pool(settings.database_url, size=settings.database_connections) as pool:
        if await rebuilding.is_half(pool):
            raise SystemExit("A rebuild was begun and did not end. Run `python -m services.publication rebuild` again.")
        await list_again.run(pool)
        publish = new_publish(settings, pool)
        await asyncio.to_thread(publish.serve_current)  # who is started anew answers from the first request on
        relay = Relay(pool, settings.database_url, settings.kafka_bootstrap, topic_prefix=settings.topic_prefix)
        await service.run(
            new_api(settings, pool, publish),
            settings=settings,
            jobs=[consumer(settings, pool), publish, relay],
            ready=[service.database_check(pool)],
        )
