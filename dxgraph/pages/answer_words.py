"""Words of answers: what pages call columns, groups of questions, and what cells say in code."""

from __future__ import annotations

Words = dict[str, str]


def _both(ja: str, en: str) -> Words:
    return {"ja": ja, "en": en}


#: Column of a saved question -> its head.
HEADS = {
    "activity": _both("取組", "Activity"),
    "after": _both("後か", "Later"),
    "allDepartments": _both("各課", "All departments"),
    "baseline": _both("現状値", "Baseline"),
    "basis": _both("根拠", "Basis"),
    "body": _both("会議体・役職", "Body or post"),
    "certainty": _both("確かさ", "Certainty"),
    "comparator": _both("比較", "Comparator"),
    "count": _both("数", "Count"),
    "department": _both("課", "Department"),
    "departments": _both("担当課", "Departments"),
    "direction": _both("向き", "Direction"),
    "edition": _both("引かれた版", "Edition cited"),
    "editionIssued": _both("版の日付", "Edition issued"),
    "fiscalYear": _both("年度", "Fiscal year"),
    "from": _both("元の文書", "From"),
    "fromYear": _both("最初の年度", "From"),
    "goal": _both("目標", "Goal"),
    "group": _both("組", "Group"),
    "indicator": _both("指標", "Indicator"),
    "instrument": _both("文書", "Instrument"),
    "issued": _both("策定", "Issued"),
    "issuer": _both("発行主体", "Issuer"),
    "item": _both("取組事項", "Item"),
    "items": _both("取組事項", "Items"),
    "kind": _both("種類", "Kind"),
    "label": _both("文言", "Text"),
    "legalBasis": _both("根拠条項", "Legal basis"),
    "measure": _both("施策", "Measure"),
    "measures": _both("施策数", "Measures"),
    "mention": _both("名指し", "Named by"),
    "municipality": _both("市町村", "Municipality"),
    "name": _both("名称", "Name"),
    "nearest": _both("近い施策", "Nearest measures"),
    "notation": _both("順", "No."),
    "note": _both("説明", "Note"),
    "number": _both("番号", "No."),
    "numbers": _both("番号", "Numbers"),
    "otherPhase": _both("相手の段階", "Phase of the other"),
    "otherYear": _both("相手の年度", "Year of the other"),
    "phase": _both("段階", "Phase"),
    "phases": _both("段階", "Phases"),
    "pillars": _both("基本方針", "Pillars"),
    "plan": _both("計画", "Plan"),
    "prefecture": _both("都道府県", "Prefecture"),
    "printed": _both("目標(印刷)", "Target as printed"),
    "qualitative": _both("数でない", "No number"),
    "relation": _both("関係", "Relation"),
    "restates": _both("再掲元", "Restates"),
    "role": _both("構成・就任", "Members or holder"),
    "sameName": _both("同名", "Same name"),
    "scheme": _both("体系", "Scheme"),
    "shared": _both("共通するもの", "Shared"),
    "source": _both("原資料", "Source"),
    "sourceLine": _both("行", "Line"),
    "target": _both("目標値", "Target"),
    "technologies": _both("技術", "Technologies"),
    "technology": _both("技術", "Technology"),
    "title": _both("題", "Title"),
    "titles": _both("施策", "Measures"),
    "to": _both("先の文書", "To"),
    "toYear": _both("最後の年度", "To"),
    "unit": _both("単位", "Unit"),
    "upperPlan": _both("上位計画", "Upper plan"),
}
#: Groups of the gallery in their order, each with the first tags of the questions that stand in it.
GROUPS = (
    (_both("技術", "Technologies"), ("technology",)),
    (_both("施策と予定", "Measures and schedules"), ("measure", "schedule")),
    (_both("指標", "Indicators"), ("indicator",)),
    (_both("国・県の取組事項と SDGs", "National items and SDGs"), ("item", "sdg")),
    (_both("計画とその根拠", "Plans and what they rest on"), ("plan", "law", "citation")),
    (_both("体制", "Organisation"), ("department", "organisation")),
    (_both("原資料の確かさ", "Evidence"), ("evidence",)),
)
#: Where questions stand whose first tag is none of these.
OTHERS = _both("そのほか", "Others")
#: How certain a reading is.
STATED = {
    "certain": _both("確か", "certain"),
    "uncertain": _both("不確か", "uncertain"),
}
BOOLEANS = {True: _both("はい", "yes"), False: _both("いいえ", "no")}
#: What a profile of a town counts.
COUNTED = {
    "pillars": _both("基本方針", "pillars"),
    "measures": _both("施策", "measures"),
    "activities": _both("取組", "activities"),
    "cells": _both("予定の欄", "cells of schedules"),
    "uncertain cells": _both("不確かな欄", "uncertain cells"),
    "indicators": _both("指標", "indicators"),
    "departments": _both("担当課", "departments"),
    "technologies": _both("技術", "technologies"),
    "past initiatives": _both("これまでの取組", "past initiatives"),
    "citations": _both("引用", "citations"),
    "anomalies": _both("原資料の異常", "anomalies"),
}
