"""Makes the client's types and methods from the open API's OpenAPI document: `./dev client`; `--check` only compares.

Types by datamodel-code-generator. Methods by this: one an operation, one keyword a parameter, its type from the schema.
"""

import keyword
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from datamodel_code_generator import DataModelType, InputFileType, PythonVersion, generate
from datamodel_code_generator.format import Formatter

from services.publication.api.v3 import new_app

HERE = Path(__file__).parent / "skolregister"
NAMES = ("models.py", "operations.py")
HEAD = '''"""The operations of the open API v3. Made from its OpenAPI document by client/generate.py: do not edit."""

from collections.abc import Sequence
from typing import Any, Literal, cast

from skolregister import models


class Operations:
    """One method an operation."""

    def get(self, path: str, parameters: dict[str, Any]) -> Any:
        """Ask; `Client` does it."""
        raise NotImplementedError
'''
SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


def document() -> dict[str, Any]:
    """The document, open to keys that a later version may have."""
    found: dict[str, Any] = orjson.loads(orjson.dumps(new_app().openapi()))
    for schema in found["components"]["schemas"].values():
        schema.pop("additionalProperties", None)
    return found


def models(folder: Path) -> None:
    """Write the types."""
    generate(
        orjson.dumps(document()).decode(), input_file_type=InputFileType.OpenAPI, output=folder / "models.py",
        output_model_type=DataModelType.TypingTypedDict, target_python_version=PythonVersion.PY_311,
        use_standard_collections=True, use_union_operator=True, use_schema_description=True, disable_timestamp=True,
        formatters=[Formatter.BUILTIN],
        custom_file_header='"""Made by client/generate.py from the OpenAPI document."""\n',
    )  # fmt: skip


def operations(folder: Path) -> None:
    """Write the methods."""
    made = [
        _method(path, told["get"])
        for path, told in document()["paths"].items()
        if not path.startswith("/webhooks") and "application/json" in told["get"]["responses"]["200"]["content"]
    ]
    (folder / "operations.py").write_text(HEAD + "".join(made), encoding="utf-8")


def _method(path: str, told: dict[str, Any]) -> str:
    answer = told["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    given = told.get("parameters", [])
    inside = [one for one in given if one["in"] == "path"]
    asked = [one for one in given if one["in"] == "query"]
    places = "".join(f", {_python(one['name'])}: str" for one in inside)
    keywords = "".join(f", {_python(one['name'])}: {_type(one['schema'])} | None = None" for one in asked)
    values = ", ".join(f'"{one["name"]}": {_python(one["name"])}' for one in asked)
    address = re.sub(r"{(\w+)}", lambda found: f"{{{_python(found[1])}}}", path)
    return (
        f"\n    def {told['operationId']}(self{places}{', *' if asked else ''}{keywords}) -> models.{answer}:\n"
        f'        """{told["summary"]}."""\n'
        f'        return cast("models.{answer}", self.get(f"{address}", {{{values}}}))\n'
    )


def _python(name: str) -> str:
    found = re.sub(r"([A-Z])", lambda letter: f"_{letter[1].lower()}", name)
    return f"{found}_" if keyword.iskeyword(found) else found


def _type(schema: dict[str, Any]) -> str:
    if options := schema.get("anyOf"):
        return _type(next(option for option in options if option.get("type") != "null"))
    if reference := schema.get("$ref"):
        return f"models.{reference.rpartition('/')[2]}"
    if values := schema.get("enum"):
        return f"Literal[{', '.join(repr(value) for value in values)}]"
    if schema["type"] == "array":
        return f"Sequence[{_type(schema['items'])}]"
    return SIMPLE[schema["type"]]


def write(folder: Path) -> None:
    """Write both files, as our formatter has them."""
    models(folder)
    operations(folder)
    for options in (["check", "--fix-only", "--quiet", "--select", "I,UP,Q"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *options, *(str(folder / name) for name in NAMES)], check=True)  # noqa: S603


def differing() -> list[str]:
    """The files that are another than what would be made."""
    with TemporaryDirectory(dir=HERE.parent) as made:
        write(Path(made))
        return [name for name in NAMES if (Path(made) / name).read_text() != (HERE / name).read_text()]


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        if found := differing():
            sys.exit(f"The client is not as the API: {', '.join(found)}. Run ./dev client")
    else:
        write(HERE)
