"""Reads request bodies into typed values, and words what is wrong with one as Amazon does."""

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from chalkola_spapi.simulator.messages import Call, RefusedError, invalid_input

Id = Annotated[str, Field(min_length=38, max_length=38, pattern=r"^[a-zA-Z0-9-]*$")]
Text = Annotated[str, Field(min_length=1, max_length=1024)]
Msku = Annotated[str, Field(min_length=1, max_length=255)]
MarketplaceId = Annotated[str, Field(min_length=1, max_length=20)]

_LONGEST_ECHO = 60


class Body(BaseModel):
    """A request body or a part of one. Members that Amazon's model does not have are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )

    def wire(self) -> dict[str, object]:
        """As Amazon writes it: camel case, without what was not given."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


B = TypeVar("B", bound=Body)


def read(model: type[B], call: Call) -> B:
    """The body of a call.

    Raises:
        RefusedError: 415 for what is not JSON, 400 InvalidInput that names every constraint.
    """
    if call.media_type() != "application/json":
        message = "The request entity is in an unsupported format."
        raise RefusedError(415, "UnsupportedMediaType", message)
    try:
        return model.model_validate(call.json_object())
    except ValidationError as exc:
        raise invalid_input(_wording(exc)) from exc


def _wording(exc: ValidationError) -> str:
    problems = exc.errors(include_url=False, include_context=False)
    texts = [
        f"Value '{str(problem['input'])[:_LONGEST_ECHO]}' at "
        f"'{'.'.join(('request', *map(str, problem['loc'])))}' failed to satisfy constraint: "
        f"{problem['msg']}"
        for problem in problems
    ]
    noun = "error" if len(texts) == 1 else "errors"
    return f"{len(texts)} validation {noun} detected: {'; '.join(texts)}"[:2048]
