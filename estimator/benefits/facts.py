"""The facts of the other computations: how each is read, what is accepted, and what a person calls it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from estimator.benefits import readers as say
from estimator.benefits.readers import FactErrors, Reader
from estimator.facts import STATUSES, Error, FactError, read_day, read_flag, read_month
from estimator.money import MoneyError, parse_amount, parse_ratio, parse_yuan


class Fact(NamedTuple):
    """One fact a computation may ask for.

    Attributes:
        name: as the interface calls it.
        read: turns what was said into a value; raises MoneyError, FactError or FactErrors.
        accepted: what may be said, in Chinese.
        label: what a person calls it, in Chinese.
    """

    name: str
    read: Reader
    accepted: str
    label: str


_AMOUNTS = {
    "annual_wage": "上年度本人工资收入(一年)",
    "monthly_base": "月缴费工资(月缴费基数)",
    "monthly_pension": "每月基本养老金或退休费",
    "annual_payroll": "上年度本单位职工工资总额(一年)",
    "sum_of_monthly_bases": "在职职工个人月缴费基数之和",
    "unit_monthly_average_wage": "单位上年度职工月平均缴费工资",
    "actual_cost": "实际生育医疗费",
    "actual_prenatal_cost": "实际产前检查费",
    "reimbursed": "医保已报销的金额",
    "assisted_ytd": "本年度已得的住院医疗救助",
    "inpatient_aid_ytd": "本年度已得的住院医疗救助(算合计限额用)",
    "serious_ytd": "本年度已得的大病救助",
    "personal_paid": "报销后个人实际支付",
    "total": "住院总费用",
    "out_of_catalogue": "目录外费用",
    "cost": "费用",
    "account_balance": "个人账户余额",
}
_FLAGS = {
    "underpaid": "单位或本人没有缴足",
    "local_birth": "在本地生育",
    "policy_compliant": "符合计划生育政策",
    "interrupted": "中断过缴费",
    "household_incomplete": "没有整户参保",
    "low_income": "是城乡低保对象",
    "special_hardship": "是因大病生活特别困难又无自救能力的特殊困难对象",
    "insured": "参加了医保(或新农合)和低保住院统筹",
    "student": "是中、小学生",
    "patient_enrolled": "患者已参保",
    "works_in_county": "成年后在本县工作",
    "approved": "审批手续齐全",
    "emergency": "急危重",
    "local_hukou": "本市户籍(含蓝印户口)",
    "hukou_before_retirement": "退休前有本市户籍",
    "employer_applied": "单位申请参加综合医疗保险",
    "industry_pension": "原行业统筹、由广东省社保机构发养老金",
    "city_pension": "由市社保机构按月发养老金",
    "unemployment_benefit": "正在领失业救济金",
    "designated": "在定点机构",
}
_DAYS = {
    "paid_on": "缴费日期",
    "patient_back_paid_on": "患者补缴日期",
    "expense_on": "医疗费发生日期",
    "discharged": "出院日期",
    "claim_filed": "报送材料日期",
    "referred_on": "转院开始日期",
    "as_of": "按哪一天的规定",
}


def _table() -> dict[str, Fact]:
    rows: dict[str, tuple[Reader, str, str]] = {
        **{name: (parse_amount, say.ABOUT, label) for name, label in _AMOUNTS.items()},
        **{name: (read_flag, say.FLAG, label) for name, label in _FLAGS.items()},
        **{name: (read_day, say.DAY, label) for name, label in _DAYS.items()},
        "fee": (parse_yuan, say.YUAN, "单项收费"),
        "born": (say.born, "日期,如 1971-05-20", "出生日期"),
        "average_wage": (say.positive, "公布的年平均工资,大于0," + say.YUAN, "本市上年度职工平均工资(一年)"),
        "normal_fee_adult": (parse_yuan, say.YUAN, "成年人正常缴费标准"),
        "normal_fee_minor": (parse_yuan, say.YUAN, "未成年人正常缴费标准"),
        "deposit_rate": (parse_ratio, say.RATIO, "银行公布的存款年利率"),
        "status": (*say.word(*STATUSES), "在职、退休或离休等"),
        "standing": (*say.word("active", "retired", "unemployed"), "在职、退休或失业"),
        "age": (*say.count(0, 150, "周岁"), "年龄"),
        "month": (read_month, say.MONTH, "哪个月"),
        "year": (say.year, "年份,如 2016", "哪一年"),
        "pension_from": (read_month, say.MONTH, "从哪个月开始领养老金"),
        "first_contribution": (read_month, say.MONTH, "第一次缴费的月份"),
        "rates": (say.rates, "各档比例," + say.RATIO, "公布的划入比例"),
        "months_before": (*say.count(0, 600, "月"), "生育前连续缴费几个月"),
        "months_after": (*say.count(0, 600, "月"), "生育后连续缴费几个月"),
        "remote_birth": (*say.word("normal", "difficult", "caesarean", "caesarean_plus"), "异地生育的方式"),
        "leave_days": (*say.count(0, 400, "天"), "产假天数"),
        "birth": (*say.word("normal", "caesarean"), "顺产或剖宫产"),
        "completed_years": (*say.count(0, 100, "年"), "连续缴费满几年"),
        "continuous_years": (*say.count(0, 100, "年"), "在校期间连续参保满几年"),
        "years_since_reenrolment": (*say.count(0, 100, "年"), "重新参保后满几年"),
        "items": (say.items, f'列表,如 [{{"type": "药品费", "amount": "1200.00"}}];种类:{say.TYPES}', "各项费用"),
        "category": (*say.count(1, 3, "类"), "大病类别"),
        "disease": (say.text, "病名", "病名"),
        "part": (*say.word("inpatient", "serious", "both"), "算哪一种救助"),
        "ask": (*say.word("late_fee", "benefit_start", "patient_covered"), "问什么"),
        "period": (*say.word("normal", "back_payment", "late"), "在哪个缴费期"),
        "adults": (*say.count(0, 100, "人"), "补缴的成年人数"),
        "minors": (*say.count(0, 100, "人"), "补缴的未成年人数"),
        "others": (*say.word("all", "some_missing", "back_paid", "none_enrolled"), "同户其他人参保情况"),
        "visit_costs": (say.visits, '列表,如 ["480.00", "470.00"]', "每次透析费用"),
        "filed_after_days": (*say.count(0, 36500, "天"), "几天后补办审批"),
        "care": (*say.word("outpatient", "inpatient"), "门诊或住院"),
        "purpose": (say.text, "用途的名称", "用在什么上"),
        "event": (say.text, "情形的名称", "发生了什么"),
    }
    return {name: Fact(name, *row) for name, row in rows.items()}


FACTS = _table()
Facts = dict[str, Any]
ALWAYS = frozenset({"scheme", "as_of", "kind"})


def read_facts(request: Mapping[str, Any], names: tuple[str, ...]) -> tuple[Facts, list[Error], list[str]]:
    """Read the facts of one computation.

    Returns:
        The facts that were said, every error, and the names this computation does not ask for. A null is absent.
    """
    facts: Facts = {}
    errors: list[Error] = []
    ignored = [name for name, raw in request.items() if name not in ALWAYS and name not in names and raw is not None]
    for name in (*names, "as_of"):
        raw = request.get(name)
        if raw is None:
            continue
        fact = FACTS[name]
        try:
            facts[name] = fact.read(raw)
        except FactErrors as error:
            errors += error.errors
        except (MoneyError, FactError) as error:
            errors.append(Error(name, str(error), fact.accepted))
    return facts, errors, ignored


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)
