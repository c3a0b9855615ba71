"""Shapes: each says in two languages what is wrong; each constraint has a fault that trips it.

``cases/passing.ttl`` is a tiny graph in which no shape finds anything. A fault gives one property
of one thing other values; the rule it is listed with must report that thing, and no other may.
All faults are judged in one pass, because a pass each would take a minute: each in a copy of the
graph under a base of its own, where the changed thing is the only target.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib import OWL, RDF, SH, URIRef
from rdflib.term import Node

from dxgraph import assemble
from dxgraph.namespaces import BASE, DXO, ID, PREFIXES
from dxgraph.workspace import Workspace

TARGETS = (SH.targetClass, SH.targetSubjectsOf)
#: The terms on a shape that constrain nothing by themselves.
NO_CONSTRAINT = {SH.path, SH.property, SH.message, SH.severity, SH.qualifiedValueShape, *TARGETS}

#: Under each thing its faults: the rule that must report it, the property, and the values, in
#: Turtle, that it gets instead of its own: "-" for none, and "id" for the property that is its own
#: IRI; "^" before a property is for that property of other things, of which it is the value.
#: What follows a full stop is said of another thing; "&" joins rules that break together.
FAULTS = """
plan/24343/dx-2023/measure/2-2/activity/1/2025
  Any-line               dxo:sourceLine       394, 395
  Any-line               dxo:sourceLine       394.0
  Any-line               dxo:sourceLine       0
  Any-certain            dxo:certain          true, false
  Any-certain            dxo:certain          "no"
  Any-doubt              dxo:note             -
  Any-note               dxo:note             "左隣の欄が空"@ja, "左隣が空"@ja, "Empty"@en
  Any-note               dxo:note             "左隣の欄が空"@ja, "vide"@fr
  Any-noteEn             dxo:note             "左隣の欄が空"@ja

plan/24343/dx-2023/measure/2-2/activity/1/2024
  ScheduleEntry          id                   <plan/24343/dx-2023/measure/2-2/activity/1/R6>
  ScheduleEntry          id                   _:b
  ScheduleEntry-text     rdfs:label           -
  ScheduleEntry-text     rdfs:label           "導入"@ja, "Introduction"@en
  ScheduleEntry-line     dxo:sourceLine       -
  ScheduleEntry-activity  dxo:entryOf         -
  ScheduleEntry-activity  dxo:entryOf         <plan/24343/dx-2023/measure/2-2>
  ScheduleEntry-activity  dxo:entryOf         <plan/24343/dx-2023/measure/2-2/activity/1>, <item/ai>
  ScheduleEntry-year     dxo:fiscalYear       -
  ScheduleEntry-year     dxo:fiscalYear       <fiscal-year/2024>, <fiscal-year/2025>
  ScheduleEntry-year     dxo:fiscalYear       <fiscal-year/2204>
  ScheduleEntry-year     dxo:fiscalYear       <fiscal-year/1> . <fiscal-year/1> a dxo:FiscalYear
  ScheduleEntry-phases   dxo:phase            -
  ScheduleEntry-phases   dxo:phase            <phase/introduction>, <technology/ai>
  ScheduleEntry-phases   dxo:phase            <phase/introdction> . <phase/introdction> a dxo:Phase
  Any-technologies       dxo:namesTechnology  <technology/ai>, <phase/introduction>
  Any-technologies       dxo:namesTechnology  <technology/al> . <technology/al> a dxo:Technology

plan/24343/dx-2023/measure/2-2/activity/1/report/2025
  ReportingEntry         id                   <plan/24343/dx-2023/measure/2-2/report/2025>
  ReportingEntry         id                   _:b
  ReportingEntry-text    rdfs:label           -
  ReportingEntry-text    rdfs:label           "年次報告"@ja, "Annual report"@en
  ReportingEntry-line    dxo:sourceLine       -
  ReportingEntry-activity  dxo:reportOf       -
  ReportingEntry-activity  dxo:reportOf       <plan/24343/dx-2023/measure/2-2>
  ReportingEntry-activity  dxo:reportOf       <plan/24343/dx-2023/measure/2-2/activity/1>, <item/ai>
  ReportingEntry-year    dxo:fiscalYear       -
  ReportingEntry-year    dxo:fiscalYear       <fiscal-year/2024>, <fiscal-year/2025>
  ReportingEntry-year    dxo:fiscalYear       <fiscal-year/2205>
  ReportingEntry-year    dxo:fiscalYear       <fiscal-year/1> . <fiscal-year/1> a dxo:FiscalYear

plan/24343/dx-2023/measure/2-2/activity/1
  Activity               id                   <plan/24343/dx-2023/activity/1>
  Activity               id                   _:b
  Activity-label         rdfs:label           "Work in each fiscal year"@en
  Activity-labelEn       rdfs:label           "取組内容"@ja
  Activity-line          dxo:sourceLine       -
  Activity-measure       dxo:activityOf       -
  Activity-measure       dxo:activityOf       <plan/24343/dx-2023/pillar/2>
  Activity-measure       dxo:activityOf       <plan/24343/dx-2023/measure/2-2>, <plan/24343/dx-2023>
  Activity-schedule      dxo:hasScheduleEntry  -

