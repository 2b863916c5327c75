"""What words say about the work that is asked for.

They count in their place only: *class*, *let* or *return* say nothing by themselves, but an
instruction to implement, prove or compare does. No pattern may take more than linear time: every
repetition in the midst of one is bounded.
"""

from __future__ import annotations

import re

_OBJECTS = (
    "function|program|script|method|query|parser|compiler|interpreter|algorithm|test|regex|module|"
    "library|api|app|application|server|bot|component|schema|game|proof"
)
_BUILD = "implement|build|design|architect|refactor|optimi[sz]e|debug|develop"
_WRITE = (
    r"(?:write|create|make|code|program)(?: me)?(?: an?| the| some)? "
    rf"(?:(?!(?:about|for|from|in|of|on|to|with) )[\w+#-]{{1,30}} ){{0,3}}(?:{_OBJECTS})s?"
)
_DESIGN = (
    r"(?:design|build|architect|develop)(?: an?| the| our)?(?: [\w-]{1,30}){0,3} "
    r"(?:system|schema|database|backend|api|app|service|platform|protocol|pipeline|cache|limiter|"
    r"compiler|algorithm|architecture)s?"
)
_PROVE = (
    "prove|disprove|derive|formali[sz]e|show that|"
    r"(?:give|write|find|present)(?: me)? (?:an?|the) (?:\w{1,20} )?proof"
)
_ANALYSE = "analy[sz]e|evaluate|assess|compare|contrast|critique|discuss|investigate"
_EXPLAIN = "explain|describe|summari[sz]e|outline|walk (?:me|us) through|guide (?:me|us)"

# Where an instruction stands: at the start of a sentence or clause, or after words that lead to it.
_LEAD = (
    r"(?:(?:^|[.!?:;,\n]) ?(?:[-*\d.)]{1,4} )?|\b(?:please|you|to|and|help|help (?:me|us)|"
    r"(?:how|where) (?:can|do|should|would) (?:we|i|you)(?: \w{1,20}ly)?|should we|hi|hey|hello) )"
)


def _instruction(verbs: str) -> re.Pattern[str]:
    return re.compile(rf"{_LEAD}({verbs})\b", re.IGNORECASE)


INSTRUCTIONS = (
    ("to build", _instruction(_BUILD), 13, 2),
    ("to design software", _instruction(_DESIGN), 12, 1),
    ("to program", _instruction(_WRITE), 25, 1),
    ("to prove", _instruction(_PROVE), 26, 1),
    ("to analyse", _instruction(_ANALYSE), 9, 2),
    ("to explain", _instruction(_EXPLAIN), 4, 1),
)
"""What is asked, how that is said, the points of each such verb, and how many of them count."""

CONSTRAINTS = re.compile(
    r"\b(?:while|without|must|at (?:least|most)|exactly|only|ensur\w+|guarantee\w*|minimi[sz]\w+|"
    r"maximi[sz]\w+|constrain\w+|limited|includ(?:e|ing)|cover|consider\w*|using|given|"
    r"in terms of|regarding|especially)\b",
    re.IGNORECASE,
)
JUDGEMENT = re.compile(
    r"\b(?:trade-?offs?|recommend\w*|strateg\w+|priorit\w+|best practices|long-term|"
    r"cost-effective|architect\w+|pros and cons|implications?|evaluate|align\w*|approach)\b",
    re.IGNORECASE,
)
REASONING = re.compile(
    r"\b(?:step[- ]by[- ]step|think (?:hard|carefully|through)|reason(?:ing)? through|"
    r"justify (?:each|every|your)|show your (?:work|reasoning))\b",
    re.IGNORECASE,
)
SAID_TO_BE_SIMPLE = re.compile(
    r"\b(?:(?:simple|quick|easy|basic) question|question is (?:\w{1,12} ){0,2}(?:simple|easy)|"
    r"just (?:wanted|want|need) to know|yes or no|in one (?:word|sentence))\b",
    re.IGNORECASE,
)
STEPS = re.compile(r"^(?:\d{1,3}[.)]|[-*•]) \S", re.MULTILINE)
CODE = re.compile(
    r"```|^(?:def \w+\(|class \w+[:({]|#include\b|import \w+|from \w+ import|func \w+\(|"
    r"(?:public|private) \w+|SELECT\b.{1,300}\bFROM\b|Traceback )|"
    r"\b(?:\w{1,40}|for |if |while )\([^()\n]{0,200}\) ?[{;]|=>|[!=]==",
    re.MULTILINE,
)
MATHEMATICS = re.compile(
    r"[∀∃∑∏∫√∂∇≤≥≠∈⊂→⇒∞]|\\(?:frac|sum|int|sqrt|forall)|\$[^$\n]{3,200}\$|[a-z]\^[\d{(]|"
    r"\b(?:theorem|lemma|conjecture|hypothesis|eigenvalues?|integral|derivative)\b",
    re.IGNORECASE,
)
_EVERYDAY = "PO|OK|TV|AM|PM|ID|CV|DVD|USA?|UK|EU|UN|ASAP|FAQ|RSVP|DIY|GPS"
TERM = re.compile(
    rf"\b(?!(?:{_EVERYDAY})\b)[A-Z][A-Z0-9]+(?:[-/][A-Z0-9]+)*\b|\b[A-Z]?[a-z]+[A-Z]\w*|\bO\("
)
"""A technical name: `CAPM`, `eCommerce`, `O(1)`."""

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
"""Characters of scripts that set no spaces between words."""

