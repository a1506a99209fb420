"""Links as people send them: which are found, which are refused, which are one page."""

from contextlib import suppress
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.articles.parts import encoded
from bot.articles.urls import (
    MAX_KEY_LENGTH,
    MAX_LENGTH,
    canonical_address,
    canonical_key,
    check_link,
    find_links,
)
from bot.errors import InvalidInput

# --- find_links ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("https://a.vn/1", ["https://a.vn/1"]),
        ("HTTPS://A.vn/1", ["HTTPS://A.vn/1"]),
        ("NV2: https://a.vn/1, https://b.vn/2.", ["https://a.vn/1", "https://b.vn/2"]),
        ("1) https://a.vn/1\n2) https://b.vn/2\n", ["https://a.vn/1", "https://b.vn/2"]),
        ("Đường dẫn:https://a.vn/1;", ["https://a.vn/1"]),
        ("xem bài.https://a.vn/1", ["https://a.vn/1"]),
        ("xem bai.https://a.vn/1", ["https://a.vn/1"]),
        ("(“https://a.vn/1”).", ["https://a.vn/1"]),
        ("<a href='https://a.vn/1'>bài</a>", ["https://a.vn/1"]),
        ("**https://a.vn/1**", ["https://a.vn/1"]),
        ("| Bài 1 |https://a.vn/1|", ["https://a.vn/1"]),
        ("https://a.vn/1?!…\"'", ["https://a.vn/1"]),
        ("https://a.vn/1\u00a0https://b.vn/2", ["https://a.vn/1", "https://b.vn/2"]),
        ("\ufeffhttps://a.vn/tin\u200b-bai", ["https://a.vn/tin-bai"]),
        ("(https://vi.wikipedia.org/wiki/Yên_Bái_(tỉnh)).",
         ["https://vi.wikipedia.org/wiki/Yên_Bái_(tỉnh)"]),
        ("[bài](https://a.vn/x_(1))", ["https://a.vn/x_(1)"]),
        ("[https://a.vn/1](https://a.vn/1)", ["https://a.vn/1"]),
        ("https://a.vn/1.htmlhttps://b.vn/2", ["https://a.vn/1.html", "https://b.vn/2"]),
        ("https://web.archive.org/web/2023/https://a.vn/1",
         ["https://web.archive.org/web/2023/https://a.vn/1"]),
        ("https://l.facebook.com/l.php?u=https://a.vn/1",
         ["https://l.facebook.com/l.php?u=https://a.vn/1"]),
        ("https://https://a.vn/1", ["https://a.vn/1"]),
        ("https://www.baolaichau.vn/xã-hội/tin", ["https://www.baolaichau.vn/xã-hội/tin"]),
        ("ftp://a.vn/1", ["ftp://a.vn/1"]),
        ("http://127.0.0.1/", ["http://127.0.0.1/"]),
    ],
)  # fmt: skip
def test_find_links_takes_them_out_of_the_sentence(text, links):
    assert find_links(text) == tuple(links)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("baoyenbai.com.vn/11/305919/Tin.aspx", ["https://baoyenbai.com.vn/11/305919/Tin.aspx"]),
        ("www.baoyenbai.com.vn", ["https://www.baoyenbai.com.vn"]),
        ("Trang www.yenbai.gov.vn. Trân trọng", ["https://www.yenbai.gov.vn"]),
        ("tại:fb.com/baoyenbai/posts/1;", ["https://fb.com/baoyenbai/posts/1"]),
        ("https://a.vn/1 và youtu.be/abc", ["https://a.vn/1", "https://youtu.be/abc"]),
        ("tiktok.com/@baoyenbai/video/1", ["https://tiktok.com/@baoyenbai/video/1"]),
        ("a.vn:8080/x", ["https://a.vn:8080/x"]),
        ("a.com.vn?id=7", ["https://a.com.vn?id=7"]),
        # a bare name may be a name only, as in "Báo baoyenbai.com.vn đã đăng"
        ("baoyenbai.com.vn", []),
        ("Đã đăng trên baoyenbai.com.vn?", []),
    ],
)
def test_find_links_without_a_scheme(text, links):
    assert find_links(text) == tuple(links)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Chương trình hành động số 56-CTr/TU",
        "Số:15/QĐ-BNV ngày 05/01/2023",
        "Số 2686 /STTTT-TTBCXB, 5104/BTTTT-PTTH&TTĐT",
        "báo chí, phát thanh, v.v. và v.v./.",
        "UBND TP.HCM/VP, ngày 20.7.2020/số 3",
        "Lưu: VT, TTBCXB./.",
        "sovhttdl@yenbai.gov.vn",
        "sovhttdl@yenbai.gov.vn/hopthu",
        "www.nguyenvana@gmail.com, www.nguyen.vana@gmail.com",
        "bandoc@www.yenbai.gov.vn",
        "mailto:a@yenbai.gov.vn tel:+842163852 tg://user?id=5",
        "bài_viết.docx, anh.jpg/anh.png",
        "https:// và http://...",
        "ngày15/01.vn/",
        "đây.yenbai.gov.vn/1",
    ],
)
def test_find_links_sees_none(text):
    assert find_links(text) == ()