plan/24343/dx-2023/measure/2-2
  Any-label              rdfs:label           "AI"@ja, "RPA"@ja, "AI and RPA"@en
  Any-label              rdfs:label           "AI"@ja, "AI"@en, "IA"@fr
  Any-label              rdfs:label           " AI"@ja, "AI"@en
  Measure                id                   <measure/2-2>
  Measure                id                   _:b
  Measure-number         dxo:number           -
  Measure-number         dxo:number           "2-2", "2-3"
  Measure-number         dxo:number           2
  Measure-number         dxo:number           "２-２"
  Measure-title          rdfs:label           "Use of AI and RPA"@en
  Measure-titleEn        rdfs:label           "AI・RPAの利用推進"@ja
  Measure-line           dxo:sourceLine       -
  Measure-plan           dxo:measureOf        -
  Measure-plan           dxo:measureOf        <plan/24343/dx-2023>, <plan/24343/comprehensive-6>
  Measure-plan           dxo:measureOf        <plan/24343/dx-2022>
  Measure-pillar         dxo:inPillar         -
  Measure-pillar         dxo:inPillar         <plan/24343/dx-2023/pillar/2>, <plan/24343/dx-2023>
  Measure-departments    dxo:responsibleDepartment  <municipality/24343>
  Measure-departments    dxo:responsibleDepartment  <department/x> . <department/x> a dxo:Department
  Measure-departmentLine  dxo:departmentLine  396, 397
  Measure-departmentLine  dxo:departmentLine  "396"
  Measure-departmentLine  dxo:departmentLine  0
  Measure-allDepartments  dxo:allDepartments  true, false
  Measure-allDepartments  dxo:allDepartments  "各課"@ja
  Measure-items          dxo:addressesItem    <technology/ai>
  Measure-items          dxo:addressesItem    <item/ai> . <item/ai> a dxo:PriorityItem

plan/24343/dx-2023/measure/2-9
  RestatedMeasure        dxo:restates         <plan/24343/dx-2023/measure/2-9>
  RestatedMeasure-restates  dxo:restates      -
  RestatedMeasure-restates  dxo:restates      <plan/24343/dx-2023/measure/2-2>, <item/ai-rpa>
  RestatedMeasure-restates  dxo:restates      <plan/24343/dx-2023/measure/2-8>

plan/24343/dx-2023/measure/2-2/indicator/1
  Indicator              id                   <plan/24343/dx-2023/indicator/1>
  Indicator              id                   _:b
  Indicator-label        rdfs:label           "Share of residents"@en
  Indicator-labelEn      rdfs:label           "普及率"@ja
  Indicator-line         dxo:sourceLine       -
  Indicator-measure      dxo:indicatorOf      -
  Indicator-measure      dxo:indicatorOf      <plan/24343/dx-2023/measure/2-2>, <plan/24343/dx-2023>
  Indicator-baseline     dxo:hasBaseline      <plan/24343/dx-2023>, <plan/24343/dx-2023/period>
  Indicator-targets      dxo:hasTarget        -
  Indicator-targets      dxo:hasTarget        <plan/24343/dx-2023>
  Indicator-groups       dxo:measuredAs       <technology/ai>
  Indicator-groups       dxo:measuredAs       [ a dxo:IndicatorGroup ]

plan/24343/dx-2023/measure/2-2/indicator/1/baseline
  IndicatorValue         rdf:type             dxo:IndicatorValue
  IndicatorValue-printed  dxo:printedValue    -
  IndicatorValue-printed  dxo:printedValue    "58%"@ja, "60%"@ja
  IndicatorValue-printed  dxo:printedValue    "58%"
  IndicatorValue-value   dxo:value            58.0, 60.0
  IndicatorValue-value   dxo:value            "58%"
  IndicatorValue-unit    dxo:unit             "%"@ja, "件"@ja
  IndicatorValue-unit    dxo:unit             "percent"@en
  IndicatorValue-comparator  dxo:comparator   "=", ">="
  IndicatorValue-comparator  dxo:comparator   "以上"
  IndicatorValue-year    dxo:fiscalYear       <fiscal-year/2022>, <fiscal-year/2024>
  IndicatorValue-year    dxo:fiscalYear       <phase/introduction>
  IndicatorValue-line    dxo:sourceLine       -
  Baseline               id                   <plan/24343/dx-2023/baseline>
  Baseline               id                   _:b

plan/24343/dx-2023/measure/2-2/indicator/1/target/1
  Target                 id                   <plan/24343/dx-2023/measure/2-2/target>
  Target                 id                   _:b

