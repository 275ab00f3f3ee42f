"""What every event is: a frozen pydantic model that names its type, version, topic and key."""

from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class TopicName(str):
    """A topic's name that knows its number of partitions, which never changes within a topic's life."""

    __slots__ = ("partitions",)
    partitions: int

    def __new__(cls, name: str, *, partitions: int) -> Self:
        topic = super().__new__(cls, name)
        topic.partitions = partitions
        return topic


class Wire(BaseModel):
    """A value as it is sent: camelCase names, frozen; what a reader does not know it passes over."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class Event(Wire):
    """A fact told to other services. A subclass names its `type`, `version`, `topic` and the field that is its key."""

    event_type: ClassVar[str]
    event_version: ClassVar[int]
    topic: ClassVar[TopicName]
    key_field: ClassVar[str]

    def __init_subclass__(cls, *, type: str, version: int, topic: TopicName, key: str, **kwargs: Any) -> None:  # noqa: A002
        super().__init_subclass__(**kwargs)
        cls.event_type, cls.event_version, cls.topic, cls.key_field = type, version, topic, key

    @classmethod
    def full_type(cls) -> str:
        """Give the type with its version, as it stands in `ce_type`: `school-unit.edited.v1`."""
        return f"{cls.event_type}.v{cls.event_version}"

    def key(self) -> str:
        """Give the aggregate's id, which is the Kafka key: what one key says keeps its order."""
        return str(getattr(self, self.key_field))

    def epoch(self) -> str | None:
        """Name the group of events that are counted together when it closes; none: not counted."""
        return None
