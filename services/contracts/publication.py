"""What publication says: a day's view is public."""

from datetime import date, datetime

from pydantic import Field

from services.contracts.event import Event, TopicName

TOPIC = TopicName("publication.events", partitions=3)


class SnapshotPublished(Event, type="snapshot.published", version=1, topic=TOPIC, key="public_from"):
    """A replica switched to a day's view. The same day has the same SHA-256 on every replica."""

    public_from: date
    sha256: str
    units: int
    organizers: int
    extract_date: datetime
    last_seq: int | None = Field(default=None, description="The last number of the feed of changes that it knows")
