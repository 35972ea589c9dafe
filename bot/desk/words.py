"""What the desk says to members, and the labels the staff read."""

from __future__ import annotations

REASONS = {
    "asked": "要求人工",
    "unsure": "机器人没把握",
    "emergency": "紧急情况",
    "crisis": "心理危机",
    "anger": "情绪激动",
    "fraud": "举报线索",
    "unpublished": "文件未公布",
}
URGENT = ("crisis", "emergency")

RESOLUTIONS = {
    "solved": "已解决",
    "advised": "已告知办法",
    "elsewhere": "请其他部门办理",
    "unreachable": "联系不上",
    "duplicate": "重复咨询",
    "back_to_bot": "交回机器人",
}
"""What an agent may choose when closing."""

ENDINGS = {**RESOLUTIONS, "left": "参保人退出排队", "erased": "参保人清除对话"}
"""Every way a case may end."""

WAITING_FOR = {"member": "等参保人补充", "hospital": "等医院回复", "department": "等科室回复"}
CHANNELS = {"web": "网页", "wechat": "公众号", "wecom": "企业微信", "telegram": "Telegram", "jsonl": "接口"}
ROLES = {"agent": "坐席", "supervisor": "主管", "administrator": "管理员", "oversight": "监督员"}

TAGS = ("起付线", "异地就医", "慢特病", "生育", "个人账户", "转诊", "需回访", "投诉")
"""Tags that are offered; an agent may write others."""

CLAIMED = "工作人员{name}已接入，为您服务。"
CLOSED = "本次人工服务已结束，之后由小助手继续为您解答。请为这次服务打分："
GIVEN_BACK = "人工服务已结束，小助手继续为您解答。"
REQUEUED = "刚才的工作人员暂时离开，您已回到排队最前面，下一位工作人员会看到全部对话，不用重说。"
TRANSFERRED = "您的问题已转给{name}继续处理，前面说过的不用重说。"
COVERED = "（举报内容，仅监督人员可见）"
REPORTER = "举报人"
UNSEEN = "（含参保人本人账户信息，不向坐席显示）"
STALE = "（个人信息已隐藏，请重新验证身份后再查询）"

SCORES = (("很满意", 5), ("满意", 4), ("一般", 3), ("不满意", 2), ("很不满意", 1))


def rating_choices() -> list[dict[str, str]]:
    """One button a score; the bot reads the value `rate:<score>`."""
    return [{"label": label, "value": f"rate:{score}"} for label, score in SCORES]
