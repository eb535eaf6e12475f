"""How good the people of the night are: id churn against the night before, quality against a truth."""

from collections.abc import Iterator

import dagster as dg

from orchestration.plain_faults import plain_faults
from orchestration.resources import OWNER, POOL, settings_from_env
from siyu.doubt import begin_doubt, end_doubt
from siyu.warehouse import connect, warehouse_as_of

# A night whose people are worse than this against the brand's truth is not published.
PRECISION_FLOOR = 0.99
EVALUATION = dg.AssetKey(["ops", "identity_evaluation"])


@dg.asset(
    key=EVALUATION,
    deps=[
        dg.AssetKey(["identity", "bridge_identity"]),
        dg.AssetKey(["identity", "person_history"]),
    ],
    group_name="ops",
    owners=[OWNER],
    kinds={"duckdb", "python"},
    pool=POOL,
    check_specs=[
        dg.AssetCheckSpec(
            "no_identifier_changes_person_unexplained",
            asset=EVALUATION,
            description="Every identifier that names another person than on the night before has "
            "rows in identity.person_history that say why. Passes, and says so, on a first night.",
        ),
        dg.AssetCheckSpec(
            "pair_precision_against_the_truth",
            asset=EVALUATION,
            description=f"At least {PRECISION_FLOOR} of the account pairs put together are one true person. "
            "Measured only where a truth lies beside the data; says so otherwise.",
        ),
    ],
)
@plain_faults
def identity_evaluation(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Pair precision, recall, B-cubed and largest cluster against the brand's truth, and id churn."""
    from siyu.identity.judged.quality import keep_churn, night_churn, night_quality
    from siyu.identity.state.merged import lost_merges

    settings = settings_from_env()
    begin_doubt(settings, "identity_evaluation")
    with connect(settings, read_only=True) as con:
        as_of, lost = warehouse_as_of(con), lost_merges(con)
    if lost:
        context.log.warning(
            f"{len(lost):,} merges that people decided do not hold ({', '.join(lost[:5])}): all"
            " identifiers of a side are shared or gone, or they are kept apart; see"
            " identity.person_decision"
        )
    churn, people = night_churn(settings, as_of), night_quality(settings)
    said: dict[str, float | int | str] = {"truth": "beside the data" if people else "none"}
    if people:
        said |= {
            "pair_precision": people.pair_precision,
            "pair_recall_all": people.recall_all,
            "bcubed_precision": people.bcubed_precision,
            "bcubed_recall": people.bcubed_recall,
            "largest_cluster_identifiers": people.largest.identifier_count if people.largest else 0,
        }
        if people.recall_linkable is not None:
            said["pair_recall_linkable"] = people.recall_linkable
    moved: dict[str, float | int | str] = {"compared_with": "no earlier night"}
    if churn:
        keep_churn(settings, churn)
        moved = {
            "compared_with": churn.previous_on.isoformat(),
            "id_churn_explained": churn.churn.explained_share,
            "id_churn_unexplained": churn.churn.unexplained_share,
        }
    explained = churn is None or churn.churn.unexplained_count == 0
    precise = people is None or people.pair_precision >= PRECISION_FLOOR
    if explained and precise:
        end_doubt(settings, "identity_evaluation")
    yield dg.MaterializeResult(
        metadata={**said, **moved, "merges_that_do_not_hold": len(lost)},
        check_results=[
            dg.AssetCheckResult(
                check_name="no_identifier_changes_person_unexplained",
                passed=explained,
                metadata=moved,
            ),
            dg.AssetCheckResult(
                check_name="pair_precision_against_the_truth",
                passed=precise,
                metadata={"floor": PRECISION_FLOOR, **said},
            ),
        ],
    )
