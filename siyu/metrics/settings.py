"""config/attribution.yml: window, cap, the parameters of the models and what an order is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from siyu.config_file import faults_of, raise_faults, read_yaml
from siyu.errors import ConfigError

FILE_NAME = "attribution.yml"


class AttributionSettings(BaseModel):
    """The whole file. Days are whole days, shares lie between 0 and 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    window_days: Annotated[int, Field(ge=1, le=90)] = 7
    step_cap: Annotated[int, Field(ge=1, le=100)] = 20
    position_ends: Annotated[float, Field(ge=0, le=0.5)] = 0.4
    half_life_days: Annotated[float, Field(gt=0, le=90)] = 7
    markov_order: Literal[1, 2, 3] = 1
    value: Literal["net_revenue", "margin", "predicted_ltv"] = "net_revenue"


def load_attribution_settings(config_dir: Path) -> AttributionSettings:
    """The checked file. Raises ConfigError that names the file and the key at fault."""
    path = config_dir / FILE_NAME
    try:
        return AttributionSettings.model_validate(read_yaml(path))
    except ValidationError as error:
        raise_faults(faults_of(path, error, AttributionSettings))
        raise ConfigError(f"{path.name}: not valid") from error
