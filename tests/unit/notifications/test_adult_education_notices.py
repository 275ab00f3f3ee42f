"""What a mail about a contract says of its standing."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from services.contracts.adult_education import ContractRegistered
from services.notifications.domain.adult_education_notices import contract
from services.notifications.domain.notices import Scene

SCENE = Scene("Lunds kommun", "2120001132", "karin kontakt", datetime(2026, 11, 25, 8, tzinfo=UTC),
              ZoneInfo("Europe/Stockholm"))  # fmt: skip


@pytest.mark.parametrize(
    ("status", "first", "standing"),
    [
        ("aktiv", "2026-08-01", "Aktivt"),
        ("inaktiv", "2027-01-01", "Börjar gälla den 1 januari 2027"),
        ("inaktiv", "2025-01-01", "Inte aktivt"),
    ],
)
def test_a_contract_to_come_tells_its_first_day(status: str, first: str, standing: str) -> None:
    fact = ContractRegistered.model_validate({
        "registerDay": date(2026, 11, 25), "publicFrom": date(2026, 11, 26), "cause": "edit", "version": 1,
        "contractId": "2120001132/12345678", "providerName": "Lär AB",
        "contract": {"organizationNumber": "2120001132", "educationProviderCode": "12345678", "status": status,
                     "schoolTypeParts": [{"schoolTypePart": "VUXGY", "validFrom": first}]},
    })  # fmt: skip

    assert dict(contract(SCENE, fact).facts)["Avtalet"] == standing
