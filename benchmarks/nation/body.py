"""The body of a synthetic plan: pillars, measures, activities, schedules and indicators."""

from __future__ import annotations

from benchmarks.nation.drawing import Drawing
from benchmarks.nation.habits import Cell, Node, Pair, Profile

_COMPARED = {">=": "以上", "<=": "以下", "<": "未満", ">": "超"}


class Body:
    """Draws the pillars of one plan; ``units`` are the departments it put in charge, in order."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.chance = drawing.chance
        self.usage = drawing.country.usage
        everything = self.usage.technologies
        self.fresh = drawing.distinct(everything, len(everything))
        self.named: list[str] = []
        wanted = drawing.model.count("units")
        self.waiting = self.chance.sample(drawing.country.words["departments"], wanted)
        self.units: dict[str, Node] = {}
        self.originals: list[str] = []

    def pillars(self) -> list[Node]:
        """The pillars, with all they hold."""
        count = max(1, self.drawing.model.count("pillars") + self.chance.choice((-1, 0, 1)))
        return [self._pillar(str(number + 1)) for number in range(count)]

    def _pillar(self, number: str, kind: str = "pillars") -> Node:
        profile = self.drawing.profile(kind)
        subject = self.drawing.pair("subjects")
        ja, en = self.drawing.named(self.drawing.pair("pillars"), s=subject)
        pillar: Node = {"number": number, "title": ja, "titleEn": en, "line": self.drawing.step()}
        if profile["subPillars"]:
            subs = range(1, profile["subPillars"] + 1)
            pillar["subPillars"] = [self._pillar(f"{number}-{each}", "subPillars") for each in subs]
        else:
            count = range(1, max(1, profile["measures"]) + 1)
            pillar["measures"] = [self._measure(f"{number}-{each}") for each in count]
        return pillar

    def _technologies(self, count: int, first: list[str] | None = None) -> list[str]:
        """So many different technologies, of ``first`` and then new to the plan or named before."""
        chosen = list(first or [])[:count]
        while len(chosen) < count:
            known = [technology for technology in self.named if technology not in chosen]
            if self.fresh and (not known or self.chance.random() < self.drawing.model.novelty):
                self.named.append(self.fresh.pop(0))
                chosen.append(self.named[-1])
            else:
                chosen.append(self.chance.choice(known))
        return chosen

    def _label(self, key: str, technologies: list[str]) -> Pair:
        """A name about the first of the technologies, or about none."""
        drawing = self.drawing
        setting = drawing.pair("settings")
        if not technologies:
            plain = "plain" + key[:1].upper() + key[1:]
            return drawing.named(drawing.pair(plain), p=setting)
        technology = drawing.country.technologies[technologies[0]]
        return drawing.named(drawing.pair(key), t=technology, p=setting)

    def _measure(self, number: str) -> Node:
        drawing, profile = self.drawing, self.drawing.profile("measures")
        technologies = self._technologies(profile["technologies"])
        ja, en = self._label("measures", technologies)
        measure: Node = {"number": number, "title": ja, "titleEn": en, "line": drawing.step()}
        if profile["alternative"]:
            measure["alternative"] = self._label("measures", technologies)[0]
        if profile["restates"] and self.originals:
            measure["restates"] = self.chance.choice(self.originals)
            return measure | drawing.remark(profile, "measureNotes")
        self.originals.append(f"{drawing.id}/measure/{number}")
        if profile["departments"]:
            measure["departments"] = self._departments(profile["departments"], measure["line"])
            measure["departmentLine"] = measure["line"] + 1
        if profile["allDepartments"]:
            measure["allDepartments"] = True
        if technologies:
            measure["technologies"] = technologies
        if profile["items"]:
            measure["items"] = self._items(technologies, profile["items"])
        measure |= drawing.remark(profile, "measureNotes")
        self._fill(measure, profile)
        return measure

    def _fill(self, measure: Node, profile: Profile) -> None:
        """Indicators and activities of a measure."""
        technologies = measure.get("technologies", [])
        for key, draw in (
            ("indicators", self._indicator),
            ("nationalIndicators", self._national_indicator),
            ("activities", self._activity),
        ):
            if profile[key]:
                measure[key] = [draw(technologies) for _ in range(profile[key])]

    def _items(self, technologies: list[str], count: int) -> list[str]:
        likely = self.usage.items_by_technology.get(technologies[0]) if technologies else None
        return self.drawing.distinct(likely or self.usage.items, count)

    def _departments(self, count: int, line: int) -> list[str]:
        """Departments in charge: half the time one not yet seen, else by rank, as real ones are."""
        chosen: dict[str, None] = {}
        wanted = min(count, len(self.units) + len(self.waiting))
        while len(chosen) < wanted:
            known = [unit for unit in self.units if unit not in chosen]
            if self.waiting and (not known or self.chance.random() < 0.5):
                chosen[self._unit(line)] = None
            else:
                order = list(self.units)
                weights = [max(self.usage.ranks[order.index(unit)], 1) for unit in known]
                chosen[self.chance.choices(known, weights)[0]] = None
        return list(chosen)

    def _unit(self, line: int) -> str:
        slug, name, reading, english = self.waiting.pop()
        unit = f"department/{self.drawing.town.code}/{slug}"
        self.units[unit] = {
            "id": unit,
            "name": name,
            "reading": reading,
            "nameEn": english,
            "line": line + 1,
        }
        return unit

    def _activity(self, named: list[str]) -> Node:
        drawing = self.drawing
        every = drawing.model.profiles["activities"]
        place = self.chance.randrange(len(every))
        profile, cells = every[place], drawing.model.timetables[place]
        shuffled = self.chance.sample(named, len(named))
        technologies = self._technologies(profile["technologies"], shuffled)
        ja, en = self._label("activities", technologies)
        activity: Node = {"label": ja, "labelEn": en, "line": drawing.step()}
        if technologies:
            activity["technologies"] = technologies
        activity |= drawing.remark(profile)
        if cells:
            about = technologies or shuffled
            activity["schedule"] = [self._entry(cell, about, activity["line"]) for cell in cells]
        if profile["reports"]:
            years = range(drawing.first, drawing.first + profile["reports"])
            line = drawing.step()
            activity["reports"] = [
                {
                    "year": y,
                    "text": self.chance.choice(drawing.country.words["reports"]),
                    "line": line,
                }
                for y in years
            ]
        return activity

    def _entry(self, cell: Cell, about: list[str], line: int) -> Node:
        entry: Node = {
            "year": self.drawing.first + cell.offset,
            "text": self._text(cell),
            "phases": list(cell.phases),
        }
        if cell.profile["technologies"]:
            entry["technologies"] = self._technologies(cell.profile["technologies"], about)
        entry |= self.drawing.remark(cell.profile)
        if cell.profile["line"]:
            entry["line"] = line + 1
        return entry

    def _text(self, cell: Cell) -> str:
        if cell.words == "mark":
            return "▶"
        phases = "・".join(self.drawing.country.phases[phase][0] for phase in cell.phases)
        if cell.words == "phase":
            return phases
        return f"{self.chance.choice(self.drawing.country.words['works'])}の{phases}"

    def _indicator(self, named: list[str]) -> Node:
        drawing, profile = self.drawing, self.drawing.profile("indicators")
        group = drawing.weighted(self.usage.groups) if profile["measuredAs"] else ""
        about = [self.chance.choice(named)] if named else []
        ja, en = drawing.country.groups[group] if group else self._label("indicators", about)
        indicator: Node = {"label": ja, "labelEn": en, "line": drawing.step()}
        if group:
            indicator["measuredAs"] = group
        if profile["direction"]:
            indicator["direction"] = drawing.weighted(self.usage.directions)
        units = self.usage.units[group] or self.usage.units[""]
        unit = drawing.weighted(units)
        if profile["baseline"]:
            indicator["baseline"] = self._value("baseline", unit, drawing.line, drawing.first - 1)
        if profile["targets"]:
            indicator["targets"] = [
                self._value("targets", unit, drawing.line, drawing.last)
                for _ in range(profile["targets"])
            ]
        return indicator | drawing.remark(profile, "measureNotes")

    def _value(self, kind: str, measured: tuple[str, str], line: int, year: int) -> Node:
        """A baseline or a target, in the unit and with the comparator ``measured``."""
        profile = self.drawing.profile(kind)
        value: Node = {}
        if profile["qualitative"]:
            value = {
                "printed": self.chance.choice(self.drawing.country.words["qualities"]),
                "qualitative": True,
            }
        else:
            number, (unit, comparator) = self.chance.randint(1, 100), measured
            value = {
                "printed": f"{number}{unit}{_COMPARED.get(comparator, '')}",
                "value": number,
                "unit": unit,
                "comparator": comparator,
            }
        if profile["year"]:
            value["year"] = year
        return value | {"line": line}

    def _national_indicator(self, named: list[str]) -> Node:
        drawing, profile = self.drawing, self.drawing.profile("nationalIndicators")
        about = [self.chance.choice(named)] if named else self._technologies(1)
        ja, en = self._label("nationalIndicators", about)
        indicator: Node = {"label": ja, "labelEn": en, "line": drawing.step()}
        if profile["direction"]:
            indicator["direction"] = drawing.weighted(self.usage.directions)
        if profile["setBy"]:
            indicator["setBy"] = drawing.weighted(self.usage.setters)
        if profile["targets"]:
            unit = drawing.weighted(self.usage.units[""])
            indicator["targets"] = [
                self._value("targets", unit, drawing.line, drawing.last)
                for _ in range(profile["targets"])
            ]
        return indicator
