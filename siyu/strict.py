"""What every block of a brand's configuration is built on: unknown keys are faults."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict

# Names that become columns and tables: lower snake case.
NAME = re.compile(r"^[a-z][a-z0-9_]*$")


class Strict(BaseModel):
    """A mistyped key is an error, never ignored; so is a number that is none."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
