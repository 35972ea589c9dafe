"""What an office's columns and words are called: headers by field, and the words for schemes, states and movements."""

from __future__ import annotations

from bot.members.port import KINDS

_PERSON = {
    "number": ("身份证号", "身份证号码", "证件号码", "证件号", "公民身份号码", "社会保障号码", "社会保障号", "身份证"),
    "name": ("姓名", "参保人姓名", "人员姓名", "参保人"),
}

MEMBERS = {
    **_PERSON,
    "phone": ("手机号", "手机号码", "手机", "联系电话", "电话", "移动电话", "联系方式"),
    "scheme": ("险种", "参保方案", "参保类型", "参保险种", "医保类型", "险种类型", "方案"),
    "unit": ("单位名称", "参保单位", "单位", "工作单位", "所属单位", "村居"),
    "status": ("人员状态", "参保状态", "状态", "人员类别", "人员类型", "医疗人员类别"),
    "since": ("参保日期", "参保时间", "开始日期", "起始日期", "生效日期", "首次参保日期"),
    "until": ("终止日期", "停保日期", "结束日期", "截止日期"),
    "died_on": ("死亡日期", "去世日期"),
}
MEMBERS_NEED = ("number", "name", "since")

MOVEMENTS = {
    **_PERSON,
    "day": ("入账日期", "日期", "业务日期", "发生日期", "交易日期", "记账日期", "划账日期", "费款所属期", "月份"),
    "kind": ("业务类型", "类型", "收支类型", "交易类型", "摘要"),
    "amount": ("金额", "发生额", "交易金额", "入账金额", "划入金额", "合计", "划入合计", "本月划入"),
    "own_part": ("个人缴费划入", "个人缴费", "个人部分", "个人划入"),
    "unit_part": ("单位缴费划入", "单位划入", "单位部分", "单位缴费"),
    "place": ("定点机构", "机构名称", "医疗机构", "地点", "定点名称", "商户名称", "备注"),
    "key": ("流水号", "交易流水号", "业务流水号", "凭证号"),
    "corrects": ("原流水号", "被冲正流水号", "更正流水号"),
}
MOVEMENTS_NEED = ("number", "day", "amount")

STAYS = {
    **_PERSON,
    "admitted": ("入院日期", "住院日期", "入院时间"),
    "discharged": ("出院日期", "结算日期", "出院时间"),
    "hospital": ("医院", "医疗机构", "医院名称", "医疗机构名称", "定点医疗机构", "就诊医院"),
    "total": ("总费用", "医疗总费用", "费用总额", "医疗费总额", "总金额"),
    "fund_paid": ("统筹支付", "统筹基金支付", "基金支付", "统筹支付金额", "基金支付总额"),
    "key": ("流水号", "结算号", "结算流水号", "就诊号", "单据号"),
}
STAYS_NEED = ("number", "admitted", "discharged", "total", "fund_paid")

STATES = {
    **dict.fromkeys(("在职", "在职职工", "在职人员", "正常参保", "参保", "active"), "active"),
    **dict.fromkeys(("退休", "退休人员", "退休职工", "retired"), "retired"),
    **dict.fromkeys(("居民", "城乡居民", "城镇居民", "农村居民", "学生", "儿童", "未成年人", "resident"), "resident"),
    **dict.fromkeys(("停保", "暂停", "暂停参保", "中断", "中断参保", "欠费", "终止", "suspended"), "suspended"),
}

WORDS = {
    **{kind.label: name for name, kind in KINDS.items()},
    **{name: name for name in KINDS},
    **dict.fromkeys(("划入", "月划入", "个账划入", "缴费划入", "个人账户划入", "单位划入", "个账入账"), "credit"),
    **dict.fromkeys(("计息", "结息", "年度结息"), "interest"),
    **dict.fromkeys(("购药", "药店", "药店消费", "药店支付"), "pharmacy"),
    **dict.fromkeys(("门诊", "门诊支付", "门诊消费"), "clinic"),
    **dict.fromkeys(("住院", "住院消费", "住院个账支付", "住院个人账户支付"), "hospital"),
    **dict.fromkeys(("转移转入", "关系转入"), "transfer_in"),
    **dict.fromkeys(("转移转出", "关系转出"), "transfer_out"),
    **dict.fromkeys(("冻结", "封存"), "freeze"),
    **dict.fromkeys(("解冻", "启封"), "unfreeze"),
    **dict.fromkeys(("继承", "继承支付"), "inherit_out"),
    **dict.fromkeys(("销户", "注销"), "cancel"),
    **dict.fromkeys(("冲正", "冲账", "调整", "调账"), "correction"),
}
