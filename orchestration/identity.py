"""The likeness model behind the review queue: trained weekly, and by the first night that has none."""

import dagster as dg

from orchestration.plain_faults import plain_faults
from orchestration.resources import OWNER, POOL, settings_from_env
from siyu.warehouse import connect

LIKENESS_MODEL = dg.AssetKey(["identity", "likeness_model"])


@dg.asset(
    key=LIKENESS_MODEL,
    deps=[dg.AssetKey(["identity", "bridge_identity"])],
    group_name="identity",
    owners=[OWNER],
    kinds={"splink", "python"},
    pool=POOL,
)
@plain_faults
def likeness_model() -> dg.MaterializeResult:
    """What an agreement of names, phones, birthdays and addresses is worth, learned by Splink."""
    # Imported here: a process that only lists assets needs no arrow tables.
    from siyu.identity.likeness.suggest import train_likeness

    settings = settings_from_env()
    with connect(settings, read_only=True) as con:
        model = train_likeness(con, settings)
    if model is None:
        return dg.MaterializeResult(metadata={"trained": False})
    return dg.MaterializeResult(
        metadata={
            "trained": True,
            "version": model.version,
            "people": model.people,
            "pairs": model.pairs,
            "prior": model.prior,
        }
    )
