"""Tables of facts in other clothes, which are equal, and of facts that changed."""

from __future__ import annotations

import pytest

from dedup.facts import FactDiff, diff

# Each wording stands in place of {} in the frame; all of a group are the same fact.
EQUAL = [
    ("The plant cost {} to build.",
     ["$1.5 billion", "1.5 billion dollars", "1,500 million dollars", "US$1.5bn", "$1.5bn",
      "1.5 bln dlrs", "$1,500,000,000", "USD 1.5 billion", "1,500 mln dlrs"]),
    ("Some {} people were hurt.", ["three", "3", "３", "three"]),
    ("Some {} people were hurt.", ["24", "two dozen", "twenty-four", "twenty four", "२४", "٢٤"]),
    ("Some {} people were hurt.", ["100", "a hundred", "one hundred", "100.0"]),
    ("Some {} people were hurt.", ["205", "two hundred and five", "two hundred five"]),
    ("Some {} people were hurt.",
     ["500,000", "half a million", "0.5 mln", "five lakh", "5,00,000"]),
    ("Some {} people were hurt.", ["1,234", "1234", "1'234", "1\u00a0234"]),
    ("Some {} people were hurt.",
     ["30,000,000", "3 crore", "30 million", "thirty million", "30 mn"]),
    ("It rose {} last year.", ["5 percent", "5%", "5 pct", "five per cent", "5 per cent", "５％"]),
    ("It paid {} a share.", ["23-1/2 cts", "23.5 cents", "23 1/2 cts", "23½ cents", "$0.235"]),
    ("It flew {} to the coast.", ["10 km", "10 kilometres", "ten kilometers", "10,000 metres"]),
    ("He died {} in Rome.",
     ["Dec. 30", "December 30", "30 December", "December 30th", "Dec. 30th", "30th of December",
      "30 Dec"]),
    ("He died on {} in Rome.",
     ["March 3, 1987", "3 March 1987", "Mar. 3, 1987", "1987-03-03", "3/3/1987", "3.3.1987"]),
    ("It opens at {} on each day.", ["3 p.m.", "3 pm", "3 PM", "15:00", "3:00 p.m."]),
    ("It opens at {} on each day.", ["12 noon", "12:00", "noon"]),
    ("It opens at {} on each day.", ["1500 GMT", "15:00 GMT", "3 p.m. GMT", "1500 hrs GMT"]),
    ("It opens at {} on each day.", ["9:40 A.M.", "0940 hrs", "9:40", "09:40"]),
    ("They saw {} in the house.", ["Mr. Smith", "Smith", "President Smith", "Ann Smith", "SMITH"]),
    ("They saw {} in the house.", ["Müller", "Muller"]),
    ("They saw {} house again.", ["Obama's", "Obama’s", "Obama"]),
    ("They work at {} in the city.", ["the United Nations", "the UN", "the U.N."]),
    ("They work at {} in the city.", ["Acme Corp", "Acme Inc.", "Acme", "ACME"]),
    ("They work in {} at the border.", ["Japan", "Japanese"]),
    ("They {} go there today.", ["did not", "didn't", "didn’t"]),
    ('"We think the {} will win," he said.', ["labour party", "labor party", "labour-party"]),
    ("He said “it is {} now” again.", ["well-known", "well known", "wellknown"]),
]  # fmt: skip

EQUAL_ELSEWHERE = [
    ("Er zahlte am Montag {} für das Haus.",
     ["1.000,50 Euro", "1000,50 Euro", "€1.000,50", "1.000,50 EUR"]),
    ("Nach Angaben der Polizei wurden {} Menschen verletzt.",
     ["33", "dreiunddreißig", "dreiunddreissig"]),
    ("Das Werk wurde am {} eröffnet und ist nicht groß.", ["3. März 1987", "03.03.1987"]),
    ("Le président a dit que {} personnes sont dans la ville.",
     ["92", "quatre-vingt-douze", "92"]),
    ("Il est arrivé le {} dans la ville.", ["3 août", "3 aout"]),
    ("El presidente dijo que {} personas fueron a la ciudad.",
     ["35", "treinta y cinco", "35"]),
    ("La reunión fue el {} en la ciudad.", ["3 de mayo de 1987", "3 mayo 1987"]),
    ("O presidente disse que {} pessoas foram para a cidade.",
     ["35", "trinta e cinco", "35"]),
    ("В результате взрыва погибли {} человека и были ранены.", ["3", "три", "трех"]),
    ("Это было {} в Москве, на площади.", ["3 марта 1987", "3 марта 1987 года"]),
    ("約{}人が参加した。", ["三万", "3万", "30000", "３万", "30,000"]),
    ("売上高は{}円だった。", ["1億2000万", "120,000,000", "一億二千万"]),
    ("{}に発表した。", ["2026年11月22日", "２０２６年１１月２２日", "2026-11-22"]),
    ("会议在{}开始。", ["下午3点", "15点", "15:00"]),
    ("국회는 {} 회의를 열었다.", ["2026년 11월 22일", "2026년 11월22일"]),
    ("इस घटना में {} लोग मारे गए हैं।", ["12", "१२", "बारह"]),
    ("सरकार ने {} रुपये दिए हैं।", ["3 करोड़", "३ करोड़", "30,000,000"]),
    ("قال ان {} شخصا كانوا في المدينة.", ["12.5", "١٢٫٥", "12,5"]),
    ("วันที่ {} มีนาคม ที่กรุงเทพ", ["12", "๑๒"]),
]  # fmt: skip

