"""The services, for one person."""

from dataclasses import dataclass

import httpx

from services.eservice.clients.activities import Activities
from services.eservice.clients.adult_education import AdultEducation
from services.eservice.clients.api import Api
from services.eservice.clients.identity import Identity
from services.eservice.clients.notifications import Notifications
from services.eservice.clients.registry import Registry
from services.eservice.settings import EserviceSettings


@dataclass(frozen=True, slots=True)
class Services:
    """All of them."""

    registry: Registry
    identity: Identity
    notifications: Notifications
    activities: Activities
    adult_education: AdultEducation


def services_for(http: httpx.AsyncClient, settings: EserviceSettings, token: str) -> Services:
    """The services with a person's token."""
    return Services(
        Registry(Api(http, settings.registry_url, token)),
        Identity(Api(http, settings.identity_url, token)),
        Notifications(Api(http, settings.notifications_url, token)),
        Activities(Api(http, settings.registry_url, token)),
        AdultEducation(Api(http, settings.registry_url, token)),
    )