plan/24343/dx-2023/measure/2-2/national-indicator/1
  NationalIndicator      id                   <plan/24343/dx-2023/measure/2-2/national/1>
  NationalIndicator      id                   _:b
  NationalIndicator-label  rdfs:label         "Nearly everyone"@en
  NationalIndicator-labelEn  rdfs:label       "普及率"@ja
  NationalIndicator-line  dxo:sourceLine      -
  NationalIndicator-measure  ^dxo:quotesIndicator  -
  NationalIndicator-measure  ^dxo:quotesIndicator  [ a dxo:Measure ], [ a dxo:Measure ]
  NationalIndicator-measure  ^dxo:quotesIndicator  <plan/24343/dx-2023>
  NationalIndicator-setBy  dxo:setBy          [ a dxo:NationalPlan ], [ a dxo:NationalPlan ]
  NationalIndicator-setBy  dxo:setBy          <plan/24343/dx-2023>
  NationalIndicator-targets  dxo:hasTarget    <plan/24343/dx-2023>

plan/24343/dx-2023/measure/2-2/national-indicator/1/target/1
  Target                 id                   <plan/24343/dx-2023/national-indicator/1/target>

plan/24343/dx-2023/pillar/2
  Pillar                 id                   <pillar/2>
  Pillar                 id                   _:b
  Pillar-number          dxo:number           -
  Pillar-number          dxo:number           "2", "3"
  Pillar-number          dxo:number           2
  Pillar-number          dxo:number           "Ⅱ"
  Pillar-title           rdfs:label           "More efficient administration"@en
  Pillar-titleEn         rdfs:label           "ICTを活用した行政運営の効率化"@ja
  Pillar-line            dxo:sourceLine       -
  Pillar-plan            dxo:pillarOf         -
  Pillar-plan            dxo:pillarOf         <plan/24343/dx-2023>, <plan/24343/comprehensive-6>
  Pillar-plan            dxo:pillarOf         <plan/24343/dx-2023/pillar/2>

plan/24343/dx-2023/past-initiative/16
  PastInitiative         id                   <plan/24343/dx-2023/past/16>
  PastInitiative         id                   _:b
  PastInitiative-label   rdfs:label           "Signboards with QR codes"@en
  PastInitiative-labelEn  rdfs:label          "案内板"@ja
  PastInitiative-line    dxo:sourceLine       -
  PastInitiative-year    dxo:fiscalYear       -
  PastInitiative-year    dxo:fiscalYear       <fiscal-year/2022>, <fiscal-year/2024>
  PastInitiative-year    dxo:fiscalYear       <phase/introduction>

plan/24343/dx-2023/citation/3
  Citation               id                   <plan/24343/dx-2023/cites/3>
  Citation               id                   _:b
  Citation-label         rdfs:label           -
  Citation-label         rdfs:label           "Article 9(3)"@en
  Citation-line          dxo:sourceLine       -
  Citation-instrument    dxo:citedInstrument  -
  Citation-instrument    dxo:citedInstrument  <law/428AC1000000103>, <standard/core-systems>
  Citation-instrument    dxo:citedInstrument  <law/999AC0000000001>

plan/24343/dx-2023/anomaly/1
  SourceAnomaly          id                   <plan/24343/dx-2023/odd/1>
  SourceAnomaly          id                   _:b
  SourceAnomaly-line     dxo:sourceLine       -
  SourceAnomaly-kind     dxo:anomalyKind      -
  SourceAnomaly-kind     dxo:anomalyKind      <anomaly-kind/misprint>, <phase/introduction>
  SourceAnomaly-kind     dxo:anomalyKind      <anomaly-kind/x> . <anomaly-kind/x> a dxo:AnomalyKind
  SourceAnomaly-note     dxo:note             -

plan/24343/dx-2023/uncited/1
  UncitedPassage         dxo:sourceLine       -
  UncitedPassage         dxo:lastLine         -
  UncitedPassage-line    dxo:sourceLine       41
  UncitedPassage-lastLine  dxo:lastLine       40, 41
  UncitedPassage-lastLine  dxo:lastLine       40.5
  UncitedPassage-note    dxo:note             -

plan/24343/dx-2023/goal/4
  GoalReading            id                   <goal/4>
  GoalReading            id                   _:b
  GoalReading-goal       dxo:goal             -
  GoalReading-goal       dxo:goal             <http://metadata.un.org/sdg/4>, <http://metadata.un.org/sdg/5>
  GoalReading-goal       dxo:goal             <http://metadata.un.org/sdg/18>
  GoalReading-label      rdfs:label           "Better school education"@en
  GoalReading-labelEn    rdfs:label           "学校教育の充実"@ja
  GoalReading-line       dxo:sourceLine       -

plan/24343/dx-2023/period
  PlanPeriod             id                   <plan/24343/dx-2023/years>
  PlanPeriod             id                   _:b
  PlanPeriod-from        dxo:fromYear         -
  PlanPeriod-from        dxo:fromYear         <fiscal-year/2022>, <fiscal-year/2024>
  PlanPeriod-from        dxo:fromYear         <phase/introduction>
  PlanPeriod-to          dxo:toYear           -
  PlanPeriod-to          dxo:toYear           <fiscal-year/2024>, <fiscal-year/2026>
  PlanPeriod-to          dxo:toYear           <phase/introduction>

