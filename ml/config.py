"""config/models.yml: horizons, the bar a model must clear, and the drift limit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ml.horizons import Task, tasks_of
from siyu.config_file import faults_of, raise_faults, read_yaml
from siyu.errors import ConfigError

FILE_NAME = "models.yml"
Share = Annotated[float, Field(ge=0, le=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ChurnConfig(_Strict):
    """The churn question and its bar; the leading horizon is the one that lists use."""

    horizon_days: Literal[30, 60, 90]
    max_ece: Share
    max_auc: Annotated[float, Field(gt=0.5, le=1)]
    tolerance_auc: Annotated[float, Field(ge=0, le=0.1)]


class LtvConfig(_Strict):
    """The value question and its bar; the leading horizon is the one that lists use."""

    horizon_days: Literal[90, 180, 365]
    max_spearman: Annotated[float, Field(gt=0, le=1)]
    total_ratio_min: Annotated[float, Field(gt=0, le=1)]
    total_ratio_max: Annotated[float, Field(ge=1)]
    tolerance_spearman: Annotated[float, Field(ge=0, le=0.1)]


class ModelsConfig(_Strict):
    """The whole file."""

    churn: ChurnConfig
    ltv: LtvConfig
    seed: Annotated[str, Field(min_length=1)]
    psi_limit: Annotated[float, Field(gt=0)]
    max_age_days: Annotated[int, Field(ge=7)]

    @model_validator(mode="before")
    @classmethod
    def _is_mapping(cls, value: object) -> object:
        if not isinstance(value, dict):
            raise ValueError("must be a mapping of churn, ltv, seed, psi_limit and max_age_days")
        return value

    def tasks(self) -> tuple[Task, ...]:
        """Every model of every horizon, the two leading ones first."""
        return tasks_of({"churn": self.churn.horizon_days, "ltv": self.ltv.horizon_days})


def load_models_config(config_dir: Path) -> ModelsConfig:
    """The checked file. Raises ConfigError that names the file and the key at fault."""
    path = config_dir / FILE_NAME
    try:
        return ModelsConfig.model_validate(read_yaml(path))
    except ValidationError as error:
        raise_faults(faults_of(path, error, ModelsConfig))
        raise ConfigError(f"{path.name}: not valid") from error
