"""What each measure means: its formula, unit, source and caveat, said once for pages and for the documentation.

`docs/measures` holds a page of each, which a test sets beside `as_page`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from budget_align.core.measures.comparators import FAR, FEWEST, USUAL_NEIGHBOURS
from budget_align.core.measures.momentum import YEARS
from budget_align.core.measures.spend import STEADY
from budget_align.core.outcomes.disclosure import SMALLEST_GROUP
from budget_align.core.outcomes.indicator import USUAL_LAG, USUAL_THRESHOLD

_OWN: Final = "Budget Align's own"


@dataclass(frozen=True)
class Measure:
    """A measure as pages explain it.

    Attributes:
        code: what its documentation page is called.
        example: the formula worked out on small figures.
    """

    code: str
    name: str
    formula: str
    unit: str
    source: str
    caveat: str
    example: str


_ALL: Final = (
    Measure(
        "aligned-share",
        "Aligned share",
        "gross aligned ÷ gross, where gross is what lines of expenditure above zero come to and gross aligned what "
        "rules give of it to outcomes; for a body, a budget control or a year the same over its part; for a mission, "
        "what its outcomes get of gross ÷ gross",
        "share of one, shown in percent; never rounded up to 100 or down to 0",
        _OWN,
        "It says how much is tied to a promise, not whether the tie is a good one, or how sure it is: see evidence "
        "grades. Receipts that bodies net into their lines stand beside and make no share. Memo lines and transfers "
        "that are counted elsewhere are in neither part; where nothing is spent there is no share.",
        "Of 200m, 150m goes to outcomes and 50m to none, from which 50m of receipts is netted: 150 ÷ 200 = 75%.",
    ),
    Measure(
        "unaligned-by-reason",
        "Unaligned by reason",
        "the unaligned amount of every line, added up by the name under which its rule leaves it to no outcome on "
        "purpose, else by the rule's rationale; lines that no rule takes stand under a reason of their own",
        "an amount",
        _OWN,
        "A stated reason, such as debt interest, is a decision; that no rule matches is work left to do.",
        "30m of interest under the reason Debt interest and 20m that no rule takes make 50m unaligned.",
    ),
    Measure(
        "attributed-spend",
        "Attributed spend",
        "each line's amount × the share that its rule gives to the outcome, in whole minor units by largest remainder",
        "an amount",
        _OWN,
        "It adds up to the total over outcomes, unaligned included. Shares are judgements of who approved the rule.",
        "A line of 100.01 at 50% to each of two outcomes gives 50.01 and 50.00.",
    ),
    Measure(
        "contributing-spend",
        "Contributing spend",
        "the whole amount of every line of which any part is given to the outcome, once; through a lens, of every line "
        "of which any part is given to an outcome that is tied to it",
        "an amount",
        "the wide sense of tagged spending in climate and SDG budget tagging",
        "A line that touches two outcomes counts whole for both, so these figures are never added up.",
        "A line of 100 at 20% to an outcome contributes 100 to it and attributes 20.",
    ),
    Measure(
        "evidence-grades",
        "Evidence grades",
        "aligned money by how well it is known that it serves what its rule says: measured (a driver, a time record), "
        "documented (the body's own statement, with a link), judged (by whom it names) or assumed (nobody says on what "
        "it rests); overhead, by the lower grade of its rule and of the spend that it follows; through a lens, by the "
        "lower grade of the rule and of the pair of outcomes. The range of the aligned share is from what it is "
        "without assumed money to what it is with all that the same rules leave",
        "an amount; a range in percent",
        _OWN,
        "Amounts that rest on judged shares may well be off by a tenth, on assumed ones by a quarter: pages and "
        "reports round them to the power of ten below that, and exports do not. Both figures are convention.",
        "80m judged and 20m assumed: 8m + 5m may be off, so that the outcome is told in tens of millions. Of 125m "
        "gross, 64% to 80% is aligned.",
    ),
    Measure(
        "both-sides",
        "What serves an outcome, and what works against it",
        "money given to the outcome by rules that call its effect positive, beside money given to it that is called "
        "negative and the whole lines of rules that name a negative effect on it and give to others; and apart from "
        "both the whole lines of rules that name a positive effect on it and give to others; overhead as the spend "
        "that it follows; each by strength, strong, moderate or weak, where the rule says one; where a lens shows "
        "several outcomes as one, a line works on it once",
        "two amounts, never netted, and what serves it beside",
        "the Scottish Government's taxonomy of spending by its effect on net zero; the OECD's green budgeting",
        "Policies act, more than lines: a line has the direction of what it mainly pays for, and one without a stated "
        "effect is taken to do good where it is given. A line that works against an outcome may serve another well.",
        "1.2bn given to climate action by rail and 0.4bn of roads that name a negative effect: 1.2bn serves it, 0.4bn "
        "works against it.",
    ),
    Measure(
        "kinds-of-money",
        "Kinds of money",
        "the figures of each budget control under its kind: resource and capital within departmental limits first; "
        "annually managed expenditure, non-cash, and loans and other financial transactions apart",
        "an amount; a share in percent",
        "HM Treasury, Consolidated Budgeting Guidance",
        "A control is known by its words, less what it says to leave out, such as depreciation; one that none fits, "
        "or that names resource and capital both, has no kind. Pensions overlap pay, and depreciation overlaps capital "
        "that was counted when it was bought: what is called so is told beside.",
        "RDEL of 60 and CDEL of 20 are spend within limits; 15 of AME and 5 of loans stand apart in a total of 100.",
    ),
    Measure(
        "outcomes-without-money",
        "Outcomes without money, money without an outcome",
        "outcomes of the framework on which nothing is spent or received; and the unaligned amount",
        "a list of outcomes; an amount",
        _OWN,
        "An outcome may be served by law, tax or persuasion, which no budget line shows.",
        "Of three outcomes with 5m, 3m and nothing, the third is without money.",
    ),
    Measure(
        "collaboration",
        "Bodies per outcome",
        "how many bodies spend or receive anything on the outcome; it hangs on one body where that is one, and "
        "is shared without a board where it is more and no mission board is named for it",
        "a count of bodies",
        _OWN,
        "Bodies that work together without money changing the outcome's line are not seen, and a board says that they "
        "are asked to meet, not that they work together.",
        "Health gives 60m, Transport 40m, and no board is named: two bodies, shared without a board.",
    ),
    Measure(
        "concentration",
        "Concentration",
        "the sum over bodies of (what a body spends on the outcome, and nets into that, ÷ what all do)²",
        "from 1/n for n equal bodies to 1 for one alone",
        "O. C. Herfindahl, 1950; A. O. Hirschman, 1945",
        "Amounts below zero, such as receipts, count by their size, beside what the same body spends. That money is "
        "concentrated is neither good nor bad.",
        "Shares of 60, 30 and 10 percent: 0.36 + 0.09 + 0.01 = 0.46.",
    ),
    Measure(
        "real-terms",
        "Real terms",
        "amount × index of the year whose prices are shown ÷ index of the amount's own year",
        "an amount in prices of the year that is shown",
        "the deflator that config.toml names with its source",
        "One index stands for every kind of spend, though pay and medicines have prices of their own. Years after the "
        "last that the source states rest on an assumption, which is told beside them.",
        "100 of a year with an index of 80, in prices of one with an index of 100: 100 × 100 ÷ 80 = 125.",
    ),
    Measure(
        "spend-per-head",
        "Spend per head",
        "amount ÷ people in the same year, as the population indicator states them",
        "an amount a head",
        "the indicator that config.toml names as population_indicator",
        "Not everyone is served by every outcome: children's schools cost all heads alike here. A year without a "
        "count of people has no figure.",
        "1,000,000 for 4,000 people: 250 a head.",
    ),
    Measure(
        "spend-trend",
        "Spend trend",
        f"rising or falling where spend changed by more than {STEADY}% on the year before, else steady; both years by "
        "one sort of version of each body's budget, the original where both have one",
        "a word",
        _OWN,
        "In real terms where the deflator reaches both years, else in cash, and the page says which.",
        "100m a year ago is 103m in today's prices; 102m today is 1% less: steady.",
    ),
    Measure(
        "momentum",
        "Momentum",
        f"spend: (amount of the year ÷ amount of the earliest of the {YEARS} years before) to the power of 1 ÷ the "
        "years between, less one, both in real terms where the deflator reaches them, and both told alike: by one sort "
        "of version of each body's budget, the original where every year has one, by the "
        "rules and the framework of the run where it holds both years, else the earlier one carried over by the "
        "crosswalk of the versions. Status: that of the outcome by "
        f"the data up to each of the last {YEARS} periods, and whether it turned for the better or the worse. "
        "Revisions: how often the figure for this year and stage came out differently from one run of the same "
        "mapping to the next. Age: months since the end of the period that the newest data speaks of",
        "percent a year; words; a count; months",
        _OWN,
        "Three years are few, one year's odd figure can make a trend, and neither trend shows that the one brings the "
        "other about. Where nothing says how an outcome of an earlier version was divided, there is no trend over it, "
        "nor where a body's years have no sort of version in common.",
        "From 100m to 121m over two years: (121 ÷ 100)^½ − 1 = 10% a year.",
    ),
    Measure(
        "gap-matrix",
        "Money beside movement",
        "each outcome placed by its spend trend and its status",
        "words, with the indicators and amounts behind them",
        _OWN,
        "The two stand side by side: indicators move for many reasons, often years after money, and nothing in the "
        "matrix shows that the one brings the other about.",
        "Spend rises by 4%, two of three indicators worsen: more money while it worsens.",
    ),
    Measure(
        "comparators",
        "Beside its neighbours",
        "standard score: (value − mean of the body and its neighbours) ÷ their standard deviation, of spend per head "
        "and of each indicator turned so that more is better; an outcome's result is the mean of its indicators' "
        f"scores. Neighbours are given, or the {USUAL_NEIGHBOURS} nearest by the Euclidean distance between chosen "
        "features, each brought to mean zero and deviation one",
        f"standard deviations; beyond {FAR:g} is marked as unlike",
        "in the manner of Public Health England's Spend and Outcomes Tool (SPOT), from 2014",
        f"Fewer than {FEWEST} bodies with a value give no score. High spend may answer high need, cost more to give in "
        "a thin country, or be counted differently; a quadrant is where to ask, not what to conclude.",
        "Values 2, 4, 4 and 6 have the mean 4 and the deviation √2: 6 scores (6 − 4) ÷ √2 = 1.41.",
    ),
    Measure(
        "plan-to-outturn",
        "Plan to outturn",
        "what was spent less what was meant, for each outcome and body, of the same year by the same mapping",
        "an amount; share of what was meant",
        "Public Expenditure and Financial Accountability (PEFA), Framework, 2016, PI-1 for the total",
        "Lines may be named differently in a plan and in its outturn; what no rule takes in the one or the other shows "
        "as unaligned, not as spent.",
        "Meant 100m, spent 93m: −7m, −7%.",
    ),
    Measure(
        "composition-variance",
        "Composition variance",
        "Σ |spent − meant × total spent ÷ total meant| ÷ total spent, over programmes, and beside it over outcomes and "
        "unaligned; interest on debt and contingency are in neither, nor in the totals; of more than 20 programmes the "
        "largest that make up 75% of what was meant, 20 at least, stand alone and the rest as one",
        "share of one, shown in percent",
        "Public Expenditure and Financial Accountability (PEFA), Framework, 2016, PI-2.1, which takes below 5% for "
        "very good and above 15% for weak, in two of three years, of original budget and outturn",
        "Over outcomes, money that moved between programmes of the same one is not seen. Interest and contingency are "
        "told by the words of programme, account and unit; what a budget calls otherwise is counted. PI-2 means the "
        "original budget: where what counts is a later one, which the page names, the variance is less.",
        "Meant 50 and 50, spent 66 and 54: scaled to 60 and 60, the differences 6 and 6 are 10% of 120.",
    ),
    Measure(
        "enabling-share",
        "Enabling share",
        "gross of what rules tie to skills, leadership, data or evaluation ÷ gross, in a run by the framework of "
        "enabling capabilities",
        "share of one, shown in percent",
        _OWN,
        "It finds capability by what lines are called; what departments spend on it within other lines is not seen, so "
        "it is the least that is spent. More of it is not always better.",
        "A statistics office of 20m and a leadership programme of 5m in a budget of 1,000m: 2.5%.",
    ),
    Measure(
        "indicator-status",
        "Status of an indicator",
        "latest value less that of so many years before as the indicator says, or the nearest earlier one, turned so "
        "that more is better: improving above the threshold, worsening below its negative, else maintaining; to be "
        "confirmed with nothing to compare",
        "a word",
        "in the manner of Scotland's National Performance Framework",
        f"The threshold is {USUAL_THRESHOLD:.0%} of the earlier value where an indicator states none; for a range what "
        "counts is the distance from it.",
        "From 50 to 53 with a threshold of 2: improving; from 50 to 51: maintaining.",
    ),
    Measure(
        "path-to-target",
        "Path to target",
        "on the path where the latest value is at least as good as the straight line from baseline to target in that "
        "year",
        "on or off",
        _OWN,
        "The first value stands for a baseline that is not stated; few outcomes move in straight lines.",
        "From 20 in 2020 to 40 in 2030 the line stands at 30 in 2025.",
    ),
    Measure(
        "late-data",
        "Late data",
        f"more months than the indicator's lag ({USUAL_LAG} where none is stated) since the end of its latest period",
        "months",
        _OWN,
        "A fiscal year ends where the government says, a calendar year in December.",
        "Data for a year that ended in March 2024, with a lag of 24 months, is late from April 2026.",
    ),
    Measure(
        "outcome-status",
        "Status of an outcome",
        "the status that more than half of its indicators with one share, else maintaining",
        "a word",
        _OWN,
        "Indicators weigh the same, whatever they measure.",
        "Two improve and one worsens: improving. One of each: maintaining.",
    ),
    Measure(
        "unanswered-money",
        "Money without an owner, an indicator or an evaluation",
        "what is tied to outcomes for which no accountable owner is named; of which no indicator has data; and what "
        "programmes tie to outcomes whose evaluation is none or was never stated",
        "an amount",
        _OWN,
        "A board alone is no owner, an indicator may be a poor one, and a published evaluation may say little. Money "
        "that serves no outcome can have none of the three and stands apart. Shares beside the amounts are of gross.",
        "40m is tied to three outcomes, one of which with 10m has no owner: 10m without an owner.",
    ),
    Measure(
        "priority-share",
        "Priority share",
        "mean share: the mean over ballots of the share of its points that each gave; Borda: k−1 points for the first "
        "of k outcomes, k−2 for the second, those ranked alike sharing the points of their places and those not ranked "
        "what is left, as shares; Bradley-Terry: the strengths that make the pairwise choices likeliest, a tie being "
        "half a choice each way. It stands beside spend share, of the gross that is tied "
        "to the outcomes that people were asked about",
        "share of one; margins are half of a 95% interval",
        "J.-C. de Borda, 1781; R. A. Bradley and M. E. Terry, 1952; D. R. Hunter, 2004",
        "The margin says how far another draw of such ballots could differ, not who took part; for Bradley-Terry whole "
        "ballots are drawn again and again, since the choices of one person hang together. Nothing is shown of fewer "
        f"than {SMALLEST_GROUP} ballots, nor what would show it by a difference from all or from an earlier count; "
        f"ballots are counted in steps of {SMALLEST_GROUP}.",
        "Three outcomes, ranked A, B, C: 2, 1 and 0 points of 3, so 67%, 33% and 0%.",
    ),
)  # fmt: skip

MEASURES: Final[dict[str, Measure]] = {measure.code: measure for measure in _ALL}
"""Every measure by its code."""


def as_page(measure: Measure) -> str:
    """The documentation page of a measure, in Markdown."""
    parts = {
        "Formula": f"{measure.formula[0].upper()}{measure.formula[1:]}.",
        "Unit": f"{measure.unit[0].upper()}{measure.unit[1:]}.",
        "Source": f"{measure.source[0].upper()}{measure.source[1:]}.",
        "Read with care": measure.caveat,
        "Worked example": measure.example,
    }
    said = "\n".join(f"## {head}\n\n{text}\n" for head, text in parts.items())
    return f"# {measure.name}\n\n{said}\n[All measures](../measures.md)\n"
