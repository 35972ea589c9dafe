"""A name is taken out where one is expected, and only there."""

import pytest

from bot.privacy.tokens import clean

NUMBER = "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        (f"王秀英 {NUMBER}", "⟦姓名1⟧ ⟦身份证1⟧"),
        (f"我叫钱七七,身份证{NUMBER},查余额", "我叫⟦姓名1⟧,身份证⟦身份证1⟧,查余额"),
        (f"姓名:欧阳娜娜 身份证号码:{NUMBER}", "姓名:⟦姓名1⟧ 身份证号码:⟦身份证1⟧"),
        (f"{NUMBER}王秀英", "⟦身份证1⟧⟦姓名1⟧"),
        (f"阿卜杜拉·买买提 {NUMBER}", "⟦姓名1⟧ ⟦身份证1⟧"),
        (f"{NUMBER}住院能报多少", "⟦身份证1⟧住院能报多少"),
        (f"查余额 {NUMBER}", "查余额 ⟦身份证1⟧"),
    ],
)
def test_a_name_beside_an_identity_number_is_taken_out(text, stored):
    assert clean(text, awaiting_code=False).text == stored


@pytest.mark.parametrize("text", ["王秀英", "我叫王秀英", "我是王秀英", "姓名是王秀英", "本人王秀英"])
def test_a_bare_name_is_taken_out_while_one_is_awaited(text):
    assert "王秀英" not in clean(text, awaiting_code=False, awaiting_name=True).text
    assert clean(text, awaiting_code=False).text == text


@pytest.mark.parametrize(
    "text", ["同意", "取消", "转人工", "查余额", "起付线是多少", "为什么要姓名", "还没想好", "安全吗"]
)
def test_what_is_no_name_stays_while_one_is_awaited(text):
    assert clean(text, awaiting_code=False, awaiting_name=True).text == text


@pytest.mark.parametrize("text", ["YB-2345-6789-ABCD-EFGH", "yb 2345 6789 abcd efgh", "我的码是YB23456789ABCDEFGH"])
def test_a_code_of_the_counter_is_always_taken_out(text):
    found = clean(text, awaiting_code=False)
    assert list(found.values.values()) == ["YB23456789ABCDEFGH"]
    assert "2345" not in found.text
