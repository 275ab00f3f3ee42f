"""Who may accept which invitation."""

from datetime import UTC, datetime, timedelta

import pytest

from services.contracts.vocabulary import Role
from services.identity.domain.invitations import Identified, Offer, Refusal, State, refusal

LUND = "2120001132"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
NINA, OLLE = b"nina", b"olle"


def an_offer(*, email: str | None = "nina@lund.se", named: bytes | None = None) -> Offer:
    return Offer(LUND, Role.DATA_REPORTER, NOW + timedelta(days=1), State.OPEN, email, named)


def somebody_new(index: bytes | None = NINA) -> Identified:
    return Identified(index, is_known=False, email=None, organizers=())


def somebody_known(index: bytes | None = NINA, email: str = "nina@lund.se", *organizers: str) -> Identified:
    return Identified(index, is_known=True, email=email, organizers=organizers)


@pytest.mark.parametrize(
    ("offer", "who", "why"),
    [
        (an_offer(), somebody_new(), None),
        (an_offer(named=NINA), somebody_new(), None),
        (an_offer(named=NINA), somebody_new(OLLE), Refusal.OTHER_PERSON),
        (an_offer(), somebody_new(None), Refusal.IDENTIFICATION_NEEDED),
        (an_offer(named=NINA), somebody_known(None), Refusal.IDENTIFICATION_NEEDED),
        (an_offer(named=NINA), somebody_known(NINA, "other@lund.se"), None),
        (an_offer(), somebody_known(None, " NINA@lund.se"), None),
        (an_offer(), somebody_known(NINA, "other@lund.se"), Refusal.OTHER_PERSON),
        (an_offer(email=None), somebody_known(NINA, "other@lund.se"), None),
        (an_offer(), somebody_known(NINA, "nina@lund.se", LUND), Refusal.MEMBERSHIP_EXISTS),
        (an_offer(named=OLLE), somebody_known(NINA, "nina@lund.se", LUND), Refusal.OTHER_PERSON),
    ],
)
def test_who_may_accept(offer: Offer, who: Identified, why: Refusal | None) -> None:
    assert refusal(offer, who) is why


def test_an_open_offer_is_over_when_its_time_is() -> None:
    offer = an_offer()

    assert offer.state_at(NOW) is State.OPEN
    assert offer.state_at(offer.expires_at) is State.EXPIRED
