"""The code as the house tests see it. Services are found by their folders, so a new one is held to the rules too."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import SecretStr

from services.kernel.settings import ServiceSettings

ROOT = Path(__file__).parents[2]
SERVICES_FOLDER = ROOT / "services"
SHARED = {"kernel", "contracts"}
SERVICES = sorted(
    folder.name for folder in SERVICES_FOLDER.iterdir() if folder.name not in SHARED and (folder / "app.py").exists()
)
SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|LOCK|NOTIFY|TRUNCATE|MERGE|COPY)\s", re.ASCII)


def sources(*folders: str) -> list[Path]:
    """All Python files of ours in these folders, without tests' own."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def modules(package: str) -> Iterator[ModuleType]:
    """A package's modules, imported; none where there is no such package."""
    try:
        root = importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name and package.startswith(error.name):
            return
        raise
    yield root
    for found in pkgutil.walk_packages(getattr(root, "__path__", []), package + "."):
        yield importlib.import_module(found.name)


def imports(path: Path) -> set[str]:
    """The names of the modules that a file imports."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def settings_class(service: str) -> type[ServiceSettings]:
    """A service's settings."""
    module = importlib.import_module(f"services.{service}.settings")
    classes = [c for _, c in inspect.getmembers(module, inspect.isclass) if issubclass(c, ServiceSettings)]
    (own,) = [c for c in classes if c is not ServiceSettings]
    return own


def any_settings(service: str) -> ServiceSettings:
    """Settings that are good enough to build an application that serves nobody."""
    cls = settings_class(service)
    values: dict[str, Any] = {
        name: 1 if field.annotation is int else "not-a-real-value-but-long-enough-for-a-secret"
        for name, field in cls.model_fields.items()
        if field.is_required()
    }
    return cls.model_validate(values)


class Nothing:
    """Stands where an application is given a pool or a client, and is good for anything but use."""

    def __getattr__(self, name: str) -> "Nothing":
        return Nothing()


def application(service: str) -> FastAPI:
    """A service's HTTP application, built without its database."""
    module = importlib.import_module(f"services.{service}.app")
    build = getattr(module, "new_api", None) or module.new_app
    given = {name: Nothing() for name in inspect.signature(build).parameters}
    app: FastAPI = build(**given | {"settings": any_settings(service)})
    return app


@dataclass(frozen=True)
class Route:
    """One door of a service."""

    service: str
    method: str
    path: str
    dependencies: frozenset[str]

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path}"


def routes(service: str) -> list[Route]:
    """All routes of a service with all that they depend on, by name."""
    return [
        Route(service, method, prefix + route.path, frozenset(_names(route.dependant)) | above)
        for prefix, route, above in _api_routes(application(service).routes)
        for method in sorted(route.methods or ())
    ]


def _api_routes(
    found: Iterable[Any], prefix: str = "", above: frozenset[str] = frozenset()
) -> Iterator[tuple[str, APIRoute, frozenset[str]]]:
    """All routes, also those of included routers, with what is asked of whoever comes to the router."""
    for route in found:
        if isinstance(route, APIRoute):
            yield prefix, route, above
        elif router := getattr(route, "original_router", None):
            context = route.include_context
            asked = {depends.dependency.__name__ for depends in context.dependencies}
            yield from _api_routes(router.routes, prefix + context.prefix, above | asked)


def _names(dependant: Any) -> Iterator[str]:
    for inner in dependant.dependencies:
        yield getattr(inner.call, "__name__", type(inner.call).__name__)
        yield from _names(inner)


def sql_constants(package: str) -> dict[str, str]:
    """The SQL of a package: every module-level UPPER_CASE text that begins as a statement does."""
    return {
        f"{module.__name__}.{name}": value
        for module in modules(package)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and SQL.match(value)
    }


def problem_codes() -> dict[str, str]:
    """Every code that a `Problem(status, code, ...)` in our code is made with, and where."""
    found = {}
    for path in sources("services"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Problem":
                code = node.args[1] if len(node.args) > 1 else None
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    found[code.value] = short(path)
    return found


def is_secret(annotation: Any) -> bool:
    """Whether a setting hides its value."""
    return annotation is SecretStr or SecretStr in getattr(annotation, "__args__", ())


def metrics() -> set[str]:
    """The names of all Prometheus figures that our code makes."""
    calls = [node for path in sources("services") for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    names = [call.args[0] for call in calls if getattr(call.func, "id", "") in {"Gauge", "Counter", "Histogram"}]
    return {name.value for name in names if isinstance(name, ast.Constant) and isinstance(name.value, str)}