CHANGED = [
    ("The storm killed {} people on Monday.", "14", "31", "number", "14 → 31 people"),
    ("The storm killed {} people on Monday.", "three", "four", "number", "three → four people"),
    ("The storm killed {} person in the town.", "one", "12", "number", "one → 12 person"),
    ("He ran {} in all.", "10 km", "10 miles", "number", "10 km → 10 miles"),
    ("He paid {} for it all.", "$5", "€5", "money", "$5 → €5"),
    ("He paid {} for it all.", "$5 mln", "$5 bln", "money", "$5 mln → $5 bln"),
    ("Net profit {} in the year.", "23 cts", "33 cts", "money", "23 cts → 33 cts"),
    ("It paid {} a share.", "23-1/2 cts", "23-3/4 cts", "money", "23-1/2 cts → 23-3/4 cts"),
    ("It rose {} last year.", "5 pct", "6 percent", "percent", "5 pct → 6 percent"),
    ("It rose {} last year.", "5%", "-5%", "percent", "5% → -5%"),
    ("They won {} at home again.", "2-1", "1-2", "number", "2-1 → 1-2"),
    ("They saw {} quarter profit fall.", "first", "second", "number", "first → second quarter"),
    ("He died {} in Rome.", "Dec. 30", "Dec. 31", "date", "Dec. 30 → Dec. 31"),
    ("He died in {} in Rome.", "March 1987", "April 1987", "date", "March 1987 → April 1987"),
    ("He was born in {} in Rome.", "1986", "1987", "date", "1986 → 1987"),
    ("He came {} to the court.", "Monday", "Tuesday", "date", "Monday → Tuesday"),
    ("It opens at {} on each day.", "3 p.m", "4 p.m", "time", "3 p.m → 4 p.m"),
    ("It opens at {} on each day.", "1500 GMT", "15:00 EST", "time", "1500 GMT → 15:00 EST"),
    ("They saw {} in the house.", "Mr. Smith", "Mr. Jones", "name", "Smith → Jones"),
    ("They flew to {} in the night.", "Austria", "Australia", "name", "Austria → Australia"),
    ("They flew to {} in the night.", "Iran", "Iraq", "name", "Iran → Iraq"),
    ("He works at the {} in the city.", "Bank of Japan", "Bank of Canada", "name",
     "Bank of Japan → Bank of Canada"),
    ("It paid {} in all for it.", "5 million", "5 billion", "number", "5 million → 5 billion"),
    ('"We {} win this fight," he said.', "would", "could", "quote", "would → could"),
    ("He did {}say that he would.", "", "not ", "negation", "added: not"),
    ("He {} the report today.", "confirmed", "denied", "negation", "added: denied"),
    ("It left {} a word said.", "without", "with", "negation", "removed: without"),
    ('"We will {} this fight," he said.', "win", "lose", "quote", "win → lose"),
    ("«Мы {} войну», сказал он в среду.", "выиграем", "проиграем", "quote",
     "выиграем → проиграем"),
    ("В среду погибли {} человек в Москве.", "14", "31", "number", "14 → 31 человек"),
    ("В среду он {}был на работе в Москве.", "", "не ", "negation", "added: не"),
    ("Am Montag wurde er {}in der Stadt gesehen.", "", "nicht ", "negation", "added: nicht"),
    ("Il a été vu à {} par la police, dit-on.", "Lyon", "Nice", "name", "Lyon → Nice"),
    ("在北京有{}人参加了会议。", "三万", "五万", "number", "三万 → 五万"),
    ("这个国家{}接受这个条件。", "", "不", "negation", "added: 不"),
    ("इस घटना में {} लोग मारे गए हैं।", "१२", "१३", "number", "१२ → १३"),
    ("قال ان {} شخصا كانوا في المدينة.", "١٢", "١٣", "number", "١٢ → ١٣ شخصا"),
    ("มีคน {} คนที่กรุงเทพ", "๑๒", "๑๓", "number", "๑๒ → ๑๓"),
    ("ঢাকায় {} জন মানুষ এবং শিশু ছিল।", "১২", "১৩", "number", "১২ → ১৩"),
]  # fmt: skip

BEFORE = "Aaaa bbbb cccc dddd.\n\n"
BEHIND = "\n\nEeee ffff gggg hhhh."


def all_of(found: FactDiff) -> list[tuple[str, str, bool]]:
    return [(change.kind, str(change), change.matched) for change in found.changes]


