"""Aid on top of an insurance settlement: `assistance` and `member_after`, at both ends of a range."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from estimator import benefits
from estimator.assumptions import assumption
from estimator.facts import Error
from estimator.money import format_yuan, parse_yuan
from estimator.parameters import Parameters
from estimator.report import Answer, bad_input
from estimator.scheme import Schemes

_ADDED = ("aid", "assistance", "member_after")


class Aid:
    """Adds aid to answers; `request` is the `then` of the request."""

    def __init__(self, request: Any, schemes: Schemes, parameters: Parameters) -> None:
        self.request = request
        self.schemes = schemes
        self.parameters = parameters

    def on_top(self, answer: Answer) -> Answer:
        """Add it to an answer."""
        day = date.fromisoformat(answer["as_of"])
        wrong = self._wrong()
        if wrong:
            return bad_input(answer, day, [wrong])
        if answer["status"] == "range" and answer["low"] is not None:
            aids = [self._aid(answer[side], answer["as_of"]) for side in ("low", "high")]
        elif answer["member_pays"] is not None:
            aids = [self._aid(answer, answer["as_of"])]
        else:
            return answer
        errors = [error for aid in aids[:1] for error in aid.get("errors", ())]
        if errors:
            refused = bad_input(answer, day, [])
            refused["errors"] = [{**error, "field": f"then.{error['field']}"} for error in errors]
            return refused
        answer["assumptions"] = [*answer["assumptions"], *self._warning(answer["scheme"])]
        answer["missing"] = list(dict.fromkeys([*answer["missing"], *aids[0].get("missing", ())]))
        return self._joined(answer, aids)

    def _wrong(self) -> Error | None:
        known = "、".join(name for name, scheme in sorted(self.schemes.items()) if scheme.of("inpatient_aid"))
        if not isinstance(self.request, Mapping):
            return Error("then", "不是一组事实", '一组事实,如 {"scheme": "jiangning-aid", "age": 45}')
        if self.request.get("scheme") not in self.schemes:
            return Error("then.scheme", "没有这个救助方案", known)
        return None

    def _warning(self, scheme: str) -> list[Answer]:
        """Aid of another region is plain arithmetic, and that is said."""
        insurance, aid = self.schemes[scheme], self.schemes[self.request["scheme"]]
        if insurance.region == aid.region and aid.region:
            return []
        text = f"{aid.title}与{insurance.title}不是同一地区的办法,这里只是把两者相加来算,能不能一起享受要问当地"
        return [assumption("then", aid.id, text)]

    def _aid(self, settled: Answer, day: str) -> Answer:
        asked = {
            "as_of": day,
            "insured": True,
            "total": settled["total"],
            "out_of_catalogue": settled["out_of_catalogue"],
            "reimbursed": settled["fund_pays"],
            "personal_paid": settled["member_pays"],
            **self.request,
        }
        return benefits.benefit("aid", asked, self.schemes, self.parameters)

    def _joined(self, answer: Answer, aids: list[Answer]) -> Answer:
        """The answer with its aid: exact, or its two ends each with the aid that makes them least and greatest."""
        if len(aids) == 1 and aids[0]["status"] != "range":
            return {**answer, **_added(answer, aids[0], aids[0])}
        whole = answer if len(aids) == 1 else None
        for side, aid in (("low", aids[0]), ("high", aids[-1])):
            settled = whole or answer[side]
            greatest = aid["high" if side == "low" else "low"] if aid["status"] == "range" else aid
            kept = {name: value for name, value in settled.items() if name not in ("low", "high")}
            answer = {**answer, side: {**kept, **_added(settled, aid, greatest)}}
        if whole is not None and answer["next_question"] is None:
            answer["next_question"] = aids[0].get("next_question") or next(iter(aids[0]["missing"]), None)
        return {**answer, "status": "range", **dict.fromkeys(_ADDED)}


def _added(settled: Answer, aid: Answer, end: Answer) -> Answer:
    """What aid adds to a settlement; nothing is made up where the aid is unknown."""
    paid = end.get("assistance") or end.get("aid_total")
    after = None if paid is None else format_yuan(parse_yuan(settled["member_pays"]) - parse_yuan(paid))
    return dict(zip(_ADDED, (aid, paid, after), strict=True))
