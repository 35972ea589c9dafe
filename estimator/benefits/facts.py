"""The facts of the other computations: how each is read, what is accepted, and what a person calls it."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from estimator.facts import STATUSES, Error, FactError, read_count, read_day, read_flag, read_month, read_word
from estimator.money import MoneyError, parse_amount, parse_ratio, parse_yuan
from estimator.scheme import today

Reader = Callable[[object], Any]


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


class FactErrors(ValueError):
    """Several faults inside one fact."""

    def __init__(self, errors: list[Error]) -> None:
        super().__init__(";".join(error.message for error in errors))
        self.errors = errors


_YUAN = "以元为单位、最多两位小数、小于1亿的非负数,如 1200.00"
_ABOUT = _YUAN + ';大约的数写 {"low": …, "high": …}'
_FLAG = "true 或 false"
_DAY = "日期,如 2016-11-20"
_MONTH = "月份,如 2016-05"
_MOST_ITEMS = 1000


def _positive(raw: object) -> int:
    fen = parse_yuan(raw)
    if not fen:
        raise MoneyError("不能是0")
    return fen


def _listed(raw: object) -> list[Any]:
    """A list, also as the JSON text a command line passes.

    Raises:
        FactError: it is none, or absurdly long.
    """
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except ValueError:
            raise FactError("不是 JSON 列表") from None
    if not isinstance(raw, list | tuple) or len(raw) > _MOST_ITEMS:
        raise FactError("不是列表,或列表太长")
    return list(raw)


def _visits(raw: object) -> tuple[int, ...]:
    found, errors = [], []
    for index, cost in enumerate(_listed(raw)):
        try:
            found.append(parse_yuan(cost))
        except MoneyError as error:
            errors.append(Error(f"visit_costs[{index}]", str(error), _YUAN))
    if errors:
        raise FactErrors(errors)
    return tuple(found)


def _items(raw: object) -> tuple[tuple[str, int], ...]:
    """Fees as (type, fen)."""
    found, errors = [], []
    for index, item in enumerate(_listed(raw)):
        if not isinstance(item, Mapping) or not {"type", "amount"} <= item.keys():
            errors.append(Error(f"items[{index}]", "要有 type 和 amount", '{"type": "药品费", "amount": "1200.00"}'))
            continue
        kind = str(item["type"]).strip() if item["type"] is not None else ""
        if not kind:
            errors.append(Error(f"items[{index}].type", "没有写是什么费", "床位费、药品费、手术费等"))
        try:
            found.append((kind, parse_yuan(item["amount"])))
        except MoneyError as error:
            errors.append(Error(f"items[{index}].amount", str(error), _YUAN))
    if errors:
        raise FactErrors(errors)
    return tuple(found)


def _rates(raw: object) -> dict[str, int]:
    """Published credit ratios by band; `employee` is the share of the member's own contribution that is credited."""
    if isinstance(raw, str) and raw.lstrip().startswith("{"):
        try:
            raw = json.loads(raw)
        except ValueError:
            raise FactError("不是 JSON") from None
    if not isinstance(raw, Mapping):
        return {"any": parse_ratio(raw)}
    found, errors = {}, []
    for band, ratio in raw.items():
        if band not in BANDS:
            errors.append(Error(f"rates.{band}", "没有这一档", "、".join(BANDS)))
            continue
        try:
            found[band] = parse_ratio(ratio)
        except MoneyError as error:
            errors.append(Error(f"rates.{band}", str(error), _RATIO))
    if errors:
        raise FactErrors(errors)
    return found


_RATIO = "0到1的小数或百分数,如 0.02、2%"
BANDS = ("under_35", "35_to_45", "45_plus", "retired_under_70", "retired_70_plus", "employee")
_TYPES = "床位费、药品费、手术费、抢救费、常规护理费、检查费、治疗费"


def _born(raw: object) -> date:
    """A date of birth, from 1900 on; other days are read from 1950 on."""
    try:
        day = raw if type(raw) is date else date.fromisoformat(str(raw).strip())
    except ValueError:
        raise FactError("不是日期,或没有这一天") from None
    if not FIRST_BIRTH <= day <= today():
        raise FactError("出生日期不合常理")
    return day


