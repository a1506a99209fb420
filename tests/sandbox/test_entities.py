"""Formatted text, compared with Telegram's own parser on chosen and on generated cases."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.sandbox.entities.clean import clean_text, cleaned_source
from bot.sandbox.entities.found import find_entities
from bot.sandbox.entities.html import parse_html
from bot.sandbox.entities.model import Entity, Kind, TextError, date_format, utf16_length
from tests.sandbox import telegram_parser

ours_and_theirs = settings(max_examples=400, deadline=None, database=None)

HTML_CASES = [
    "plain",
    "<b>bold</b> <strong>x</strong> <i>i</i><em>e</em> <u>u</u><ins>n</ins>",
    "<s>s</s><strike>t</strike><del>d</del>",
    "<tg-spoiler>a</tg-spoiler><span class='tg-spoiler'>b</span>",
    "<span>a</span>",
    "<span class=tg-spoiler>a</span>",
    "<b><i>nested <u>deep</u></i> tail</b>",
    "<b>Đôn đốc 😀 <i>việc</i></b>",
    "<b>x</i>",
    "<b>x",
    "x</b>",
    "<b>x</b",
    "<b",
    "<b >x</b >",
    "<B>x</b>",
    "<br>",
    "<b/>",
    "a < b",
    "a > b & c",
    "<>x</>",
    "<b>x</>",
    "<a href='https://a.vn/b?c=1&amp;d=2'>l</a>",
    "<a href=https>l</a>",
    '<a href="https://a.vn" title="x">l</a>',
    "<a>a.vn/x</a>",
    "<a>no link</a>",
    '<a href="nothing">x</a>',
    '<a href="ftp://a.vn">x</a>',
    '<a href="a.vn:99999">x</a>',
    '<a href="http://a b.vn">x</a>',
    '<a href="http://u:p@A.VN:080/Path">x</a>',
    '<a href="http://[::1]/x">x</a>',
    '<a href="a.vn/%zz?q=a b">x</a>',
    '<a href="http://a%2.vn">x</a>',
    '<a href="tg://user?id=123456789">n</a>',
    '<a href="TG:USER?id=5&x=1#y">n</a>',
    '<a href="tg://user?id=x">n</a>',
    '<a href="tg://resolve?domain=x">n</a>',
    '<a href="ton://t/x">n</a>',
    "<a href='unclosed>x</a>",
    "<a href=>x</a>",
    "<a =x>x</a>",
    "<a href='x'y='z'>x</a>",
    "<code>c</code><pre>p</pre>",
    '<pre><code class="language-python">c</code></pre>',
    '<code class="language-python"><pre>c</pre></code>',
    '<pre><code class="python">c</code></pre>',
    '<pre>a<code class="language-python">c</code></pre>',
    '<code class="language-python">c</code>',
    "<blockquote>q</blockquote><blockquote expandable>q</blockquote>",
    '<blockquote expandable="">q</blockquote>',
    "<blockquote><b>q</b><blockquote>r</blockquote></blockquote>",
    '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
    '<tg-emoji emoji-id="x">👍</tg-emoji>',
    "<tg-emoji>👍</tg-emoji>",
    "<tg-emoji></tg-emoji>",
    *(
        f'<tg-time unix="1700000000" format="{form}">x</tg-time>'
        for form in ("", "r", "R", "t", "T", "d", "D", "w", "wDT", "wdt", "tT", "x", "rt", "DD")
    ),
    "<tg-time unix=1700000000>x</tg-time>",
    "<tg-time unix='-5'>x</tg-time>",
    "<tg-time>x</tg-time>",
    "&lt;b&gt; &amp;amp; &quot; &nbsp; &apos; &copy;",
    "&#60;&#x3c;&#X3c;&#0;&#1114111;&#x10fffe;&#00000000060;",
    "&#128512; &#x1F600",
    "&#xd83d;&#xde00;",
    "&amp",
    "&",
    "&;",
    "&#;",
    "&#x;",
    "đ<ủ>x",
    "ư<b",
]


def ours(source):
    """Our reading of HTML in the form the judge gives."""
    try:
        return parse_html(source)
    except TextError as error:
        return f"Can't parse entities: {error}"


@pytest.mark.parametrize("source", HTML_CASES)
def test_parse_html_agrees_with_telegram(source):
    assert ours(source) == telegram_parser.parsed(source)


_PIECES = [
    *("<b>", "</b>", "<i>", "</i>", "<u>", "</u>", "<s>", "</s>", "<pre>", "</pre>", "<code>"),
    *('<code class="language-py">', "</code>", "<a>", "</a>", '<a href="http://a.vn/b?c&amp;d">'),
    *('<a href="tg://user?id=12">', "<a href=a.vn>", "<blockquote>", "<blockquote expandable>"),
    *("</blockquote>", "<tg-spoiler>", "</tg-spoiler>", '<span class="tg-spoiler">', "</span>"),
    *('<tg-time unix="1700000000" format="wDt">', "</tg-time>", "</>", "<", ">", "&", '"', "'"),
    *('<tg-emoji emoji-id="5368324170671202286">', "</tg-emoji>", "=", "/", "-", " ", "\n", "\t"),
    *("&lt;", "&amp", "&#128512;", "&#x1F600;", "&nbsp;", "x", "đ", "😀", "a.vn", "</b >", "<B>"),
]


@ours_and_theirs
@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
def test_parse_html_agrees_with_telegram_on_soup(source):
    assert ours(source) == telegram_parser.parsed(source)


@st.composite
def well_formed(draw):
    """HTML whose tags are closed."""
    opening = [piece for piece in _PIECES if piece[:1] == "<" and piece[1:2].isalpha()]
    inner = [piece for piece in _PIECES if piece[:1] not in "<&"]
    source, depth = "", 0
    for _ in range(draw(st.integers(1, 14))):
        if depth and draw(st.booleans()):
            source, depth = source + "</>", depth - 1
        if draw(st.booleans()):
            source, depth = source + draw(st.sampled_from(opening)), depth + 1
        source += draw(st.sampled_from(inner))
    return source + "</>" * depth


@ours_and_theirs
@given(well_formed())
def test_parse_html_agrees_with_telegram_on_nested_tags(source):
    assert ours(source) == telegram_parser.parsed(source)


FOUND_CASES = [
    "/start",
    "/start@sandbox_bot code",
    "x/start /a/b /c",
    "/start@ab x",
    "/" + "a" * 64 + " /" + "a" * 65,
    "@an @user @gif @abc user@host",
    "@" + "a" * 32 + " @" + "a" * 33,
    "#tag #123 #việc_1 ##x #a#b #tag@channel",
    "$VND $1INCH $vnd",
    "https://baochinhphu.vn/tin-1.htm, xong.",
    "xem http://a.vn/x(y) và (http://a.vn/x).",
    "vnexpress.vn baotintuc.vn/a?b=c#d. Hết",
    "không.Có khoảng trắng",
    "word.Com COM.COM",
    "example.com:8080/x example.com:99999/x",
    "127.0.0.1 256.1.1.1 1.2.3",
    "user@example.com mailto:user@example.com u.s-e+r@mail.gov.vn",
    "user@@example.com a@b",
    "ftp://a.vn sftp://a.vn shttp://a.vn",
    "http://localhost http://a",
    "http://a_b.vn http://a.b_c.vn",
    "tg://resolve?domain=x ton://x/y tg://?",
    "https://www.facebook.com/permalink.php?story_fbid=pfbid0&id=1",
    "«https://a.vn/x»",
    "😀 https://a.vn 😀 @user_name",
    "a.vn...",
    "..a.vn",
    "http://u:p@a.vn/x",
    "Điện thoại 0912.345.678",
]


@pytest.mark.parametrize("text", FOUND_CASES)
def test_find_entities_agrees_with_telegram(text):
    assert find_entities(text) == telegram_parser.found(text)


_WORDS = [
    *("abc", "vn", ".", ".", "/", "//", ":", "http", "https://", "ftp://", "@", "#", "$", "tag"),
    *("ABC", " ", "\n", "đơn", "😀", "-", "_", "(", ")", "?", "a.vn", "example.com", "1", "80"),
    *("user", "mailto:", "/start", "@some_bot", "[", "]", "»", "~", "com", "COM", "Com", "!", "'"),
    *("127.0.0.1", "http://localhost", "x@y.vn", "+", "—", "gov.vn", ";", "tg://", "resolve"),
]


def _is_judged(text):
    """Whether the top-level domains of `text` are on our (shorter) list."""
    return not any(rare in text.lower() for rare in (".abc", ".đơn", ".tag", ".start", ".resolve"))


@ours_and_theirs
@example("/starttg://tg://vn")
@example("@some_bottg://tg://a.vn+")
@given(st.lists(st.sampled_from(_WORDS), max_size=9).map("".join).filter(_is_judged))
def test_find_entities_agrees_with_telegram_on_soup(text):
    assert find_entities(text) == telegram_parser.found(text)


_KINDS = [
    *(Kind.BOLD, Kind.ITALIC, Kind.UNDERLINE, Kind.STRIKETHROUGH, Kind.SPOILER, Kind.CODE),
    *(Kind.PRE, Kind.TEXT_LINK, Kind.CUSTOM_EMOJI, Kind.BLOCKQUOTE, Kind.EXPANDABLE_BLOCKQUOTE),
    Kind.DATE_TIME,
]
_VALUES = {Kind.TEXT_LINK: "http://a.vn/", Kind.CUSTOM_EMOJI: "5"}


@st.composite
def text_with_entities(draw):
    """A text and entities that may overlap, cross and overrun it."""
    letters = [
        "a",
        "b",
        "đ",
        "😀",
        " ",
        "\n",
        "\r",
        "\u2028",
        "x",
        "\u200e",
        "\u200f",
        "\u0333",
        "\t",
    ]
    text = "".join(draw(st.lists(st.sampled_from(letters), min_size=2, max_size=14)))
    length = utf16_length(text)
    entities = []
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(_KINDS))
        offset = draw(st.integers(0, length))
        size = draw(st.integers(0, length + 1 - offset))
        moment = 1_700_000_000 if kind is Kind.DATE_TIME else 0
        entities.append(Entity(kind, offset, size, _VALUES.get(kind, ""), moment))
    return text, entities


@ours_and_theirs
@given(text_with_entities())
def test_cleaned_source_agrees_with_telegram(case):
    text, entities = case
    try:
        result = cleaned_source(text, entities)
    except TextError as error:
        result = str(error)
    if isinstance(result, tuple) and not result[0].strip(" \n"):
        result = (result[0], [])
    theirs = telegram_parser.nested(text, entities)
    if isinstance(theirs, tuple) and not theirs[0].strip(" \n"):
        theirs = (result[0], [])
    assert result == theirs


def test_clean_text_trims_both_ends_and_moves_entities():
    ready = clean_text("  \n việc \n ", [Entity(Kind.BOLD, 4, 6)])
    assert ready.text == "việc"
    assert list(ready.entities) == [Entity(Kind.BOLD, 0, 4)]


def test_clean_text_keeps_spaces_an_entity_begins_with():
    assert clean_text("  x", [Entity(Kind.CODE, 1, 2)]).text == " x"


@pytest.mark.parametrize("text", ["", " \n ", "\u200b\u200d", "\u00a0\u3000", "\r\r"])
def test_clean_text_is_empty_without_anything_visible(text):
    assert clean_text(text).text == ""


def test_clean_text_adds_what_it_finds_around_what_is_given():
    ready = clean_text("/start a.vn b.vn", [Entity(Kind.TEXT_LINK, 7, 4, "http://c.vn/")])
    assert [entity.kind for entity in ready.entities] == [
        Kind.BOT_COMMAND,
        Kind.TEXT_LINK,
        Kind.URL,
    ]


def test_date_format_refuses_unknown_letters():
    with pytest.raises(TextError, match="Invalid date format used"):
        date_format("wx")