# Other languages. To write and a program together ask for code; some verbs do by themselves.
_WRITE_ELSEWHERE = re.compile(
    r"\b(?:schreib\w*|erstell\w*|programmier\w*|entwickl\w*|entwirf|[eé]cri\w*|développ\w*|concev\w*|"
    r"desarroll\w*|diseñ\w*|разработ\w*|cr[ée]e\w*|escrib\w*|escrev\w*|cre[aá]\w*|"
    r"cri[ae]\w*|lag|scriv\w*|skriv\w*|schrijf|maak|kirjoita|napi\w+|напиш\w*|созда\w*|сдела\w*|зроби\w*|haz|faça|fais|γράψ\w*|yaz\w*|"
    r"oluştur\w*|viết|tulis\w*|buat\w*|scrie|írj\w*|اكتب|אכתוב|כתוב|כתבי|בנה|लिख\w*|बना\w*)\b|"
    r"写|寫|编写|开发|设计|設計|개발|설계|書|作成|作って|작성|만들|เขียน",
    re.IGNORECASE,
)
_PROGRAM_ELSEWHERE = re.compile(
    r"\b(?:funktio\w*|fonction(?! publique)\w*|funci[oó]n\w*|fun[cç][aã]o|funç[õo]es|"
    r"funzion\w*|funkc\w+|funksjon\w*|functie\w*|funcție|fonksiyon\w*|fungsi\w*|függvény\w*|hàm|συνάρτηση|"
    r"algorit(?:m|hmus)\w*|"
    r"program(?:[aey]\w*)?|programm(?:[aei]\w*)?|s[ck]ript\w*|skrypt\w*|функц[иі]\w+|алгоритм\w*|программ\w*|"
    r"скрипт\w*|πρόγραμμα|chương trình|دالة|برنامج\w*|خوارزمية|פונקציה|תוכנית|אלגוריתם|"
    r"फ़ंक्शन|फंक्शन|प्रोग्राम)(?!\w)|"
    r"函数|函數|関数|算法|演算法|アルゴリズム|程序|プログラム|代码|コード|함수|알고리즘|프로그램|코드|スクリプト|ฟังก์ชัน|โปรแกรม",
    re.IGNORECASE,
)
_IMPLEMENT_ELSEWHERE = re.compile(
    r"\b(?:implementier\w*|implémente\w*|implementa(?:r|re|\b)|implemente\b|implementuj|"
    r"реализ(?:уй|овать|уйте)\w*|programmiere|programma una|υλοποίησε)\b|实现|實現|実装|구현",
    re.IGNORECASE,
)
_PROOF_ELSEWHERE = re.compile(
    r"\b(?:beweise?n?|d[ée]montre[rz]?|demuestr\w+|demostrar|prueba que|dimostra\w*|prove que|"
    r"bewijs|bevisa|bevis at|докаж\w+|доказать|udowodnij|kanıtla\w*|απόδειξε|أثبت|הוכח|सिद्ध)"
    r"(?!\w)|证明|證明|証明せ|証明し|증명",
    re.IGNORECASE,
)
# Other scripts set no space before such a name, and some languages an ending behind it.
_PROGRAMMING_LANGUAGE = re.compile(
    r"(?<![A-Za-z])(?:(?:Python|JavaScript|TypeScript|Java|Rust|Golang|Kotlin|Haskell|Ruby|PHP|SQL|"
    r"Bash|Perl|Scala|OCaml|Lua)(?![A-Za-z])|C(?:\+\+|#))|파이썬|पायथन|بايثون"
)
_ENGLISH = re.compile(
    r"\b(?:the|is|are|of|to|and|what|how|a|an|for|with|does|can|i|you|my|it)\b",
    re.IGNORECASE,
)


def asks_elsewhere(text: str) -> tuple[str, int] | None:
    """What a text in another language than English asks for, and the points of that.

    None where it asks for no program and no proof, as far as that can be seen.
    """
    if _PROOF_ELSEWHERE.search(text):
        return "asked for a proof, in another language than English", 28
    writes = _WRITE_ELSEWHERE.search(text)
    named = _PROGRAMMING_LANGUAGE.search(text) and not _ENGLISH.search(text)
    wrote = writes and (named or _PROGRAM_ELSEWHERE.search(text))
    if wrote or _IMPLEMENT_ELSEWHERE.search(text):
        return "asked for a program, in another language than English", 28
    if named:
        return "a programming language is named, in another language than English", 15
    return None
