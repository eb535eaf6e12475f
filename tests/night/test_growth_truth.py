"""What the demo planted beside orders is found again by the marts: counts exactly, rates within errors."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
import yaml

from siyu.metrics.attribution import MODELS
from tests.brand import Brand

pytestmark = pytest.mark.xdist_group("whole_brand")


@pytest.fixture(scope="module")
def truth(first_night: Brand) -> dict:
    return json.loads((first_night.data / "truth" / "growth.json").read_text())


def test_contacts_and_their_planted_cost_are_found_per_campaign(
    first_night: Brand, truth: dict
) -> None:
    found = first_night.rows(
        "select campaign, contact_count, cost_of_contact_cny from marts.channel_roi"
        " where contact_count > 0"
    )
    assert {c: n for c, n, _ in found} == {
        c: n for c, n in truth["contacts"].items() if c != "none"
    }
    costs = {c: float(cost) for c, _, cost in found if cost is not None}
    assert costs == truth["planted"]["cost_of_contact_cny"]


def test_coupons_issued_and_used_are_the_true_ones(first_night: Brand, truth: dict) -> None:
    found = first_night.rows("select batch, issued_count, used_count from marts.coupon")
    assert {b: {"issued": i, "used": u} for b, i, u in found} == truth["coupons"]


def test_the_message_effect_is_within_three_standard_errors(
    first_night: Brand, truth: dict
) -> None:
    found = first_night.rows(
        "select campaign, sent_count, opened_count, open_lift, open_lift_error"
        " from marts.campaign where campaign like 'oa-%'"
    )
    assert {c: {"sent": s, "opened": o} for c, s, o, _, _ in found} == truth["messages"]
    lift, error = next((x, e) for c, _, _, x, e in found if c == "oa-personal")
    rates = truth["planted"]["message_open_rate"]
    assert abs(lift - (rates["personal"] - rates["plain"])) <= 3 * error
    assert error < 0.01


def test_service_and_nps_are_the_true_ones(first_night: Brand, truth: dict) -> None:
    found = first_night.rows(
        "select access_channel, sum(conversation_count), sum(in_time_count), sum(resolved_count)"
        " from marts.service group by access_channel"
    )
    service = {w: {"asked": a, "kept": k, "resolved": r} for w, a, k, r in found}
    assert service == truth["service"]
    (nps,) = first_night.rows(
        "select sum(promoter_count), sum(detractor_count), sum(answer_count) from marts.nps"
        " where kind = 'nps'"
    )
    assert nps == tuple(truth["nps"][k] for k in ("promoters", "detractors", "answers"))
    score = 100 * (nps[0] - nps[1]) / nps[2]
    # The spread of one answer's +1, 0 or -1 is below 1, so 3 errors are below 300 / sqrt(n) points.
    assert abs(score - truth["planted"]["nps"]) <= 300 / nps[2] ** 0.5


def test_groups_hold_who_is_there_and_every_question(first_night: Brand, truth: dict) -> None:
    (there,) = first_night.rows("select count(*) from core.fct_community where left_on is null")[0]
    said, answered = first_night.rows(
        "select sum(question_count), sum(answered_count) from marts.community"
    )[0]
    assert (there, said) == (truth["groups"]["members"], truth["groups"]["said"])
    # Another member's answer within the day counts too, so no true answer is missed.
    assert truth["groups"]["answered"] <= answered <= said


def test_creators_content_and_points_are_the_true_ones(first_night: Brand, truth: dict) -> None:
    found = first_night.rows(
        "select creator_id, order_count, net_revenue_cny, commission_cny from marts.kol_roi"
    )
    assert {c: (n, net, paid) for c, n, net, paid in found} == {
        c: (t["orders"], Decimal(t["net_cents"]) / 100, Decimal(t["commission_cents"]) / 100)
        for c, t in truth["creators"].items()
    }
    content = first_night.rows(
        "select format, count(*), sum(views), sum(engagements) from marts.content_roi"
        " where platform <> 'wechat_oa' group by format"
    )
    assert {f: {"pieces": p, "views": v, "engagements": e} for f, p, v, e in content} == truth[
        "content"
    ]
    points = first_night.rows("select sum(points) from core.fct_member_movement")
    assert points == [(truth["points"],)]


def test_each_store_has_its_own_orders_and_money(first_night: Brand, truth: dict) -> None:
    stores = yaml.safe_load((first_night.config / "stores.yml").read_text())["stores"]
    found = first_night.rows(
        "select store_id, sum(order_count), sum(net_revenue_cny) from marts.store_daily"
        " where platform = 'taobao' group by store_id"
    )
    assert {stores[s]["name"]: (n, money) for s, n, money in found} == {
        name: (t["orders"], Decimal(t["net_cents"]) / 100) for name, t in truth["stores"].items()
    }


def test_a_creator_is_credited_with_the_orders_that_name_them_and_all_credit_is_net_revenue(
    first_night: Brand, truth: dict
) -> None:
    # Of the order that names its creator this is the last touch, and takes all under that model.
    found = first_night.rows(
        "select creator_id, count(*), sum(last_cny) from marts.attribution_credit as c join"
        " core.fct_touch as t on c.touch_key = t.touch_key and c.order_key = t.order_key"
        " group by creator_id"
    )
    assert {c: (n, money) for c, n, money in found} == {
        c: (t["orders"], Decimal(t["net_cents"]) / 100) for c, t in truth["creator_credit"].items()
    }
    # A creator's contacts by channel code share in later orders, beside every other touch.
    assert first_night.rows(
        "select count(*) > 0 from marts.attribution where creator_id <> '' and channel_id = 'wecom'"
    ) == [(True,)]
    (whole,) = first_night.rows("select sum(net_revenue_cny) from core.fct_order")[0]
    sums = first_night.rows(
        "select model, sum(credit_cny), sum(credit_cny) filter (creator_id <> '') > 0"
        " from marts.attribution group by model"
    )
    assert {m: (money, some) for m, money, some in sums} == dict.fromkeys(MODELS, (whole, True))
    broken = first_night.rows(
        "with by_creator as (select c.order_key, coalesce(t.creator_id, '') as creator, "
        + ", ".join(f"sum({model}_cny) as {model}_cny" for model in MODELS)
        + " from marts.attribution_credit as c left join core.fct_touch as t using (touch_key)"
        " group by all) select order_key from by_creator join core.fct_order as o using (order_key)"
        " group by order_key, net_revenue_cny having "
        + " or ".join(f"sum({model}_cny) <> net_revenue_cny" for model in MODELS)
    )
    assert broken == []


def test_an_article_and_its_message_tell_the_same_opens(first_night: Brand, truth: dict) -> None:
    found = first_night.rows("select sum(known_open_count) from marts.content_roi")
    assert found == [(truth["articles_opened"],)]
