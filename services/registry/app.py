"""The registry put together: the one place that knows all its rooms."""

from fastapi import Depends, FastAPI

from services.kernel import problems, service
from services.kernel.database import open_pool
from services.kernel.identity import authenticator
from services.kernel.relay import Relay
from services.registry.api import (
    activities,
    adult_education,
    approvals,
    bulk,
    companies,
    me,
    organizers,
    overview,
    past,
    planned_changes,
    register_day,
    reorganisations,
    status,
    transfers,
    units,
)
from services.registry.api.texts import only_texts
from services.registry.consumers import consumer
from services.registry.jobs import BulkUploads, CloseDay, ImportCompanies
from services.registry.register import Register, new_register
from services.registry.settings import RegistrySettings

ROOMS = (
    organizers, approvals, units, status, planned_changes, reorganisations, activities, register_day, me, companies,
    overview, past, transfers, adult_education, bulk,
)  # fmt: skip


def new_api(settings: RegistrySettings, register: Register) -> FastAPI:
    """The HTTP application."""
    app = FastAPI(
        title="Registry API", version="1", docs_url=None, redoc_url=None, telemetry=service.UNTRACED,
        dependencies=[Depends(only_texts)],
    )  # fmt: skip
    problems.install(app)
    app.state.register, app.state.authenticate = register, authenticator(settings)
    for room in ROOMS:
        app.include_router(room.router)
    return app


async def serve(settings: RegistrySettings) -> None:
    """Run until told to stop."""
    async with open_pool(settings.database_url, size=settings.database_connections) as pool:
        register = new_register(settings, pool)
        relay = Relay(pool, settings.database_url, settings.kafka_bootstrap, topic_prefix=settings.topic_prefix)
        await service.run(
            new_api(settings, register),
            settings=settings,
            jobs=[
                relay,
                CloseDay(register),
                ImportCompanies(register),
                BulkUploads(register),
                consumer(settings, pool),
            ],
            ready=[service.database_check(pool)],
        )
