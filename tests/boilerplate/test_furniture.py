"""The furniture model at run time: what it calls furniture, in every script, and what never."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from dedup import pipeline
from dedup.boilerplate.furniture import weights
from dedup.boilerplate.furniture.features import COLUMNS, Stories
from dedup.boilerplate.furniture.place import BESIDE
from dedup.boilerplate.furniture.reasons import GROUPS
from dedup.boilerplate.furniture.scorer import Scorer, at_best
from dedup.kernels import choose, furniture
from dedup.model import Finding, Story, StoryBatch
from dedup.settings import build
from dedup.text import matching_form

PROSE = {
    "Latin": [
        "The ferry to the island stayed in the harbour on Tuesday after engineers found a crack "
        "in the rudder that nobody had seen during the inspection in March.",
        "Passengers were taken across in fishing boats, and the mayor thanked the crews who had "
        "given up a day of work to bring children home from school.",
        "The company said that the repair would take a week and that tickets bought for these "
        "days would be paid back without a form to fill in.",
    ],
    "Cyrillic": [
        "Паром на остров во вторник остался в гавани, "
        "потому что инженеры нашли в руле трещину, "
        "которую никто не заметил во время мартовского "
        "осмотра, сообщил начальник порта и добавил, "
        "что людей перевезли на рыбацких лодках.",
        "Компания заявила, что ремонт займёт неделю и "
        "что деньги за билеты, купленные на эти дни, "
        "вернут без всяких заявлений, а школьников до конца работ будут возить на катере.",
    ],
    "Arabic": [
        "بقيت العبارة المتجهة إلى الجزيرة في الميناء يوم "
        "الثلاثاء بعد أن وجد المهندسون شرخا في الدفة لم يره أحد "
        "خلال الفحص الذي جرى في مارس، ونقل الصيادون الركاب في قواربهم إلى الجهة الأخرى.",
        "وقالت الشركة إن الإصلاح سيستغرق أسبوعا وإن ثمن "
        "التذاكر التي اشتريت لهذه الأيام سيعاد إلى أصحابها "
        "من دون أن يملأ أحد أي استمارة أو ينتظر في المكتب.",
    ],
    "Devanagari": [
        "द्वीप को जाने वाली नाव मंगलवार को बंदरगाह में ही खड़ी रही "
        "क्योंकि इंजीनियरों को पतवार में एक दरार मिली जिसे मार्च "
        "की जाँच में किसी ने नहीं देखा था और यात्रियों "
        "को मछुआरों की नावों से पार कराया गया।",
        "कंपनी ने कहा कि मरम्मत में एक सप्ताह लगेगा और इन दिनों "
        "के लिए खरीदे गए टिकटों का पैसा बिना किसी फ़ॉर्म के लौटा "
        "दिया जाएगा ताकि किसी को दफ़्तर में खड़ा न होना पड़े।",
    ],
    "CJK": [
        "由于工程师在船舵上发现了一道三月检查时无人看到的裂缝，"
        "开往岛上的渡轮星期二一直停在港口里，乘客只好坐渔船过海，"
        "市长感谢船员们放下一天的工作把孩子们从学校接回家。",
        "公司表示修理需要一个星期，这几天买的船票都会退款，不"
        "必填写任何表格，也不必到窗口排队等候，学生由快艇接送。",
    ],
    "Thai": [
        "เรือข้ามฟากไปยังเกาะจอดอยู่ในท่าเรือเมื่อวันอังคาร "
        "หลังจากวิศวกรพบรอยร้าวที่หางเสือซึ่งไม่มีใครเห็นในการตรวจเมื่อเดือนมีนาคม "
        "และชาวประมงได้พาผู้โดยสารข้ามไปด้วยเรือของตน",
        "บริษัทกล่าวว่าการซ่อมจะใช้เวลาหนึ่งสัปดาห์ "
        "และจะคืนเงินค่าตั๋วที่ซื้อไว้สำหรับวันเหล่านี้โดยไม่ต้องกรอกแบบฟอร์มใด ๆ "
        "ทั้งนักเรียนจะมีเรือเร็วรับส่งจนกว่าจะซ่อมเสร็จ",
    ],
}  # fmt: skip

FURNITURE = {
    "Latin": ["Most popular", "Share on Facebook", "Sign up for the newsletter", "More in Sport"],
    "Cyrillic": ["Самое популярное", "Поделиться в Facebook", "Подписаться на рассылку", "Новости"],
    "Arabic": ["الأكثر قراءة", "مشاركة على Facebook", "اشترك في النشرة", "أخبار"],
    "Devanagari": ["सबसे लोकप्रिय", "Facebook पर साझा करें", "न्यूज़लेटर", "खेल समाचार"],
    "CJK": ["热门新闻", "分享到 Facebook", "订阅", "更多 | 体育"],
    "Thai": ["ข่าวยอดนิยม", "แชร์ Facebook", "สมัครรับข่าวสาร", "ข่าวกีฬา"],
}


@pytest.fixture(scope="module")
def model() -> weights.Weights:
    """The shipped weights."""
    return weights.load()


def _found(paragraphs: Sequence[str], least: float = 0.9, **settings: object) -> list[Finding]:
    story = Story("one", "\n\n".join(paragraphs))
    tables = pipeline.run(
        [StoryBatch.of([story])], build(furniture_probability=least, select="BLP", **settings)
    )
    return tables.findings


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("script", PROSE)
def test_a_furnished_end_is_seen_and_prose_is_not(script: str) -> None:
    """Those the lexicon knows have its findings; the rest gets a probability."""
    prose, furniture_lines = PROSE[script], FURNITURE[script]
    found = _found([*prose, *furniture_lines], 0.5)
    seen = {f.paragraph for f in found}

    assert not seen & set(range(len(prose)))
    assert len(seen) >= len(furniture_lines) - 1


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("script", PROSE)
def test_prose_alone_has_no_finding(script: str) -> None:
    assert _found(PROSE[script], 0.5) == []


@pytest.mark.parametrize("speakers", [("Courier:", "Adeyemi:"), ("ANNA HALL", "Jo Weir")])
def test_who_speaks_in_an_interview_is_content(speakers: tuple[str, str]) -> None:
    turns = [line for text in PROSE["Latin"] * 2 for line in (speakers[0], text, speakers[1], text)]

    assert [f for f in _found(turns) if f.rule == "BLP313"] == []


def test_a_story_without_prose_is_not_scored() -> None:
    table = ["Shr 14 cts vs 11 cts", "Net 1,204,000 vs 980,000", "Revs 9.1 mln vs 8.0 mln"]

    assert _found(table, 0) == []


@pytest.mark.parametrize(("stories", "learn", "noted"), [(3, True, 0), (3, False, 3), (2, True, 2)])
def test_what_an_outlet_repeats_is_judged_where_it_is_learned(
    stories: int, learn: bool, noted: int
) -> None:
    """Three stories are enough to judge a line, and a heading is not learned; two are not."""
    heading, others = "Island Desk", ["Harbour  |  Letters", "Tides | Ferries", "Most popular"]
    made = [
        Story(
            f"s{i}", "\n\n".join([*PROSE["Latin"], other, heading]), source="Island Gazette",
            published=f"2026-05-0{i + 1}",
        )
        for i, other in enumerate(others[:stories])
    ]  # fmt: skip
    settings = build(furniture_probability=0.05, select="BLP313", learn=learn)
    found = pipeline.run([StoryBatch.of(made)], settings).findings
    texts = {story.story_id: story.text for story in made}
    lines = [texts[f.story_id][f.start : f.end] for f in found]

    assert lines.count(heading) == noted
    assert others[0] in lines


def test_a_finding_tells_probability_and_reasons() -> None:
    lines = [*PROSE["Latin"], "Wednesday's other stories", "Island Desk  |  Harbour  |  Letters"]
    rows = [f for f in _found(lines, 0.3) if f.rule == "BLP313"]

    assert rows
    for row in rows:
        assert (row.level, row.fix) == ("note", ("strip", "unsafe"))
        assert row.score == row.evidence["probability"] >= 0.3
        assert 1 <= len(row.evidence["reasons"]) <= 3
        assert row.message.endswith("; ".join(row.evidence["reasons"]))


def test_what_another_rule_marks_has_no_second_finding() -> None:
    rows = _found([*PROSE["Latin"], "Advertisement", "Advertisement"], 0)
    rules = {row.paragraph: row.rule for row in rows if row.paragraph in (3, 4)}

    assert set(rules.values()) == {"BLP301"}


def test_a_line_the_user_keeps_is_not_reported(tmp_path: Path) -> None:
    lines = [*PROSE["Latin"], "More in Harbour Sport | Letters | Tides"]
    kept = tmp_path / "keep.txt"
    kept.write_text(lines[-1], encoding="utf-8")

    assert [f.paragraph for f in _found(lines, 0.05) if f.rule == "BLP313"] == [3]
    assert _found(lines, 0.05, ignore_lines=[str(kept)]) == []


def test_it_changes_nothing_else() -> None:
    """Marked or not, the paragraph counts when stories are compared."""
    lines = [*PROSE["Latin"], "More in Harbour Sport | Letters | Tides"]
    batch = [Story("one", "\n\n".join(lines)), Story("two", "\n\n".join(lines[:3]))]
    runs = [
        pipeline.run([StoryBatch.of(batch)], build(furniture_probability=least))
        for least in (0, 1)
    ]
    kept = [[f for f in run.findings if f.rule != "BLP313"] for run in runs]

    assert kept[0] == kept[1]
    assert runs[0].stories == runs[1].stories
    assert len(runs[0].findings) > len(kept[0])


def test_both_sets_of_kernels_give_the_same_scores(model: weights.Weights) -> None:
    pytest.importorskip("numba")
    form = matching_form.load()
    found = []
    for name in ("compiled", "reference"):
        kernels = choose(name)
        stories = _stories([PROSE[s] + FURNITURE[s] for s in PROSE], kernels, form)
        found.append(Scorer(model, form, furniture(kernels)).scores(stories))

    for one, two in zip(*found, strict=True):
        assert one.tobytes() == two.tobytes()


def _stories(texts: Sequence[Sequence[str]], kernels: object, form: object) -> Stories:
    encoded = [text.encode() for story in texts for text in story]
    ends = np.cumsum([len(text) for text in encoded], dtype=np.int64)
    starts = ends - np.array([len(text) for text in encoded], np.int64)
    buffer = np.frombuffer(b"".join(encoded), np.uint8)
    first, tokens, poly = kernels.tokenise(buffer, starts, ends, form)  # type: ignore[attr-defined]
    return Stories(
        buffer, starts, ends, np.array([len(t) for story in texts for t in story], np.int64),
        tokens, first[:-1], np.diff(first), poly, np.cumsum([0, *map(len, texts)], dtype=np.int64),
        np.zeros(len(encoded), bool),
    )  # fmt: skip


@pytest.mark.parametrize("least", [0.0, 0.02, 0.3, 0.9])
def test_what_is_likely_is_what_scores_say(model: weights.Weights, least: float) -> None:
    """Stories that cannot hold any are passed over, and none that could is lost."""
    form, kernels = matching_form.load(), choose("reference")
    scorer = Scorer(model, form, furniture(kernels))
    stories = _stories([PROSE[s] + FURNITURE[s] for s in PROSE] * 2, kernels, form)
    stories.marked[::7] = True
    scores = scorer.scores(stories)
    wanted = (scores.probabilities >= least) & ~stories.marked[scores.rows]
    found = scorer.likely(stories, least)

    assert list(found) == scores.rows[wanted].tolist()
    assert [like.probability for like in found.values()] == scores.probabilities[wanted].tolist()


def test_margins_that_are_hoped_for_are_never_missed(model: weights.Weights) -> None:
    """Whatever the columns that are not known yet turn out to be."""
    features = np.random.default_rng(0).integers(-500, 500, (3000, len(COLUMNS)), np.int32)
    trees = furniture(choose("reference")).tree_sums
    margins = trees(features, model.columns, model.limits, model.leaves)
    hopes = trees(features[:, :BESIDE], *at_best(model))

    assert (hopes >= margins).all()
    assert (np.diff(model.probabilities) >= 0).all()


def test_scores_do_not_depend_on_the_other_stories_of_a_batch(model: weights.Weights) -> None:
    form, kernels = matching_form.load(), choose("reference")
    scorer = Scorer(model, form, furniture(kernels))
    texts = [PROSE[s] + FURNITURE[s] for s in PROSE]
    together = scorer.scores(_stories(texts, kernels, form)).margins.tolist()
    alone = [m for text in texts
             for m in scorer.scores(_stories([text], kernels, form)).margins.tolist()]  # fmt: skip

    assert together == alone


def test_every_column_belongs_to_one_reason() -> None:
    assert sorted(column for group in GROUPS for column in group.columns) == list(
        range(len(COLUMNS))
    )


def test_the_weights_are_a_small_plain_file() -> None:
    path = Path(weights.__file__).with_name(weights.FILE)

    assert path.stat().st_size < 1_000_000
    with np.load(path, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "iu" for name in arrays.files)


def test_saved_weights_are_read_back(model: weights.Weights, tmp_path: Path) -> None:
    shipped = Path(weights.__file__).with_name(weights.FILE)
    weights.save(model, tmp_path / "again.npz")

    assert (tmp_path / "again.npz").read_bytes() == shipped.read_bytes()


def test_weights_of_another_version_are_refused(
    model: weights.Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights.save(model, tmp_path / "old.npz")
    monkeypatch.setattr(weights, "VERSION", weights.VERSION + 1)

    with pytest.raises(ValueError, match="another version"):
        weights.load(tmp_path / "old.npz")


def test_probabilities_rise_with_the_margin(model: weights.Weights) -> None:
    assert (np.diff(model.margins) > 0).all()
    assert (np.diff(model.probabilities) >= 0).all()
    assert model.probabilities.min() > 0
    assert model.probabilities.max() < 1


def test_a_small_feed_loads_nothing_heavy(tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    lines = [*PROSE["Latin"], "More in Harbour Sport | Letters | Tides"]
    feed.write_text(json.dumps({"id": "a", "text": "\n\n".join(lines)}), encoding="utf-8")
    code = (
        "import sys\nfrom dedup.cli import main\n"
        "try:\n    main()\nexcept SystemExit: pass\n"
        "heavy = {'sklearn', 'scipy', 'numba', 'pandas', 'datasketch'} & set(sys.modules)\n"
        "sys.stderr.write('HEAVY %s' % sorted(heavy))\n"
    )
    arguments = ["check", str(feed), "--config", "furniture-probability=0.05"]
    finished = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )

    assert "BLP313" in finished.stdout
    assert "HEAVY []" in finished.stderr
