"""What the pages of planning share: a refusal in words beside its input, and how a page is answered then."""

from dataclasses import dataclass, field

from services.eservice import texts
from services.eservice.clients.api import RefusedError
from services.eservice.pages.steps import errors_of, status_of

RULES = 409


@dataclass(frozen=True, slots=True)
class Doing:
    """How a page is answered: the errors by input ("": the whole page), and the status."""

    errors: dict[str, str] = field(default_factory=dict)
    status: int = 200

    @classmethod
    def of(cls, errors: "dict[str, str] | Doing | None") -> "Doing":
        """What was typed wrong is 400; nothing wrong is 200."""
        return errors if isinstance(errors, Doing) else cls(errors or {}, 400 if errors else 200)


def broken(refused: RefusedError, *inputs: str) -> Doing:
    """A refusal in words, by those of the page's inputs that it is about. Raises it when it is not of this page."""
    if refused.status != RULES or not refused.errors:
        return Doing(errors_of(refused), status_of(refused))
    errors: dict[str, str] = {}
    for error in refused.errors:
        name = str(error["pointer"]).lstrip("/")
        errors.setdefault(name if name in inputs else "", texts.error(error["code"], error.get("params", {})))
    return Doing(errors, status_of(refused))