def test_find_links_adds_the_hidden_ones_and_names_each_page_once():
    text = "Bài 1: https://a.vn/1 và http://www.a.vn/1/ và https://a.vn/2"
    hidden = ["https://b.vn/3", "https://a.vn/2?fbclid=x", "b.vn", "tg://user?id=5", "", "https://"]
    assert find_links(text, hidden) == (
        "https://a.vn/1",
        "https://a.vn/2",
        "https://b.vn/3",
        "https://b.vn",
    )


def test_find_links_compares_no_link_that_is_too_long_to_be_taken():
    deep = "https://" + "google.com/amp/s/" * 200 + "a.vn/1"
    assert find_links(f"{deep} {deep}", ["https://a.vn/1", deep + "/"]) == (
        deep,
        "https://a.vn/1",
        deep + "/",
    )


# --- check_link ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "link"),
    [
        ("https://BaoYenBai.com.vn/11/1/A.aspx#x", "https://BaoYenBai.com.vn/11/1/A.aspx#x"),
        ("http://a.vn", "http://a.vn"),
        (" “a.vn/1”. ", "https://a.vn/1"),
        ("\t\u00a0“\u00a0https://a.vn/1\r\n\u3000”\u00a0", "https://a.vn/1"),
        ("- (https://a.vn/x_(1)).", "https://a.vn/x_(1)"),
        ("https://a.vn:443/1", "https://a.vn:443/1"),
        ("http://a.vn:80", "http://a.vn:80"),
        ("https://a.vn./1", "https://a.vn./1"),
        ("https://báoyênbái.vn/1", "https://báoyênbái.vn/1"),
        ("https://ten_mien.yenbai.gov.vn/1", "https://ten_mien.yenbai.gov.vn/1"),
        ("https://a.vn/tin bai.aspx", "https://a.vn/tin bai.aspx"),
        ("https://a.vn/?u=user@host:22", "https://a.vn/?u=user@host:22"),
        ("https://a.vn:/1", "https://a.vn:/1"),
        ("https://a.vn:0443/1", "https://a.vn:0443/1"),
        ("https://4.vn/1", "https://4.vn/1"),
        ("https://1.2.3.4.vn/", "https://1.2.3.4.vn/"),
    ],
)
def test_check_link_gives_it_as_sent(sent, link):
    assert check_link(sent) == link
    assert check_link(link) == link


REFUSED = {
    "link.scheme": """
        ftp://a.vn/1  file:///etc/passwd  javascript:alert(1)  data:text/html,x  mailto:a@b.vn
        gopher://a.vn  JavaScript:alert(1)  tg://user?id=5  view-source:https://a.vn/1
    """,
    "link.userinfo": r"""
        https://user@a.vn/1  https://user:pass@a.vn/1  https://a.vn@127.0.0.1/  http://@a.vn/
        https://a.vn:443@b.vn/  https://a.vn\@b.vn/
    """,
    "link.address": """
        http://127.0.0.1/  http://127.1/  http://2130706433/  http://0x7f000001/  http://0x7f.1/
        http://0177.0.0.1/  http://017700000001/  http://[::1]/  http://[::ffff:127.0.0.1]/
        http://[::ffff:7f00:1]:443/  http://１２７.0.0.1/  http://127。0。0。1/  http://127.0.0.1./
        http://①②⑦.⓪.⓪.①/  http://%31%32%37.0.0.1/  http://10.0.0.1:80/x  http://8.8.8.8/
        http://1.2.3.0x/  http://localhost/  http://ⓛocalhost/  http://a.localhost/  http://intranet
        http://may.internal/  http://169.254.169.254/latest  http://0/  http://printer.local/
        http://1.0.0.127.in-addr.arpa/  xin-chào
        intranet:80/x  http://[fe80::1%25eth0]/x
    """,
    "link.port": """
        https://a.vn:22/  http://a.vn:8080/1  a.vn:8443/1  https://a.vn:0/  https://a.vn:65616/
        https://a.vn:99999999999999999999/
    """,
    "link.broken": r"""
        https://  https:///tin  https:a.vn/1  http:/a.vn/1  https://a..vn/1  https://.vn/
        https://a.vn\b  https://a.v/1  https://a.b1/  https://a.vn:x/
        https://a.vn:８０/  https://a%2evn/  https://💩.la/  https://a／b.vn/  https://a.vn:b:c/
        https://a,b.vn/1  https://a.vn:80:80/
    """,
}


