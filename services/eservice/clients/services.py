"""The services, for one person."""

from dataclasses import dataclass

import httpx

from services.eservice.clients.activities import Activities
from services.eservice.clients.adult_education import AdultEducation
from services.eservice.clients.api import Api
from services.eservice.clients.approvals import Approvals
from services.eservice.clients.bulk import Bulk
from services.eservice.clients.companies import Companies
from services.eservice.clients.identity import Identity
from services.eservice.clients.notifications import Notifications
from services.eservice.clients.organizers import Organizers
from services.eservice.clients.planning import Planning
from services.eservice.clients.registry import Registry
from services.eservice.clients.reorganisations import Reorganisations
from services.eservice.clients.transfers import Transfers
from services.eservice.settings import EserviceSettings


@dataclass(frozen=True, slots=True)
class Services:
    """All of them."""

    registry: Registry
    identity: Identity
    notifications: Notifications
    organizers: Organizers
    companies: Companies
    activities: Activities
    approvals: Approvals
    planning: Planning
    reorganisations: Reorganisations
    transfers: Transfers
    adult_education: AdultEducation
    bulk: Bulk


def services_for(http: httpx.AsyncClient, settings: EserviceSettings, token: str) -> Services:
    """The services with a person's token."""
    registry = Api(http, settings.registry_url, token)
    return Services(
        registry=Registry(registry),
        identity=Identity(Api(http, settings.identity_url, token)),
        notifications=Notifications(Api(http, settings.notifications_url, token)),
        organizers=Organizers(registry),
        companies=Companies(registry),
        activities=Activities(registry),
        approvals=Approvals(registry),
        planning=Planning(registry),
        reorganisations=Reorganisations(registry),
        transfers=Transfers(registry),
        adult_education=AdultEducation(registry),
        bulk=Bulk(registry),
    )
