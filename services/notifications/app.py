"""Notifications put together: the one place that knows all its rooms."""

from fastapi import FastAPI

from services.kernel import problems, service
from services.kernel.database import Pool, open_pool
from services.kernel.identity import authenticator
from services.kernel.relay import Relay
from services.kernel.secrets import Vault
from services.notifications.api import mails, me, webhooks
from services.notifications.consumers import consumer, office
from services.notifications.jobs import Deliver, Digest, Forget, Remind, Send
from services.notifications.settings import NotificationsSettings


def new_api(settings: NotificationsSettings, pool: Pool) -> FastAPI:
    """The HTTP application."""
    app = FastAPI(
        title="Notifications API", version="1", docs_url=None, redoc_url=None, redirect_slashes=False,
        telemetry=service.UNTRACED,
    )  # fmt: skip
    problems.install(app)
    app.state.pool, app.state.settings, app.state.authenticate = pool, settings, authenticator(settings)
    app.include_router(mails.router)
    app.include_router(me.router)
    app.state.vault = Vault.from_passphrase(settings.mail_secret.get_secret_value())
    app.include_router(webhooks.router)
    return app


async def serve(settings: NotificationsSettings) -> None:
    """Run until told to stop."""
    async with open_pool(settings.database_url, size=settings.database_connections) as pool:
        ours = office(settings)
        relay = Relay(pool, settings.database_url, settings.kafka_bootstrap, topic_prefix=settings.topic_prefix)
        await service.run(
            new_api(settings, pool),
            settings=settings,
            jobs=[
                consumer(settings, pool),
                Send(pool, settings),
                Deliver(pool, settings),
                Forget(pool),
                Digest(pool, settings, ours),
                Remind(pool, settings, ours),
                relay,
            ],
            ready=[service.database_check(pool)],
        )