@pytest.mark.parametrize(
    ("key", "link"), [(key, link) for key, links in REFUSED.items() for link in links.split()]
)
def test_check_link_refuses(key, link):
    with pytest.raises(InvalidInput) as refusal:
        check_link(link)
    assert refusal.value.key == key


@pytest.mark.parametrize(
    "link",
    ["", "   ", "…", "https://a b.vn/", "https://a.vn/\x00", "https://a.vn/1\nhttps://b.vn",
     "https://a.vn/\ud800", "https://" + "a" * 64 + ".vn/", "https://" + "a." * 130 + "vn/"],
)  # fmt: skip
def test_check_link_refuses_what_is_broken(link):
    with pytest.raises(InvalidInput) as refusal:
        check_link(link)
    assert refusal.value.key == "link.broken"


def test_check_link_counts_what_is_left_of_a_long_one():
    longest = "https://a.vn/".ljust(MAX_LENGTH, "x")
    assert check_link(f"({longest}).") == longest
    with pytest.raises(InvalidInput) as refusal:
        check_link(longest + "x")
    assert (refusal.value.key, refusal.value.parameters) == ("link.too_long", {"most": 2000})


# --- canonical_key -------------------------------------------------------------------------------

ONE_PAGE = [
    # a newspaper whose number is the article; category, slug and door are not
    [
        "https://baoyenbai.com.vn/11/305919/Diem-su-kien-noi-bat.aspx",
        "http://www.baoyenbai.com.vn/226/305919/Diem_su_kien_noi_bat.htm",
        "https://www.baoyenbai.com.vn/PrintPreview/305919/",
        "https://m.baoyenbai.com.vn/printpreview/305919",
        "https://baoyenbai.com.vn/11/305919/?utm_source=zalo",
        "l.facebook.com/l.php?u=https%3A%2F%2Fbaoyenbai.com.vn%2F11%2F305919%2Fx.aspx&h=AT0",
    ],
    [
        "http://www.baolaichau.vn/x%C3%A3-h%E1%BB%99i/tin-moi",
        "https://baolaichau.vn/xã-hội/tin-moi",
        "https://baolaichau.vn/xa\u0303-ho\u0323\u0302i/tin-moi/",  # the same letters, decomposed
        "https://baolaichau.vn/x%c3%a3-h%e1%bb%99i/./x/../tin-moi#binh-luan",
        "https://baolaichau.vn:443/xã-hội/tin%2dmoi/amp/?",
        "https://google.com.vn/amp/s/baolaichau.vn/x%C3%A3-h%E1%BB%99i/tin-moi/AMP",
    ],
    [
        "https://baolaocai.vn/le-hoi-post408463.html",
        "https://BAOLAOCAI.VN/le-hoi-post408463.html?fbclid=IwAR0&zarsrc=30&utm_medium=zalo",
        "https://amp.baolaocai.vn./le-hoi-post408463.html?gidzl=x&zalo_src=1&_gl=1&ref=a",
        "baolaocai.vn/le-hoi-post408463.html",
        "https://www.google.com/url?sa=t&url=https://baolaocai.vn/le-hoi-post408463.html&ved=2",
        "https://www.google.com/url?q=https://baolaocai.vn/le-hoi-post408463.html&sa=D",
        "https://www.google.com/amp/s/baolaocai.vn/le-hoi-post408463.html",
    ],
    [
        "http://quan8.hochiminhcity.gov.vn/lists/posts/post.aspx?Source=/tintuc&ItemID=7169&Mode=1",
        "https://quan8.hochiminhcity.gov.vn/lists/posts/post.aspx?Mode=1&ItemID=7169&Source=%2ftintuc",
        "quan8.hochiminhcity.gov.vn/lists/posts/post.aspx?&amp;Mode=1&amp;ItemID=7169&Source=/tintuc&",
    ],
    [
        "https://hoilhpn.yenbai.gov.vn/noidung/Pages/chi-tiet-tin-tuc.aspx?l=Tinhoatdong+&lv=4&page=11",
        "https://hoilhpn.yenbai.gov.vn/noidung/Pages/chi-tiet-tin-tuc.aspx?l=Tinhoatdong%20&page=11&lv=4",
    ],
    [
        "https://haugiang.gov.vn/web/ubnd-tp-vi-thanh/tin",
        "https://haugiang.gov.vn/c/portal/update_language?p_l_id=1&redirect=%2Fweb%2Fubnd-tp-vi-thanh%2Ftin&languageId=vi_VN",
        "https://haugiang.gov.vn/en/c/portal/update_language?redirect=https%3A%2F%2Fhaugiang.gov.vn%2Fweb%2Fubnd-tp-vi-thanh%2Ftin",
    ],
    [
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://youtu.be/dQw4w9WgXcQ?si=AbC",
        "https://m.youtube.com/shorts/dQw4w9WgXcQ?feature=share",
        "https://youtube.com/live/dQw4w9WgXcQ/",
        "https://www.youtube.com/watch?app=desktop&t=35s&v=dQw4w9WgXcQ&list=PL1",
        "https://www.youtube.com/embed/dQw4w9WgXcQ",
    ],
    [
        "https://www.facebook.com/permalink.php?story_fbid=7&id=100",
        "https://m.facebook.com/story.php?id=100&story_fbid=7&mibextid=Nif5oz",
        "https://mbasic.facebook.com/story.php?story_fbid=7&id=100&__tn__=R",
        "https://fb.com/permalink.php?id=100&story_fbid=7&__cft__[0]=AZX",
    ],
    [
        "https://www.facebook.com/permalink.php?story_fbid=9&id=100&comment_id=5",
        "https://m.facebook.com/story.php?refid=17&story_fbid=9&id=100&eav=A",
    ],
    ["https://facebook.com/photo?fbid=3", "https://www.facebook.com/photo.php?fbid=3&set=a.1&type=3"],
    ["https://facebook.com/watch/?v=4&ref=sharing", "https://web.facebook.com/watch?t=9&v=4"],
    ["https://www.tiktok.com/@bao/video/7?_t=8&_r=1", "https://tiktok.com/@bao/video/7"],
    ["https://b.vn/x;jsessionid=0A1B.node1?id=1", "https://b.vn/x?id=1"],
    ["https://c.vn/#/tin/1", "http://www.c.vn#/tin/1"],
    ["https://c.vn/#/xã", "http://c.vn#/x%C3%A3"],
    ["https://c.vn/#/", "https://c.vn#binh-luan"],
    ["https://báo.vn", "http://www.xn--bo-mia.vn/", "BÁO.vn/amp/", "https://ba\u0301o.vn/#top",
     "http://www.m.báo.vn", "https://google.com/amp/s/báo.vn"],
    ["https://a.vn/tin%20bai", "https://a.vn/tin bai"],
    ["https://a.vn/?b&a=1", "https://a.vn?a=1&b&c=",
     "https://google.com/amp/a.vn/amp?b&a=1", "http://lm.facebook.com/l.php?h=A&u=a.vn%3Fa%3D1%26b"],
]  # fmt: skip