plan/24343/dx-2023/governance/2
  GovernanceBody         id                   <governance/2>
  GovernanceBody         id                   _:b
  GovernanceBody-label   rdfs:label           "Informatisation Promotion Committee"@en
  GovernanceBody-labelEn  rdfs:label          "情報化推進委員会"@ja
  GovernanceBody-role    dxo:role             "所属長"@ja, "副町長"@ja
  GovernanceBody-role    dxo:role             "heads of divisions"@en
  GovernanceBody-line    dxo:sourceLine       -
  GovernanceBody-chairedBy  dxo:chairedBy     <municipality/24343>
  GovernanceBody-chairedBy  dxo:chairedBy     <governance/1> . <governance/1> a dxo:Post

plan/24343/dx-2023/governance/1
  Post                   id                   <governance/1>
  Post                   id                   _:b
  Post-label             rdfs:label           "CIO"@en
  Post-labelEn           rdfs:label           "CIO"@ja
  Post-role              dxo:role             "副町長"@ja, "町長"@ja
  Post-role              dxo:role             "deputy mayor"@en
  Post-line              dxo:sourceLine       -

plan/24343/dx-2023
  DXPlan                 id                   <plan/24343/digital-2023>
  DXPlan-issued          dcterms:issued       -
  DXPlan-period          dxo:hasPeriod        -
  DXPlan-source          dxo:source           -
  DXPlan-source          dxo:source           <source/24343-dx-2023>, <municipality/24343>
  DXPlan-source          dxo:source           <source/x> . <source/x> a dxo:SourceDocument
  DXPlan-pillars         dxo:hasPillar        -
  PublicPrivateDataPlan  rdf:type             dxo:PublicPrivateDataPlan
  PublicPrivateDataPlan-establishedUnder  dxo:establishedUnder  <law/428AC1000000103/article/8/1>
  PublicPrivateDataPlan-conformsTo  dxo:conformsTo  -
  MunicipalPlan-adoptedBy  dxo:adoptedBy      -
  MunicipalPlan-adoptedBy  dxo:adoptedBy      <municipality/24343>, <municipality/24324>
  MunicipalPlan-line     dxo:sourceLine       -
  Plan-period            dxo:hasPeriod        <plan/24343/dx-2023/period>, <fiscal-year/2022>
  Plan-establishedUnder  dxo:establishedUnder  <law/428AC1000000103/article/9/3>, <law/none>
  Plan-conformsTo        dxo:conformsTo       <plan/national/data-plan>
  Plan-takesIntoAccount  dxo:takesIntoAccount  <plan/24/digital-strategy>
  Plan-positionedUnder   dxo:positionedUnder  <law/428AC1000000103>
  Plan-positionedUnder   dxo:positionedUnder  <plan/24343/x> . <plan/24343/x> a dxo:Plan
  Plan-governance        dxo:hasGovernance    <department/24343/kikaku-joho>
  Plan-pillars           dxo:hasPillar        <plan/24343/dx-2023/measure/2-2>
  Instrument-title       rdfs:label           "Asahi Town Digital Strategy Promotion Plan"@en
  Instrument-titleEn     rdfs:label           "朝日町デジタル戦略推進計画"@ja
  Instrument-issued      dcterms:issued       "2023-02"^^xsd:gYearMonth, "2023"^^xsd:gYear
  Instrument-issued      dcterms:issued       "令和5年2月"
  Instrument-issuedBy    dxo:issuedBy         <department/24343/kikaku-joho>
  Instrument-supersedes  dxo:supersedes       <plan/24343/dx-2018>
  Instrument-editionOf   dxo:editionOf        <plan/24343/comprehensive-6>, <plan/24343/dx-2018>

plan/24343/comprehensive-6
  ComprehensivePlan      id                   <plan/24343/sogo-6>
  ComprehensivePlan-positionedUnder  dxo:positionedUnder  <plan/24343/dx-2023>

plan/24343/ict-bcp
  MunicipalPlan          id                   <plan/asahi/ict-bcp>
  MunicipalPlan          id                   _:b

plan/24/digital-strategy-2020
  PrefecturalPlan        id                   <plan/mie/digital-strategy-2020>
  PrefecturalPlan        id                   _:b
  PrefecturalPlan-adoptedBy  dxo:adoptedBy    -
  PrefecturalPlan-adoptedBy  dxo:adoptedBy    <prefecture/24>, <municipality/24343>

plan/national/data-basic-plan
  Plan                   rdf:type             dxo:Plan
  NationalPlan           id                   <plan/data-basic-plan>
  NationalPlan           id                   _:b
  NationalPlan-basedOn   dxo:basedOn          <law/428AC1000000103>, <law/999AC0000000001>
  NationalPlan-issuedBy  dxo:issuedBy         -

guideline/digital-society-principles
  Instrument             rdf:type             dxo:Instrument
  Guideline              id                   <guideline/デジタル原則>
  Guideline              id                   _:b
  Guideline-basedOn      dxo:basedOn          <plan/national/reform>

programme/giga-school
  Programme              id                   <programme/GIGA>
  Programme              id                   _:b

standard/core-systems
  Standard               id                   <standard/core_systems>
  Standard               id                   _:b
  Any-alternative        skos:altLabel        "標準仕様書"
  Any-alternative        skos:altLabel        "標準仕様書 "@ja