@pytest.mark.parametrize(
    ("frame", "one", "two"),
    [(frame, group[0], other) for frame, group in EQUAL + EQUAL_ELSEWHERE for other in group[1:]],
)
def test_facts_in_other_clothes_are_equal(frame: str, one: str, two: str) -> None:
    a, b = frame.format(one), frame.format(two)
    assert all_of(diff(a, b)) == []
    assert all_of(diff(b, a)) == []


@pytest.mark.parametrize(("frame", "one", "two", "kind", "line"), CHANGED)
def test_a_changed_fact_is_told(frame: str, one: str, two: str, kind: str, line: str) -> None:
    a, b = frame.format(one), frame.format(two)
    assert all_of(diff(a, b)) == [(kind, line, True)]
    assert all_of(diff(BEFORE + a + BEHIND, BEFORE + b + BEHIND)) == [(kind, line, True)]


@pytest.mark.parametrize(("frame", "one", "two", "kind", "line"), CHANGED)
def test_offsets_are_those_of_the_wording(
    frame: str, one: str, two: str, kind: str, line: str
) -> None:
    a, b = BEFORE + frame.format(one) + BEHIND, BEHIND + "\n\n" + frame.format(two)
    (change,) = diff(a, b).matched
    for text, span, wording in (
        (a, change.span_a, change.before), (b, change.span_b, change.after),
    ):  # fmt: skip
        assert (text[slice(*span)] if span else None) == wording


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("He said: “It is over.”", 'He said: "It is over."'),
        ("a so-called plan - it said", "a so‐called plan — it said"),
        ("ALL OF THE CITY IS WITHOUT WATER", "All of the city is without water"),
        ("The centre organised a programme.", "The center organized a program."),
        ("The  words\nare wrapped   here.", "The words are wrapped here."),
        ("Zażółć gęślą jaźń w Łodzi.", "Zazolc gesla jazn w Lodzi."),
        ("the goverment of Johnson said", "the government of Jonson said"),
        ("a visit to Irnan in the night", "a visit to Iran in the night"),
        ("it was nevr said by the court", "it was never said by the court"),
        ("paid $5 millon for the house", "paid $5 million for the house"),
        ('"We stuy this case," he said.', '"We study this case," he said.'),
    ],
)
def test_what_is_no_fact_makes_no_change(a: str, b: str) -> None:
    assert diff(a, b).changes == ()


def test_what_only_one_side_says_is_added_not_matched() -> None:
    old = "The storm hit the coast.\n\nIt was over by night."
    new = old + "\n\nMayor Ann Jones said that 31 houses in Springfield were lost on Dec. 4."
    assert all_of(diff(old, new)) == [
        ("name", "added: Ann Jones", False), ("number", "added: 31", False),
        ("name", "added: Springfield", False), ("date", "added: Dec. 4", False),
    ]  # fmt: skip
    assert str(diff(new, old).changes[0]) == "removed: Ann Jones"
    assert (diff(old, new).extra, diff(new, old).extra) == ("b", "a")


def test_a_fact_known_elsewhere_is_not_new() -> None:
    old = "The storm killed 31 people in Springfield.\n\nIt was over by night."
    new = old + "\n\nAll 31 came from Springfield, it was said."
    assert diff(old, new).changes == ()


def test_a_repeated_change_is_one_line_and_many_are_capped() -> None:
    a = "\n\n".join(f"In town {chr(97 + n) * 3} they saw {n + 10} boats go." for n in range(20))
    b = "\n\n".join(f"In town {chr(97 + n) * 3} they saw {n + 50} boats go." for n in range(20))
    lines = diff(a, b).lines()
    assert len(lines) == 12
    assert lines[-1] == "and 9 more"
    again = diff("It was 5 now. So 5 it was then.", "It was 6 now. So 6 it was then.")
    assert again.lines() == ["5 → 6"]
    assert len(again.changes) == 2


def test_a_passage_written_anew_matches_nothing() -> None:
    a = "The court sent Smith to jail for 14 years after a trial that lasted for two months."
    b = "Officials in Paris, where 31 delegates met, praised a plan put forward by Jones."
    assert diff(a, b).matched == ()


def test_merged_paragraphs_are_still_aligned() -> None:
    a = "The storm killed 14 people. It came at night.\n\nThe town lost 5 houses then."
    b = "The storm killed 15 people. It came at night. The town lost 6 houses then."
    assert diff(a, b).lines() == ["14 → 15 people", "5 → 6 houses"]


def test_words_are_counted() -> None:
    same = "one plain line here\n\n"
    found = diff(same + "The red boat left.", same + "The boat left now.")
    assert (found.aligned, found.replaced, found.inserted, found.deleted) == (7, 0, 1, 1)
    assert (found.words_a, found.words_b, found.extra) == (8, 8, "both")
    assert diff("三万人が来た", "三万人が来た").aligned == 6