@pytest.mark.parametrize("links", ONE_PAGE, ids=lambda links: links[0])
def test_canonical_key_is_one_for_one_page(links):
    assert {canonical_key(link): link for link in links} == {canonical_key(links[0]): links[-1]}


OTHER_PAGES = """
    https://baoyenbai.com.vn/11/162996/Dien_van.htm
    https://www.baoyenbai.com.vn/PrintPreview/303215/
    https://baoyenbai.com.vn/11/
    https://baoyenbai.com.vn/
    https://yenbai.vn/11/305919/Diem-su-kien-noi-bat.aspx
    https://hoilhpn.yenbai.gov.vn/noidung/Pages/chi-tiet-tin-tuc.aspx?l=Tinhoatdong+&lv=4&page=12
    https://hoilhpn.yenbai.gov.vn/noidung/Pages/chi-tiet-tin-tuc.aspx?ItemID=12&l=Tinhoatdong
    http://vanhocnghethuatyenbai.gov.vn/news/van/?UserKey=Yen-Bai--Dang-bo
    http://vanhocnghethuatyenbai.gov.vn/news/van/?UserKey=Yen-Bai--Dang-doan
    http://vanhocnghethuatyenbai.gov.vn/news/van/
    http://quan8.hochiminhcity.gov.vn/lists/posts/post.aspx?Source=/tintuc&ItemID=7170&Mode=1
    https://baolaocai.vn/le-hoi-post408464.html
    https://haugiang.gov.vn/web/ubnd-tp-nga-bay/tin
    https://haugiang.gov.vn/c/portal/update_language?p_l_id=1
    https://tamky.quangnam.gov.vn/webcenter/tin/chi-tiet?dDocName=PORTAL540980
    https://tamky.quangnam.gov.vn/webcenter/tin/chi-tiet?dDocName=PORTAL540981
    https://youtu.be/dQw4w9WgXcR
    https://www.youtube.com/playlist?list=PL1
    https://www.youtube.com/@baoyenbai
    https://www.facebook.com/permalink.php?story_fbid=8&id=100
    https://www.facebook.com/baoyenbai/posts/pfbid02
    https://www.google.com/url?sa=t
    https://www.google.com/url?q=http://127.0.0.1/
    https://www.google.com/amp/s/127.0.0.1/
    https://a.vn/tin-bai
    https://a.vn/Tin-bai
    https://a.vn/tin/bai
    https://a.vn/tin%2Fbai
    https://a.vn/%FF
    https://a.vn/%FE
    https://a.vn/?q=%FF
    https://a.vn/?q=%FE
    https://a.vn/?sid=1
    https://a.vn/?sid=2
    https://b.a.vn/tin-bai
    https://c.vn/#/tin/2
    https://c.vn/#!tin/2
    https://facebook.com/photo?fbid=31
    https://mobile.vn/
    https://m.vn/
    https://a.vn/x?q=1+2
    https://a.vn/x?q=1%2B2
"""
"""Each is another page than all the others and than all of ONE_PAGE."""