law/428AC1000000103
  Law                    id                   <law/data-act>
  Law                    id                   _:b
  Law-lawNumber          dxo:lawNumber        -
  Law-lawNumber          dxo:lawNumber        "平成28年法律第103号", "平成28年法律第104号"
  Law-lawNumber          dxo:lawNumber        "平成28年法律第103号"@ja
  Law-lawNumber          dxo:lawNumber        "平成２８年法律第１０３号"
  Law-lawId              dxo:lawId            -
  Law-lawId              dxo:lawId            "428AC1000000103", "428AC1000000104"
  Law-lawId              dxo:lawId            428
  Law-lawId              dxo:lawId            "平成28年法律第103号"

law/428AC1000000103/article/9/3
  LawArticle             id                   <law/428AC1000000103/9/3>
  LawArticle             id                   _:b
  LawArticle-articleNumber  dxo:articleNumber  -
  LawArticle-articleNumber  dxo:articleNumber  "9/3", "9/4"
  LawArticle-articleNumber  dxo:articleNumber  9
  LawArticle-articleNumber  dxo:articleNumber  "第9条第3項"
  LawArticle-articleOf   dxo:articleOf        -
  LawArticle-articleOf   dxo:articleOf        <law/428AC1000000103>, <standard/core-systems>
  LawArticle-articleOf   dxo:articleOf        <law/x> . <law/x> a dxo:Law
  LawArticle-asOf        dxo:asOf             "2021-09-01"^^xsd:date, "2023-06-16"^^xsd:date
  LawArticle-asOf        dxo:asOf             "2021"^^xsd:gYear
  LawArticle-modality    dxo:modality         <modality/duty>, <modality/efort>
  LawArticle-modality    dxo:modality         <modality/efort> . <modality/efort> a dxo:Modality

source/24343-dx-2023
  SourceDocument         id                   <source/Asahi>
  SourceDocument         id                   _:b
  SourceDocument-title   rdfs:label           "Asahi Town Digital Strategy Promotion Plan"@en
  SourceDocument-titleEn  rdfs:label          "朝日町デジタル戦略推進計画"@ja
  SourceDocument-issued  dcterms:issued       -
  SourceDocument-issued  dcterms:issued       "2023-02"^^xsd:gYearMonth, "2023"^^xsd:gYear
  SourceDocument-issued  dcterms:issued       "2023-02"
  SourceDocument-issuedBy  dxo:issuedBy       -
  SourceDocument-issuedBy  dxo:issuedBy       <municipality/24344>
  SourceDocument-sha256  dxo:sha256           -
  SourceDocument-sha256  dxo:sha256           "cada73bb", "9df49b8a"
  SourceDocument-sha256  dxo:sha256           64
  SourceDocument-lines   dxo:lineCount        -
  SourceDocument-lines   dxo:lineCount        622, 623
  SourceDocument-lines   dxo:lineCount        "623"
  SourceDocument-lines   dxo:lineCount        0

municipality/24343
  Government-name        rdfs:label           "Asahi Town"@en
  Government-nameEn      rdfs:label           "朝日町"@ja
  Government-reading     dxo:reading          "あさひちょう"@ja-Hira, "あさひまち"@ja-Hira
  Government-reading     dxo:reading          "あさひちょう"@ja
  Government-reading     dxo:reading          "アサヒチョウ"@ja-Hira
  Municipality           id                   <municipality/243434>
  Municipality           id                   _:b
  Municipality-code      dxo:code             -
  Municipality-code      dxo:code             "24343", "24344"
  Municipality-code      dxo:code             24343
  Municipality-code      dxo:code             "48343"
  Municipality-code6     dxo:code6            -
  Municipality-code6     dxo:code6            "243434", "243435"
  Municipality-code6     dxo:code6            243434
  Municipality-code6     dxo:code6            "24343"
  Municipality-inPrefecture  dxo:inPrefecture  -
  Municipality-inPrefecture  dxo:inPrefecture  <prefecture/24>, <municipality/24343>
  Municipality-inPrefecture  dxo:inPrefecture  <prefecture/48> . <prefecture/48> a dxo:Prefecture
  Municipality-reading   dxo:reading          -

prefecture/24
  Prefecture             id                   <prefecture/240001>
  Prefecture             id                   _:b
  Prefecture-code        dxo:code             -
  Prefecture-code        dxo:code             "24", "25"
  Prefecture-code        dxo:code             24
  Prefecture-code        dxo:code             "48"
  Prefecture-code6       dxo:code6            -
  Prefecture-code6       dxo:code6            "240001", "240002"
  Prefecture-code6       dxo:code6            240001
  Prefecture-code6       dxo:code6            "243434"
  Prefecture-reading     dxo:reading          -

national-body/cabinet
  Government             rdf:type             dxo:Government
  NationalBody           id                   <national-body/閣議>
  NationalBody           id                   _:b

