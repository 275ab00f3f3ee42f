"""What every event is: a frozen pydantic model that names its type, version and topic."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Wire(BaseModel):
    """A value as it is sent: camelCase names, frozen; what a reader does not know it passes over."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class Event(Wire):
    """A fact told to other services. Subclass with `type`, `version` and `topic`; `key()` is the aggregate's id."""

    event_type: ClassVar[str]
    event_version: ClassVar[int]
    topic: ClassVar[str]
    key_field: ClassVar[str]

    def __init_subclass__(cls, *, type: str, version: int, topic: str, key: str, **kwargs: Any) -> None:  # noqa: A002
        super().__init_subclass__(**kwargs)
        cls.event_type, cls.event_version, cls.topic, cls.key_field = type, version, topic, key

    @classmethod
    def full_type(cls) -> str:
        """The type with its version, as it stands in `ce_type`: `school-unit.edited.v1`."""
        return f"{cls.event_type}.v{cls.event_version}"

    def key(self) -> str:
        """The aggregate's id, which is the Kafka key: what one key says keeps its order."""
        return str(getattr(self, self.key_field))