def test_canonical_key_differs_for_every_other_page():
    keys = [canonical_key(link) for link in OTHER_PAGES.split() + [links[0] for links in ONE_PAGE]]
    assert len(set(keys)) == len(keys)


def test_canonical_key_of_a_long_link_is_short_and_its_own():
    long = "https://a.vn/" + "ế" * 1980
    keys = {
        canonical_key(long),
        canonical_key(long + "x"),
        canonical_key(f"http://www.{long[8:]}/"),
    }
    assert len(keys) == 2
    assert all(len(key) <= MAX_KEY_LENGTH and key.startswith("a.vn/") for key in keys)


def test_canonical_key_refuses_what_check_link_refuses():
    with pytest.raises(InvalidInput):
        canonical_key("http://127.0.0.1/")


def test_canonical_key_of_go_betweens_within_go_betweens_ends():
    deep = "https://" + "google.com/amp/s/" * 110 + "a.vn/1"
    assert canonical_key(deep) == "a.vn/1"


# --- whatever is sent ----------------------------------------------------------------------------

PIECES = """
    https:// http:// ftp:// www. m. amp. mobile. mbasic. a.vn baoyenbai.com.vn báo.vn youtu.be
    youtube.com facebook.com l.facebook.com google.com google.com.vn fb.com / // /amp /amp/s/ /url
    /l.php /c/portal/update_language /watch /story.php /PrintPreview/ /11/ 305919 dQw4w9WgXcQ
    /shorts/ ? & ; = # ?q= ?u= ?url= &v= &redirect= &utm_source= &si= &amp; +
    %2F %2f %3A%2F%2F %25 %2e %2E%2E %C3%A1 %c3 %ff % ế e\u0301 \u0302 . .. ./ /../ : :443 :22 @ \\
    m.com.vn amp.gov.vn zingnews.vn qdnd.vn vietnamplus.vn t.me tiktok.com instagram.com x.com
    /vi /vn/ /en/ /print/ /index.php /Default.aspx /(S(a1b2)) ;jsessionid=1 #!/ #/tin
    /tin-moi-post408463 /tin-moi-345678 /tin-moi-20230106 /202301/tin-moi-3152345 /345678 .html
    .vnp .amp /news/ /a-b-1234 /lists/ /post.aspx ?nv=news &op=a-b-1234 &language=vi &language=en
    ?option=com_content&view=article &id=12:a &ItemID=12 &amp=1 &ref=home &ref=a &b &b= &=
    /posts/ /permalink/ /groups/ /videos/ /reel/ /photos/ 612345678901234 &fbid= &story_fbid=
    /status/ /@a/video/ /p/AbCdEfGh /s/ /iv /share/url /attribution_link
    ( ) [ ] [::1] 127.0.0.1 １２７ “ ” ' , - _ 。 ／ \u200b \u00ad \ud800
"""
pieces = st.sampled_from(PIECES.split()) | st.sampled_from(
    [" ", "\n", "\u00a0", "\x00", "\x1f", "a", "1"]
)
texts = st.lists(pieces, max_size=14).map("".join) | st.text(max_size=60)
HOSTS = """
    a.vn google.com facebook.com youtube.com t.me yenbai.gov.vn zingnews.vn qdnd.vn
"""
links = texts | st.builds("https://{}/{}".format, st.sampled_from(HOSTS.split()), texts)


