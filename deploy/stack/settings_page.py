"""docs/operating/settings.md, written from the settings' own classes: no setting without its line."""

import importlib
from collections.abc import Iterator

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, to_jsonable_python

from deploy.stack.settings import ROOT, SERVICES
from services.kernel.settings import ServiceSettings

FILE = ROOT / "docs" / "operating" / "settings.md"
HEAD = """\
# Settings

Written by `./dev compose` from the services' `settings.py`. Every setting is an environment variable, read once at
start; a service that misses one says which and does not start. Periods are ISO 8601 (`PT30M`: half an hour).
Ports of the native set-up: [Running it on one machine](local.md).
"""


def text() -> str:
    """The whole page."""
    shared = _table("…_", ServiceSettings.model_fields)
    parts = [HEAD, "## All services\n", "Each with the service's own prefix: `REGISTRY_DATABASE_URL`.\n", *shared]
    for service in SERVICES:
        settings = _settings_of(service)
        own = {name: field for name, field in settings.model_fields.items() if name in settings.__annotations__}
        parts += [f"\n## {service}\n", *_table(str(settings.model_config["env_prefix"]), own)]
    return "\n".join(parts) + "\n"


def _settings_of(service: str) -> type[ServiceSettings]:
    module = importlib.import_module(f"services.{service}.settings")
    found: type[ServiceSettings] = getattr(module, f"{service.capitalize()}Settings")
    return found


def _table(prefix: str, fields: dict[str, FieldInfo]) -> Iterator[str]:
    yield "| setting | meaning | where none is given |"
    yield "|---|---|---|"
    for name, field in fields.items():
        yield f"| `{prefix}{name.upper()}` | {field.description} | {_default(field)} |"


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "**needed**"
    written = to_jsonable_python(field.default)
    return "–" if written in (None, "") else f"`{written}`"
