"""Chinese column names to English field names, word by word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

# Longer words win. An empty English word adds nothing to the name.
WORDS = {
    "订单": "order", "子订单": "line", "主订单": "main_order", "编号": "no", "单号": "no", "号": "no",
    "交易单号": "transaction_no", "流水号": "statement_no", "商户": "merchant", "商家": "merchant",
    "店铺": "store", "门店": "store", "店": "store", "平台": "platform", "渠道": "channel",
    "来源": "source", "商品": "product", "货品": "product", "宝贝": "product", "名称": "name",
    "标题": "title", "规格": "spec", "型号": "model", "编码": "code", "条码": "barcode", "类目": "category",
    "分类": "category", "类型": "type", "品牌": "brand", "数量": "quantity", "件数": "quantity",
    "单价": "price", "价格": "price", "原价": "list_price", "成本": "cost", "金额": "amount",
    "总额": "total", "总价": "total", "合计": "total", "总": "total", "实付": "paid", "实收": "received",
    "应付": "payable", "应收": "receivable", "应结": "settled", "结算": "settlement", "运费": "shipping",
    "邮费": "shipping", "快递费": "shipping", "优惠": "discount", "折扣": "discount", "减免": "discount",
    "补贴": "subsidy", "红包": "red_packet", "优惠券": "coupon", "券": "coupon", "积分": "points",
    "手续费": "fee", "服务费": "service_fee", "佣金": "commission", "费用": "fee", "费率": "fee_rate",
    "费": "fee", "税": "tax", "退款": "refund", "退货": "return", "售后": "after_sale", "状态": "status",
    "时间": "at", "日期": "on", "日": "on", "月份": "month", "创建": "created", "下单": "ordered",
    "支付": "payment", "付款": "payment", "成交": "deal", "交易": "trade", "发货": "shipped",
    "收货": "received", "完成": "completed", "关闭": "closed", "取消": "cancelled", "到账": "settled",
    "入账": "booked", "发生": "happened", "更新": "updated", "修改": "updated", "注册": "registered",
    "入会": "joined", "首次": "first", "末次": "last", "最近": "last", "最后": "last", "上次": "last",
    "买家": "buyer", "用户": "user", "会员": "member", "客户": "customer", "顾客": "customer",
    "粉丝": "fan", "收件人": "receiver", "收货人": "receiver", "联系人": "contact", "姓名": "name",
    "昵称": "nick", "手机": "phone", "手机号": "phone", "手机号码": "phone", "电话": "phone",
    "联系电话": "phone", "号码": "no", "邮箱": "email", "地址": "address", "省": "province",
    "省份": "province", "市": "city", "城市": "city", "区": "district", "区县": "district",
    "街道": "street", "邮编": "postcode",
    "性别": "gender", "生日": "birthday", "年龄": "age", "等级": "tier", "标签": "tags", "卡号": "card_no",
    "身份证": "id_card", "备注": "note", "留言": "message", "描述": "description", "说明": "description",
    "账号": "account", "帐号": "account", "账户": "account", "员工": "employee", "导购": "guide",
    "客服": "agent", "主播": "host", "达人": "creator", "直播": "live", "直播间": "live_room",
    "视频": "video", "笔记": "note", "作品": "work", "活动": "campaign", "推广": "promotion",
    "计划": "plan", "物流": "logistics", "快递": "express", "公司": "company", "仓库": "warehouse",
    "曝光": "impression", "点击": "click", "阅读": "read", "播放": "play", "观看": "view",
    "点赞": "like", "评论": "comment", "分享": "share", "收藏": "favourite", "关注": "follow",
    "次数": "count", "人数": "people_count", "量": "count", "数": "count", "率": "rate", "占比": "share",
    "转化": "conversion", "消费": "spend", "花费": "spend", "累计": "total", "是否": "is", "方式": "method",
    "原因": "reason", "结果": "result", "问题": "question", "评分": "score", "余额": "balance",
    "充值": "top_up", "赠品": "gift", "礼物": "gift", "批次": "batch", "序号": "row_no", "登记": "signup",
    "预约": "booking", "到店": "visit", "核销": "redeemed", "开票": "invoice", "发票": "invoice",
    "抬头": "title", "小票": "receipt", "收银": "cashier", "品名": "product_name", "工单": "ticket",
    "课程": "course", "变动": "change", "处理": "handled", "评价": "review", "满意度": "satisfaction",
    "升级": "escalated", "明细": "detail", "导出": "export", "报表": "report", "列表": "list",
    "流水": "ledger", "记录": "record", "预订": "booking", "桌": "table", "餐": "meal",
    "的": "", "元": "", "件": "", "个": "",
}  # fmt: skip
_LONGEST = max(map(len, WORDS))
_UNKNOWN_LETTERS = 2
# To YAML these are no names.
_YAML_WORDS = {"yes", "no", "on", "off", "true", "false", "null"}
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*|[0-9]+")


def field_name(header: str, position: int, taken: Collection[str]) -> str:
    """A lower snake name for a column; `column_<n>` (from 1) where too little is known."""
    words, unknown = [], 0
    text = re.sub(r"\([^)]*\)|#\d+$", "", unicodedata.normalize("NFKC", header))
    while text:
        latin = _LATIN.match(text)
        if latin:
            words.append(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", latin.group()).lower())
            text = text[latin.end() :]
            continue
        for length in range(min(_LONGEST, len(text)), 0, -1):
            if text[:length] in WORDS:
                words.append(WORDS[text[:length]])
                text = text[length:]
                break
        else:
            unknown += text[0].isalpha()
            text = text[1:]
    name = re.sub(r"_+", "_", "_".join(w for w in words if w)).strip("_")
    told = re.match("[a-z]", name) and unknown <= _UNKNOWN_LETTERS and name not in _YAML_WORDS
    return _free(name if told else f"column_{position + 1}", taken)


def _free(name: str, taken: Collection[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free