FIRST_BIRTH = date(1900, 1, 1)


def _year(raw: object) -> int:
    return int(read_count(1950, 2100)(raw))


def _word(*words: str) -> tuple[Reader, str]:
    return read_word(words), "、".join(words)


def _count(lowest: int, highest: int, unit: str) -> tuple[Reader, str]:
    return read_count(lowest, highest), f"{lowest}到{highest}的整数({unit})"


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
    "fee": "单项收费",
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
        **{name: (parse_amount, _ABOUT, label) for name, label in _AMOUNTS.items()},
        **{name: (read_flag, _FLAG, label) for name, label in _FLAGS.items()},
        **{name: (read_day, _DAY, label) for name, label in _DAYS.items()},
        "born": (_born, "日期,如 1971-05-20", "出生日期"),
        "average_wage": (_positive, "公布的年平均工资,大于0," + _YUAN, "本市上年度职工平均工资(一年)"),
        "normal_fee_adult": (parse_yuan, _YUAN, "成年人正常缴费标准"),
        "normal_fee_minor": (parse_yuan, _YUAN, "未成年人正常缴费标准"),
        "deposit_rate": (parse_ratio, _RATIO, "银行公布的存款年利率"),
        "status": (*_word(*STATUSES), "在职、退休或离休等"),
        "standing": (*_word("active", "retired", "unemployed"), "在职、退休或失业"),
        "age": (*_count(0, 150, "周岁"), "年龄"),
        "month": (read_month, _MONTH, "哪个月"),
        "year": (_year, "年份,如 2016", "哪一年"),
        "pension_from": (read_month, _MONTH, "从哪个月开始领养老金"),
        "first_contribution": (read_month, _MONTH, "第一次缴费的月份"),
        "rates": (_rates, "各档比例," + _RATIO, "公布的划入比例"),
        "months_before": (*_count(0, 600, "月"), "生育前连续缴费几个月"),
        "months_after": (*_count(0, 600, "月"), "生育后连续缴费几个月"),
        "remote_birth": (*_word("normal", "difficult", "caesarean", "caesarean_plus"), "异地生育的方式"),
        "leave_days": (*_count(0, 400, "天"), "产假天数"),
        "birth": (*_word("normal", "caesarean"), "顺产或剖宫产"),
        "completed_years": (*_count(0, 100, "年"), "连续缴费满几年"),
        "continuous_years": (*_count(0, 100, "年"), "在校期间连续参保满几年"),
        "years_since_reenrolment": (*_count(0, 100, "年"), "重新参保后满几年"),
        "items": (_items, f'列表,如 [{{"type": "药品费", "amount": "1200.00"}}];种类:{_TYPES}', "各项费用"),
        "category": (*_count(1, 3, "类"), "大病类别"),
        "disease": (_text, "病名", "病名"),
        "part": (*_word("inpatient", "serious", "both"), "算哪一种救助"),
        "ask": (*_word("late_fee", "benefit_start", "patient_covered"), "问什么"),
        "period": (*_word("normal", "back_payment", "late"), "在哪个缴费期"),
        "adults": (*_count(0, 100, "人"), "补缴的成年人数"),
        "minors": (*_count(0, 100, "人"), "补缴的未成年人数"),
        "others": (*_word("all", "some_missing", "back_paid", "none_enrolled"), "同户其他人参保情况"),
        "visit_costs": (_visits, '列表,如 ["480.00", "470.00"]', "每次透析费用"),
        "filed_after_days": (*_count(0, 36500, "天"), "几天后补办审批"),
        "care": (*_word("outpatient", "inpatient"), "门诊或住院"),
        "purpose": (_text, "用途的名称", "用在什么上"),
        "event": (_text, "情形的名称", "发生了什么"),
    }
    return {name: Fact(name, *row) for name, row in rows.items()}


def _text(raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise FactError("要写成文字")
    return raw.strip()


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