@given(texts, st.lists(texts, max_size=3))
def test_find_links_never_raises_and_gives_clean_ones(text, hidden):
    for link in find_links(text, hidden):
        with suppress(InvalidInput):
            assert check_link(link) == link


@given(links)
@example("https://google.com/amp/s/%41.vn/x")
@example("https://google.com/url?q=%68ttps://a.vn/x")
@example("https://a.vn/vi/vn/x")
@example("https://a.vn/vi/index.php/amp/Default.aspx")
@example("https://a.vn/?nv=vi&op=vi%2Fa-b-1234&language=vi")
@example("https://a.vn/tin-a%3A//b.vn")
@example("https://youtu.be/" + "a" * 2000)
@example("https://youtu.be/" + "á" * 2000)
@example("https://l.facebook.com/l.php?u=ftp://a.vn/x&u=b.vn")
def test_canonical_key_of_its_own_key_is_the_same(link):
    try:
        key = canonical_key(link)
    except InvalidInput:
        return
    assert key.isascii()
    assert 4 <= len(key) <= MAX_KEY_LENGTH
    assert canonical_key(key) == key
    assert canonical_key(f"http://www.{key}#x") == key


NAMES = "id ItemID cat page ref si feature utm_source fbclid amp nv op v fbid option view Source"
said = texts.filter(lambda text: "\ud800" not in text) | st.text("aế&=+%/?#1", max_size=6)
queries = st.dictionaries(st.sampled_from(NAMES.split()) | said, st.none() | said, max_size=6).map(
    lambda asked: [
        encoded(name) if value is None else f"{encoded(name)}={encoded(value)}"
        for name, value in asked.items()
    ]
)


@given(links.filter(lambda link: "?" not in link and "#" not in link), queries, st.randoms())
@example("https://a.vn/x", ["b=2", "a=1"], Random(1))
def test_canonical_key_does_not_depend_on_the_order_of_a_query(link, query, random):
    shuffled = random.sample(query, len(query))
    try:
        key = canonical_key(f"{link}?{'&'.join(query)}")
    except InvalidInput:
        return
    assert canonical_key(f"{link}?{'&'.join(shuffled)}") == key


@given(st.text(max_size=200) | texts)
@example("https://a.vn/%FF?%FE=%FF#!%FF")
def test_canonical_key_and_address_refuse_with_a_reason_only(text):
    for take in (canonical_key, canonical_address, check_link):
        with suppress(InvalidInput):
            taken = take(text)
            assert take is check_link or taken.isascii()


@given(links)
def test_check_link_passes_only_what_has_a_key(link):
    try:
        checked = check_link(link)
    except InvalidInput:
        return
    assert canonical_key(checked)
    assert len(checked) <= MAX_LENGTH
    assert checked.lower().startswith(("http://", "https://"))