department/24343/kikaku-joho
  Department             id                   <department/kikaku-joho>
  Department             id                   _:b
  Department-name        rdfs:label           "Planning and Information Division"@en
  Department-nameEn      rdfs:label           "企画情報課"@ja
  Department-reading     dxo:reading          -
  Department-reading     dxo:reading          "きかくか"@ja-Hira, "きかくじょうほうか"@ja-Hira
  Department-reading     dxo:reading          "きかくじょうほうか"
  Department-reading     dxo:reading          "企画情報課"@ja-Hira
  Department-line        dxo:sourceLine       -
  Department-government  dxo:departmentOf     -
  Department-government  dxo:departmentOf     <municipality/24343>, <prefecture/24>
  Department-government  dxo:departmentOf     <plan/24343/dx-2023>
  Department-measures    dxo:responsibleFor   -

adoption/24343/ai
  TechnologyAdoption     id                   <adoption/asahi/ai>
  TechnologyAdoption     id                   _:b
  TechnologyAdoption-label  rdfs:label        "朝日町 — AI"@ja
  TechnologyAdoption-adopter  dxo:adopter     -
  TechnologyAdoption-adopter  dxo:adopter     <municipality/24343>, <department/24343/kikaku-joho>
  TechnologyAdoption-technology  dxo:adoptedTechnology  -
  TechnologyAdoption-technology  dxo:adoptedTechnology  <technology/ai>, <phase/introduction>
  TechnologyAdoption-firstYear  dxo:firstYear  -
  TechnologyAdoption-firstYear  dxo:firstYear  <fiscal-year/2024>, <phase/introduction>
  TechnologyAdoption-mention  dxo:mention     -
  TechnologyAdoption-mention  dxo:mention     <mention/activity>, <phase/introduction>
  TechnologyAdoption-certain  dxo:certain     -
  TechnologyAdoption-phase  dxo:phase         -
  TechnologyAdoption-phase  dxo:phase         <phase/introduction>, <technology/ai>
  TechnologyAdoption-derivedFrom  dxo:derivedFrom  -
  TechnologyAdoption-derivedFrom  dxo:derivedFrom  <plan/24343/dx-2023/measure/2-2>

assertion/sdg/ai-rpa-9
  EditorialAssertion     id                   <assertion/sdg/AI・RPA>
  EditorialAssertion     id                   _:b
  EditorialAssertion-appliesTo  dxo:appliesTo  -
  EditorialAssertion-appliesTo  dxo:appliesTo  <item/ai-rpa>, <item/ai-rap>
  EditorialAssertion-appliesTo  dxo:appliesTo  <item/x> . <item/x> a skos:Concept
  EditorialAssertion-goal  dxo:goal           -
  EditorialAssertion-goal  dxo:goal           <http://metadata.un.org/sdg/8>, <http://metadata.un.org/sdg/9>
  EditorialAssertion-goal  dxo:goal           <http://metadata.un.org/sdg/0>
  EditorialAssertion-note  dxo:note           -

fiscal-year/2024
  FiscalYear             id                   <fiscal-year/r6>
  FiscalYear             id                   _:b
  FiscalYear-label       rdfs:label           "2024年度"@ja, "FY2024"@en
  FiscalYear-labelEn     rdfs:label           "令和6年度"@ja
  FiscalYear-startYear   dxo:startYear        -
  FiscalYear-startYear   dxo:startYear        2024, 2025
  FiscalYear-startYear   dxo:startYear        "2024"
  FiscalYear-startYear   dxo:startYear        6
  FiscalYear-startYear   dxo:startYear        20240401
  FiscalYear-firstDay    dxo:firstDay         -
  FiscalYear-firstDay    dxo:firstDay         "2023-04-01"^^xsd:date, "2024-04-01"^^xsd:date
  FiscalYear-firstDay    dxo:firstDay         "2024-04-01"
  FiscalYear-firstDay    dxo:firstDay         "2024-01-01"^^xsd:date
  FiscalYear-firstDay    dxo:firstDay         "2026-04-01"^^xsd:date
  FiscalYear-lastDay     dxo:lastDay          -
  FiscalYear-lastDay     dxo:lastDay          "2025-03-31"^^xsd:date, "2026-03-31"^^xsd:date
  FiscalYear-lastDay     dxo:lastDay          "2024-12-31"^^xsd:date
  FiscalYear-nextYear    dxo:nextYear         <fiscal-year/2025>, <fiscal-year/2026>
  FiscalYear-nextYear    dxo:nextYear         <phase/introduction>

fiscal-year/2022
  FiscalYear-firstDay&FiscalYear-lastDay  dxo:lastDay  "2023-03-31"

technology/ai
  Technology             id                   <technology/AI>
  Technology             id                   _:b
  Concept-prefLabel      skos:prefLabel       "Artificial intelligence"@en
  Concept-prefLabelEn    skos:prefLabel       "AI"@ja
  Concept-definition     skos:definition      "計算機に行わせる技術。"@ja
  Concept-definition     skos:definition      "計算機に行わせる技術。"@ja, "人工の知能。"@ja
  Concept-definition     skos:definition      "計算機に行わせる技術。"@ja, "Techniques."
  Concept-inScheme       skos:inScheme        -
  Concept-inScheme       skos:inScheme        <technology/ai-ocr>
  Technology-broader     skos:broader         <phase/introduction>

