"""Every number that is made rather than real: platform shares, defect rates, planted effects."""

from __future__ import annotations

from datetime import date, datetime

SEED = 20260821
# 780 whole weeks, so that weekdays stay: 2011-09-09 becomes 2026-08-21.
SHIFT_DAYS = 5460
DEFAULT_THROUGH = date(2026, 8, 17)
LAST_DAY = date(2026, 8, 21)

OA_APPID = "wx5c1a90d2e7b34f68"
MINI_PROGRAM_APPID = "wx8f27d3b6a01c945e"
CORP_ID = "ww3f0d6a91b8c27e45"
MERCHANT_ID = "1600088001"

# Share of buyers whose first home is this platform; the rest up to 1 also goes to Taobao.
HOME_SHARES = {
    "xiaohongshu": 0.08,
    "jd": 0.15,
    "wechat_shop": 0.22,
    "youzan": 0.20,
    "taobao": 0.35,
}
TWO_HOMES = 0.30
# Two Taobao stores, each with an order export of its own; config/stores.yml tells them apart.
FLAGSHIP, OUTLET = "花间集旗舰店", "花间集折扣店"
OUTLET_ORDER = 0.20
SECOND_HOME_ORDERS = 0.40

OA_FOLLOWER = 0.55
MINI_PROGRAM_USER = 0.65
WECOM_CONTACT = 0.50
CRM_MEMBER = 0.75
LEADS = 1500

MISSING_UNIONID = 0.12
MISSING_UNIONID_FAN = 0.03
HOUSEHOLD_PHONE = 0.015
RECYCLED_PHONE = 0.005
RECYCLED_AFTER_DAYS = 60
MASKED_PHONE = 0.08
PHONE_TYPO = 0.005
BLOCKED_PHONE = 0.003
BLOCKED_PHONE_VALUE = "13800138000"
SHARED_DEVICE = 0.003
STORE_TABLETS = 2
STORE_TABLET_VISITOR = 0.015
STAFF_TEST_ACCOUNTS = 12
STAFF_PHONE = "15900004321"
REMARK_MOBILE = 0.60
REMARK_OF_RELATIVE = 0.10
MEMBER_EMAIL = 0.40
SHARED_BY_EMPLOYEE = 0.60

SHIPPED_AFTER_DAYS = 2
COMPLETED_AFTER_DAYS = 9

MESSAGE_EVERY_DAYS = 14
OPEN_RATE = {"plain": 0.12, "personal": 0.18}
CLICK_RATE_OF_OPENS = 0.30

REFERRAL_ROOT_SHARE = 0.02
REFERRAL_MAX_DEPTH = 3
# Chance that one participant brings 0, 1, 2, 3 others.
REFERRAL_INVITES = (0.40, 0.30, 0.20, 0.10)
REFERRAL_REWARD_CNY = "10.00"

CONSENT_GRANTED = 0.85
CONSENT_REVOKED = 0.08

COUPON_USED = 0.35
COUPON_VALID_DAYS = 30
COUPON_BATCHES = {"spring-2026": date(2026, 3, 2), "summer-2026": date(2026, 6, 8)}
COUPON_BATCH_SHARE = 0.50

# The coupon experiment: rise of the chance to buy within the window, by stratum; elsewhere nothing.
EXPERIMENT = "winback-2026-06"
EXPERIMENT_START = datetime(2026, 6, 22, 10)
EXPERIMENT_WINDOW_DAYS = 28
EXPERIMENT_LAPSED_DAYS = 30
EXPERIMENT_EFFECT = {"lapsed_repeat": 0.25, "lapsed_once": 0.05}

# code: (name, channel, campaign, share of contacts, cost of one contact in cents)
CHANNEL_CODES = {
    "store-poster": ("门店海报", "qr_code", "store-2026", 0.25, 300),
    "parcel-card": ("包裹卡", "qr_code", "parcel-2026", 0.35, 120),
    "moments-ad": ("朋友圈广告", "ad", "moments-2026", 0.20, 1800),
    "friend-card": ("好友名片", "share", "friends-2026", 0.10, 0),
    "creator-card": ("达人名片", "creator", "creator-2026", 0.06, 0),
}
# The code that a creator shows.
CODE_OF_CREATOR = {"creator-card": "8800000001"}
CLICKS_PER_CONTACT = 6
IMPRESSIONS_PER_CLICK = 40

GROUPS = 5
GROUP_MEMBER = 0.45
GROUP_LEFT = 0.15
GROUP_SPEAKS_IN_A_WEEK = 0.10
GROUP_REPLY = 0.80
GROUP_REPLY_SECONDS = (60, 1200)

SERVICE_ASKS = 0.35
SERVICE_RESOLVED = 0.88
# First response in seconds, evenly spread between the two; the promise is 180.
SERVICE_RESPONSE_SECONDS = {"企业微信": (10, 210), "小程序客服": (20, 420)}
SERVICE_UNANSWERED = 0.02

NPS_ANSWERS = 0.25
NPS_SHARES = {"promoter": 0.50, "passive": 0.30, "detractor": 0.20}
REVIEW_OF_ORDER = 0.15
REVIEW_SCORES = (0.04, 0.06, 0.10, 0.25, 0.55)
# Reviews with words, and how often the words of a star say the opposite of it: five stars are given
# for a cashback while the words complain.
REVIEW_HAS_WORDS = 0.7
REVIEW_UNKIND_BY_STAR = (0.95, 0.90, 0.60, 0.12, 0.06)

SILVER_CENTS = 100_000
GOLD_CENTS = 500_000
COST_SHARE = 0.55

CONTENT_PIECES = {"douyin": 40, "xiaohongshu": 40}
# Likes, comments, favourites and shares for each view.
ENGAGEMENT_RATE = {"视频": 0.080, "图文": 0.050}
VIEWS_GROW_FOR_DAYS = 14

CREATORS = 6
CREATOR_WORKS = 18
CREATOR_FEE_CNY = (300, 2000)
CREATOR_ORDER_WITHIN_DAYS = 10
CREATOR_ORDER = 0.25
XHS_CREATORS = 3
XHS_CREATOR_ORDER = 0.20
COMMISSION_RATE = 0.12

# Sessions that look at products, fill the cart and leave.
CART_ABANDONED = 0.10
PDD_AD_SHARE = 0.08
PDD_AD_CAMPAIGN = "pdd-product-ads"

# Fees that bills show, and the differences planted between orders and bills.
JD_COMMISSION_PERCENT = 5
WECHAT_FEE_PER_MILLE = 6
RECEIPT_MISSING = 0.003
FEE_TWICE = 0.004
LATE_PAYOUT = 0.8
LATE_PAYOUT_DAYS = 2
JD_GRACE_DAYS = 2
