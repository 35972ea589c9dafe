"""Typed personal numbers become tokens; amounts, dates and document numbers stay."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.idnumber import check_character
from bot.privacy.tokens import TOKEN, clean

WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
# The printed example of GB 11643-1999 itself.
STANDARD = "11010519491231002X"

digits = st.text("0123456789", min_size=1)
days = st.dates(min_value=__import__("datetime").date(1900, 1, 1), max_value=__import__("datetime").date(2030, 1, 1))


@st.composite
def identity_numbers(draw):
    body = f"{draw(st.integers(110000, 999999))}{draw(days):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    good = check_character(body)
    return body + draw(st.sampled_from([good, good, *"0123456789X"]))


@pytest.mark.parametrize(
    "text",
    [
        "总共花了120000",
        "35600元",
        "花了35600 自费1200 住院12天",
        "2016-11-20",
        "20161120住院,20161125出院",
        "2016-11-20 2016-11-25",
        "35600 12000 2016-11-20",
        "豫政〔2001〕37号",
        "国发[1998]44号",
        "豫劳社医疗[2003]12号文件第15条",
        "2012 2013 2014 2015",
        "1000 2000 3000 4000",
        "1500 2000 300",
        "12393打不通",
        "电话12393",
        "120000.50元",
        "20161120093000",
        "余额是1,234,567.89",
        "第二次住院呢?三级医院一二三四",
        "13800000000元",
        "电话12393 2020-11-03 3765693.58",
        "8372355.75  108  2011-11-08  2018/02/24",
        "70852元  755  20170111  22116.82  282元",
        "12393转人工 20161120",
        "2001.02.09 54,024 20191027 59017",
        "1573091 2000-07-06 乙类 845元",
        "139  20010312  2015/06/16",
        "2410680块 4万 2019-03-30 20110327 88块",
        "202714  2005-11-21  2021-03-03",
        "660  2021-02-20  386931  20110717  4万",
    ],
)
def test_what_is_no_personal_number_stays(text):
    assert clean(text, awaiting_code=False).text == text
    assert clean(text, awaiting_code=False).values == {}


@pytest.mark.parametrize(
    ("text", "cleaned", "values"),
    [
        (f"张三 {STANDARD}", "⟦姓名1⟧ ⟦身份证1⟧", ["张三", STANDARD]),
        (STANDARD.lower(), "⟦身份证1⟧", [STANDARD]),
        (f"身份证{STANDARD.translate(WIDE)}。", "身份证⟦身份证1⟧。", [STANDARD]),
        ("110105 19491231 002x", "⟦身份证1⟧", [STANDARD]),
        ("110105-1949-1231-002X", "⟦身份证1⟧", [STANDARD]),
        ("110105491231002", "⟦身份证1⟧", ["110105491231002"]),
        ("110105.19491231.002X", "⟦身份证1⟧", [STANDARD]),
        ("1101 0519 4912 3100 21", "⟦身份证1⟧", ["110105194912310021"]),
        ("11010 51949 12310 02X", "⟦身份证1⟧", [STANDARD]),
        ("医保编号4101001234", "医保编号⟦卡号1⟧", ["4101001234"]),
        ("110105 491231 002", "⟦身份证1⟧", ["110105491231002"]),
        ("110105194912310021", "⟦身份证1⟧", ["110105194912310021"]),
        ("我少打一位11010519491231002", "我少打一位⟦身份证1⟧", ["11010519491231002"]),
        ("打我13812345678", "打我⟦手机1⟧", ["13812345678"]),
        ("138-1234-5678", "⟦手机1⟧", ["13812345678"]),
        ("+86 138 1234 5678", "⟦手机1⟧", ["13812345678"]),
        ("8613812345678", "⟦手机1⟧", ["13812345678"]),
        ("手机1381 2345 678", "手机⟦手机1⟧", ["13812345678"]),
        ("0371-65899999", "⟦手机1⟧", ["037165899999"]),
        ("(010)65899999", "⟦手机1⟧", ["01065899999"]),
        ("座机65899999", "座机⟦手机1⟧", ["65899999"]),
        ("6222021234567890123", "⟦卡号1⟧", ["6222021234567890123"]),
        ("卡号6222 0212 3456 7890", "卡号⟦卡号1⟧", ["6222021234567890"]),
        ("4111 1111 1111 1111", "⟦卡号1⟧", ["4111111111111111"]),
        ("社保卡号是A12345678", "社保卡号是⟦卡号1⟧", ["A12345678"]),
        ("一三八一二三四五六七八", "⟦手机1⟧", ["13812345678"]),
        ("35600 110105 19491231 002X", "35600 ⟦身份证1⟧", [STANDARD]),
        (
            f"{STANDARD} 13812345678 和 13912345678 还是 13812345678",
            "⟦身份证1⟧ ⟦手机1⟧ 和 ⟦手机2⟧ 还是 ⟦手机1⟧",
            [STANDARD, "13812345678", "13912345678"],
        ),
    ],
)
def test_personal_numbers_become_tokens(text, cleaned, values):
    result = clean(text, awaiting_code=False)
    assert result.text == cleaned
    assert list(result.values.values()) == values


@pytest.mark.parametrize("text", ["482913", "验证码是482913。", "４８２９１３", "482 913", "4 8 2 9 1 3"])
def test_a_code_is_taken_only_when_one_is_awaited(text):
    result = clean(text, awaiting_code=True)
    assert result.values == {"⟦验证码1⟧": "482913"}
    assert "482" not in result.text
    if "验证码" not in text:  # what is called a code is one at any time
        assert clean(text, awaiting_code=False).text == text


@pytest.mark.parametrize("text", ["花了120000", "120000元", "总费用120000", "20161120", "2016-11-20", "35600"])
def test_an_amount_is_no_code_even_when_one_is_awaited(text):
    assert clean(text, awaiting_code=True).text == text


def test_a_token_somebody_types_is_not_one_of_ours():
    result = clean("⟦身份证1⟧", awaiting_code=True)
    assert not TOKEN.search(result.text)
    assert result.values == {}


@given(
    before=st.text(st.characters(exclude_categories=["N", "Cs"]), max_size=20),
    number=identity_numbers(),
    wide=st.booleans(),
)
def test_every_identity_number_is_found_wherever_it_stands(before, number, wide):
    typed = number.translate(WIDE) if wide else number
    result = clean(f"{before}{typed}。谢谢", awaiting_code=False)
    assert number in result.values.values()
    assert typed not in result.text
    assert not re.search("[0-9０-９]{8}", result.text)


@given(text=st.text(max_size=200), awaiting=st.booleans())
def test_putting_the_values_back_and_cleaning_again_finds_nothing_new(text, awaiting):
    result = clean(text, awaiting_code=awaiting)
    again = clean(TOKEN.sub("。", result.text), awaiting_code=awaiting)
    assert again.values == {}


@given(amount=st.integers(0, 99_999_999), day=days)
def test_amounts_and_dates_stay(amount, day):
    text = f"{day:%Y-%m-%d}住院花了{amount}元,{day:%Y%m%d}出院,自费{amount // 7}"
    assert clean(text, awaiting_code=False).text == text
    assert clean(text, awaiting_code=True).text == text
