"""The papers and what stands in them where."""

from datetime import timedelta

from bot.sandbox.press import stories
from bot.sandbox.press.model import Article, Layout, Paper, Trait

PAPER = Paper("baotinh.example.vn", "Báo Tỉnh điện tử", Layout.LINKED_DATA)
STATION = Paper("daitinh.example.vn", "Đài Phát thanh và Truyền hình tỉnh", Layout.META)
WARD = Paper("phuongmau.example.vn", "Cổng thông tin điện tử phường Mẫu", Layout.ASPX)
AGGREGATOR = Paper("tintonghop.example.vn", "Tin tổng hợp 24 giờ", Layout.AGGREGATOR)
PAPERS = (PAPER, STATION, WARD, AGGREGATOR)


_CONFERENCE_TARGET = "/thoi-su/hoi-nghi-bao-cong-lan-toa-khi-the-thi-dua-moi-1201.html"
ARTICLES = (
    Article(PAPER, _CONFERENCE_TARGET, stories.CONFERENCE),
    Article(
        PAPER,
        "/doi-song/to-cong-nghe-so-cong-dong-go-cua-tung-nha-1202.html",
        stories.NEIGHBOURS,
        Trait.REWRITTEN,
    ),
    Article(
        PAPER,
        "/kinh-te/vu-que-duoc-mua-nguoi-trong-rung-phan-khoi-988.html",
        stories.HARVEST,
        Trait.OLD,
        age=timedelta(days=20),
    ),
    Article(PAPER, "/phong-su/cay-cau-noi-hai-bo-chu-1203.html", stories.BRIDGE, Trait.SLOW),
    Article(STATION, "/tin-tuc/ra-mat-chuyen-muc-moi-tuan-mot-cach-lam-hay", stories.STUDIO),
    Article(
        STATION,
        "/tin-tuc/khong-co-chuyen-thu-them-phi-khi-lam-can-cuoc",
        stories.RUMOUR,
        Trait.VANISHING,
    ),
    Article(STATION, "/english/highland-market-goes-online", stories.ENGLISH),
    Article(WARD, "/Pages/tin-chi-tiet.aspx?ItemID=305&CateID=2", stories.STREET),
    Article(WARD, "/Pages/tin-chi-tiet.aspx?ItemID=999&CateID=2", stories.NOTHING, Trait.MISSING),
    Article(
        AGGREGATOR,
        "/xa-hoi/hoi-nghi-bao-cong-lan-toa-khi-the-thi-dua-moi-d8841.html",
        stories.CONFERENCE,
        Trait.REPOST,
        age=timedelta(minutes=15),
        source=PAPER.name,
    ),
    Article(
        AGGREGATOR,
        "/xa-hoi/phuong-mau-ra-quan-chinh-trang-duong-pho-d8842.html",
        stories.STREET,
        Trait.REPOST,
        age=timedelta(minutes=15),
        source=WARD.name,
    ),
    Article(
        AGGREGATOR,
        "/di/1201",
        stories.CONFERENCE,
        Trait.MOVED,
        leads_to=f"http://{PAPER.host}{_CONFERENCE_TARGET}",
    ),
)
