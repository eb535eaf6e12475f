"""What every block of a contract is built on: unknown keys are faults, names are lower snake case."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict

NAME = re.compile(r"^[a-z][a-z0-9_]*$")


class Strict(BaseModel):
    """A mistyped key is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)
