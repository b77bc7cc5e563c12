"""Short wire texts, written for these tests, in six families of scripts and their spellings."""

from __future__ import annotations

import unicodedata

_LATIN = (
    "“We won’t wait,” said Zoë Müller-Ångström of São Tomé’s harbour board — 3,400 tonnes, −5 °C, "
    "€12.50 a crate.\n\n"
    "The café’s rôle in the 2019-20 dispute wasn’t naïve; she couldn’t say why the well-known "
    "Łódź crew left at 06:30, 14 hours late.\n\n"
    "‘No comment,’ the ship-owner’s office in Đà Nẵng and Kraków replied: +7 %, ±2, straße, ﬁrst."
)
_CYRILLIC = (
    "В четверг Йошкар-Ола приняла ещё 1 250 тонн зерна, сообщил «Маяк»: цена выросла на −3 %.\n\n"
    "Їхній порт у Києві не працює з 24-го; Ђорђе й Ёлка приїхали о 07:45 — "
    "за 5 хвилин до зачинення.\n\n"
    "Ёлка и елка, её и ее: мост открыли 3-го мая 2021—22 гг., заплатив ₽500 за тонну."
)
_ARABIC = (
    "قَالَ الوَزيرُ إنّ المـــدينة استقبلت ١٢٣٤ زائرًا في ٢٠٢٤، أي بزيادة ٥٪ عن العام الماضي.\n\n"
    "وأضافَ أنَّ المشروع «الكبير» سيُفتتح في ۱۴۰۳؛ التكلفة ٣٫٥ مليون درهم.\n\n"
    "قال الوزير ان المدينة لا تنتظر: درجة الحرارة -٥ مئوية."
)
_DEVANAGARI = (
    "नगर पालिका ने बुधवार को १२३ नए पुस्तकालय खोलने की घोषणा की; हर पुस्तकालय पर ₹४,५०० ख़र्च होंगे।\n\n"
    "ज़िला अधिकारी ने कहा कि काम 15 दिनों में पूरा होगा, लेकिन किसानों को पानी नहीं मिला।\n\n"
    "यह योजना २०२४-२५ के बजट का हिस्सा है और इसकी लागत -५ प्रतिशत कम हुई।"
)
_CJK = (
    "市政府周三宣布，将在２０２４年修建１２座新图书馆，总投资￥３，５００万元。\n\n"
    "東京の郊外でＪＲ線が５時間止まり、約８０００人がｶﾒﾗとガラスの駅で待った。\n\n"
    "서울시는 3월 5일 한강 다리 2곳의 보수 공사를 끝냈다고 밝혔다. ＡＢＣ社「株価は－３％」。"
)
_THAI = (
    "เทศบาลประกาศเมื่อวันพุธว่าจะสร้างห้องสมุด ๑๒ แห่งในปี ๒๕๖๗ ด้วยงบ ฿3,500 ล้าน\n\n"
    "ชาวประมงบอกว่าน้ำขึ้นสูง −๒ เมตร และเรือ 5 ลำยังไม่กลับเข้าฝั่ง\n\n"
    "ລາວ ២៥ ភាសាខ្មែរ မြန်မာ ၁၂ ကျပ်"
)

TEXTS = {
    "latin": _LATIN,
    "latin-nfd": unicodedata.normalize("NFD", _LATIN),
    "cyrillic": _CYRILLIC,
    "cyrillic-nfd": unicodedata.normalize("NFD", _CYRILLIC),
    "arabic": _ARABIC,
    "devanagari": _DEVANAGARI,
    "cjk": _CJK,
    "thai": _THAI,
}
"""By script; paragraphs are separated by blank lines."""

ALPHABETS = {
    "latin": "abzAZéÅßłıİ ﬁ'’“”-–—−0159%€.,\n\u0301\u0308\u00ad\u200d",
    "cyrillic": "абвЙйЁёЇЂ «»-—09№\n\u0306\u0301",
    "arabic": "ابتةىأإآقَُِّّـ٠١٥۱۴٪،؛-\u200f \n",
    "devanagari": "कखगज़ािीु्ं।०१९5₹- \n\u200d",
    "cjk": "市图书かがｶﾞガー々〇、。，２０5Ａｂ한국-－％ \n\u3000",
    "thai": "กขคงาำิ่้๑๒฿ລ០ကျ -−5\n\u200b",
}
"""Characters of each family that meet in words, signs and numbers, with white space and breaks."""
