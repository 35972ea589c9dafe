"""What every rule of a scheme file has: a name, the days it holds, and the article it comes from."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from estimator.quantities import Quantity, parse_quantity


def _of_unit(unit: str) -> Any:
    def read(raw: object) -> Quantity:
        quantity = parse_quantity(raw)
        if unit != quantity.unit:
            wanted = {"ratio": "比例,如 10%、4倍", "money": "金额,如 230元", "count": "带单位的数,如 3个月"}[unit]
            raise ValueError(f"这里要写{wanted}")
        return quantity

    return read


AnyQuantity = Annotated[Quantity, BeforeValidator(parse_quantity, json_schema_input_type=str)]
Ratio = Annotated[Quantity, BeforeValidator(_of_unit("ratio"), json_schema_input_type=str)]
Money = Annotated[Quantity, BeforeValidator(_of_unit("money"), json_schema_input_type=str)]
Count = Annotated[Quantity, BeforeValidator(_of_unit("count"), json_schema_input_type=str)]


class Strict(BaseModel):
    """Nothing but what is declared may be written."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Citation(Strict):
    """Where a rule stands: the document's id and its article as printed."""

    doc: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="document id of the register")
    article: str = Field(min_length=1, description="第十三条, or the section's own number")


def _listed(raw: object) -> object:
    return [raw] if isinstance(raw, dict) else raw


Citations = Annotated[tuple[Citation, ...], Field(min_length=1), BeforeValidator(_listed)]


class RuleBase(Strict):
    """The part all kinds share; a kind adds its own numbers."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", description="name of the rule, unique in its scheme")
    kind: str
    since: date | None = Field(None, description="first day in force")
    until: date | None = Field(None, description="last day in force, included")
    undated: bool = Field(default=False, description="true where the document states no date")
    note: str = Field("", description="a doubt or oddity that is told to the member")
    cite: Citations

    @model_validator(mode="after")
    def _dated(self) -> "RuleBase":
        if (self.since is None) != self.undated:
            raise ValueError("写 since(生效日)或 undated: true,两者选一")
        if self.undated and self.until is not None:
            raise ValueError("undated 的规则不能写 until")
        if self.since and self.until and self.until < self.since:
            raise ValueError("until 早于 since")
        return self

    def holds(self, day: date) -> bool:
        """Whether the rule is in force on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)