item/ai-rpa
  PriorityItem           id                   <item/ai_rpa>
  PriorityItem           id                   _:b
  PriorityItem-notation  skos:notation        -
  PriorityItem-notation  skos:notation        "2020:1", "2022:1", "2022:2"
  PriorityItem-notation  skos:notation        4

phase/introduction
  Phase                  id                   <phase/導入>
  Phase                  id                   _:b
  Phase-order            dxo:order            -
  Phase-order            dxo:order            7, 8
  Phase-order            dxo:order            "7"
  Phase-order            dxo:order            0
  Phase-impliesAdoption  dxo:impliesAdoption  -
  Phase-impliesAdoption  dxo:impliesAdoption  true, false
  Phase-impliesAdoption  dxo:impliesAdoption  "yes"

indicator-group/my-number-card-rate
  IndicatorGroup         id                   <indicator-group/普及率>
  IndicatorGroup         id                   _:b

core-system/family-register
  CoreSystem             id                   <core-system/戸籍>
  CoreSystem             id                   _:b

procedure/child-allowance
  Procedure              id                   <procedure/児童手当>
  Procedure              id                   _:b

anomaly-kind/misprint
  AnomalyKind            id                   <anomaly-kind/誤植>
  AnomalyKind            id                   _:b

statement-kind/printed
  StatementKind          id                   <statement-kind/印刷>
  StatementKind          id                   _:b

mention/activity
  Mention                id                   <mention/取組>
  Mention                id                   _:b

modality/duty
  Modality               id                   <modality/義務>
  Modality               id                   _:b
"""


class Fault(NamedTuple):
    """Values a property of a thing must not have, and the rule that says so."""

    thing: str
    rule: str
    predicate: str
    values: str

    def __str__(self) -> str:
        return f"{self.rule} {self.predicate} {self.values}"


def read_faults(table: str) -> list[Fault]:
    faults, thing = [], ""
    for line in filter(None, table.splitlines()):
        if line.startswith(" "):
            faults.append(Fault(thing, *line.split(maxsplit=2)))
        else:
            thing = line
    return faults


ALL_FAULTS = read_faults(FAULTS)


class Judged(NamedTuple):
    """What is reported of each faulty thing: rules, constraint components, message languages."""

    rules: dict[Fault, set[str]]
    components: set[tuple[str, str]]
    languages: list[set[str]]


@pytest.fixture(scope="module")
def shapes(place: Workspace) -> rdflib.Graph:
    """All shapes in one graph."""
    graph = rdflib.Graph()
    for path in sorted(place.shapes.glob("*.ttl")):
        graph.parse(path)
    return graph


@pytest.fixture(scope="module")
def passing(root: Path) -> rdflib.Graph:
    """The tiny graph in which no shape finds anything."""
    return rdflib.Graph().parse(root / "tests/cases/passing.ttl")


@pytest.fixture(scope="module")
def judged(shapes: rdflib.Graph, passing: rdflib.Graph) -> Judged:
    """Every fault of the table judged, each in a copy of its own."""
    data, aimed = rdflib.Graph(), rdflib.Graph()
    aimed += (triple for triple in shapes if triple[1] not in TARGETS)
    fault_of = {}
    for number, fault in enumerate(ALL_FAULTS):
        thing = add_copy(data, passing, fault, f"{BASE}{number}/id/")
        aimed += ((shape, SH.targetNode, thing) for shape in targeting(shapes, data, thing))
        fault_of[thing] = fault
    _, report, _ = pyshacl.validate(data, shacl_graph=aimed, advanced=False, inference="none")
    rules, components, languages = defaultdict(set), set(), []
    for result in report.subjects(RDF.type, SH.ValidationResult):
        rule = name(report.value(result, SH.sourceShape))
        rules[fault_of[report.value(result, SH.focusNode)]].add(rule)
        components.add((rule, name(report.value(result, SH.sourceConstraintComponent))))
        languages.append({text.language for text in report.objects(result, SH.resultMessage)})
    return Judged(rules, components, languages)


def add_copy(data: rdflib.Graph, passing: rdflib.Graph, fault: Fault, base: str) -> Node:
    """Add a copy of the passing graph under ``base`` with the fault; return the faulty thing."""
    thing = URIRef(base + fault.thing)
    said = rdflib.Graph()
    curie = fault.predicate.removeprefix("^")
    if fault.values != "-":
        prefixes = "".join(f"@prefix {key}: <{iri}> . " for key, iri in PREFIXES.items())
        predicate = "<id>" if curie == "id" else curie
        statement = f"@base <{base}> . {prefixes} <{thing}> {predicate} {fault.values} ."
        said.parse(data=statement, format="turtle")
    moved = {term: moved_to(base, term) for term in passing.all_nodes()}
    if fault.predicate == "id":
        moved[URIRef(ID + fault.thing)] = thing = next(said.objects())
        said = rdflib.Graph()
    data += ((moved[s], p, moved[o]) for s, p, o in passing)
    if fault.predicate.startswith("^"):
        data.remove((None, passing.namespace_manager.expand_curie(curie), thing))
        data += ((o, p, s) if s == thing else (s, p, o) for s, p, o in said)
    elif fault.predicate != "id":
        data.remove((thing, passing.namespace_manager.expand_curie(curie), None))
        data += said
    return thing


def moved_to(base: str, term: Node) -> Node:
    ours = isinstance(term, URIRef) and term.startswith(ID)
    return URIRef(base + term.removeprefix(ID)) if ours else term


def targeting(shapes: rdflib.Graph, data: rdflib.Graph, thing: Node) -> set[Node]:
    """The shapes that have the thing for a target."""
    by_class = {
        shape
        for cls in data.objects(thing, RDF.type)
        for shape in shapes.subjects(SH.targetClass, cls)
    }
    by_property = {
        shape
        for shape, predicate in shapes.subject_objects(SH.targetSubjectsOf)
        if (thing, predicate, None) in data
    }
    return by_class | by_property


def name(term: object) -> str:
    return str(term).rpartition("#")[2]


def ruling(shapes: rdflib.Graph) -> set[URIRef]:
    """The shapes with an IRI, which are the rules; the others only serve them."""
    kinds = (SH.NodeShape, SH.PropertyShape)
    return {shape for kind in kinds for shape in shapes.subjects(RDF.type, kind)}


def test_every_class_with_instances_has_exactly_one_node_shape(
    place: Workspace, shapes: rdflib.Graph
) -> None:
    store = assemble.assemble(place)
    types = store.quads_for_pattern(None, ox.NamedNode(str(RDF.type)), None, None)
    used = {quad.object.value for quad in types if quad.object.value.startswith(DXO)}
    targeted = [str(cls) for cls in shapes.objects(None, SH.targetClass)]
    assert used <= set(targeted)
    assert len(targeted) == len(set(targeted))


def test_every_node_shape_is_named_after_the_class_of_the_ontology_it_targets(
    place: Workspace, shapes: rdflib.Graph
) -> None:
    ontology = rdflib.Graph()
    for path in place.ontology.glob("*.ttl"):
        ontology.parse(path)
    classes = {name(cls) for cls in ontology.subjects(RDF.type, OWL.Class)}
    for shape in shapes.subjects(RDF.type, SH.NodeShape):
        targets = {name(cls) for cls in shapes.objects(shape, SH.targetClass)}
        if (shape, SH.targetSubjectsOf, None) in shapes:
            assert not targets, shape
            assert name(shape).startswith("Any-")
        else:
            assert targets == {name(shape)}
            assert targets <= classes


def test_every_property_shape_is_named_after_what_it_is_about(shapes: rdflib.Graph) -> None:
    users = defaultdict(set)
    for shape, rule in shapes.subject_objects(SH.property):
        users[rule].add(name(shape))
    for rule in shapes.subjects(RDF.type, SH.PropertyShape):
        assert isinstance(rule, URIRef)
        about = name(rule).partition("-")[0]
        if about == "Any":
            assert (rule, SH.targetSubjectsOf, shapes.value(rule, SH.path)) in shapes
        else:
            assert users[rule], rule
            assert about == "Concept" or users[rule] == {about}


def test_every_shape_says_what_is_wrong_in_japanese_and_english_and_how_grave_it_is(
    shapes: rdflib.Graph,
) -> None:
    for shape in ruling(shapes):
        languages = [text.language for text in shapes.objects(shape, SH.message)]
        assert sorted(languages) == ["en", "ja"], shape
        severities = list(shapes.objects(shape, SH.severity))
        assert len(severities) == 1, shape
        assert severities[0] in (SH.Violation, SH.Warning, SH.Info), shape


def test_nothing_is_reported_of_the_passing_graph_though_it_has_all_classes(
    shapes: rdflib.Graph, passing: rdflib.Graph
) -> None:
    conforms, _, text = pyshacl.validate(
        passing, shacl_graph=shapes, advanced=False, inference="none"
    )
    assert conforms, text
    assert set(shapes.objects(None, SH.targetClass)) <= set(passing.objects(None, RDF.type))


@pytest.mark.parametrize("fault", ALL_FAULTS, ids=str)
def test_a_fault_is_reported_by_its_rule_alone(judged: Judged, fault: Fault) -> None:
    assert judged.rules[fault] == set(fault.rule.split("&"))


def test_every_constraint_of_every_shape_has_a_fault_that_trips_it(
    judged: Judged, shapes: rdflib.Graph
) -> None:
    stated = {
        (name(shape), f"{name(term)[0].upper()}{name(term)[1:]}ConstraintComponent")
        for shape in ruling(shapes)
        for term in shapes.predicates(shape)
        if term.startswith(str(SH)) and term not in NO_CONSTRAINT
    }
    assert {name(shape) for shape in ruling(shapes)} == {rule for rule, _ in stated}
    assert stated == judged.components


def test_every_finding_speaks_japanese_and_english(judged: Judged) -> None:
    assert judged.languages
    assert all(languages == {"ja", "en"} for languages in judged.languages)
