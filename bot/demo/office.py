"""The demo's invented office: groups as the sample letter names them, units, people, phones."""

from __future__ import annotations

from dataclasses import dataclass

OFFICE = "Sở Thông tin và Truyền thông"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody with a Telegram account in the sandbox; all of the name is its first name there,
    for Telegram would write the family name last."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """A unit, the group it stands in, the people who are its contacts and the paper of the
    sandbox's press that is its own."""

    code: str
    name: str
    group: str
    contacts: tuple[str, ...] = ()
    site: str = ""


GROUPS: tuple[tuple[str, str], ...] = (
    ("BAOCHI", "Các cơ quan báo chí địa phương"),
    ("IOC", "Trung tâm Điều hành thông minh tỉnh"),
    ("PVHTT", "Phòng Văn hóa và Thông tin các huyện, thị xã, thành phố"),
    ("TTTTVH", "Trung tâm Truyền thông và Văn hóa các huyện, thị xã, thành phố"),
    ("TRANGTT", "Cơ quan, đơn vị thiết lập trang thông tin điện tử tổng hợp"),
)

PEOPLE: tuple[DemoPerson, ...] = (
    DemoPerson("mai", "Trần Thị Mai"),
    DemoPerson("an", "Nguyễn Văn An"),
    DemoPerson("binh", "Lê Thị Bình"),
    DemoPerson("cuong", "Hoàng Văn Cường"),
    DemoPerson("dung", "Phạm Thị Dung"),
    DemoPerson("giang", "Vũ Hương Giang"),
    DemoPerson("hai", "Đặng Minh Hải"),
    DemoPerson("khanh", "Bùi Quốc Khánh"),
    DemoPerson("lan", "Đỗ Thị Lan"),
    DemoPerson("nam", "Hà Văn Nam"),
    DemoPerson("oanh", "Lý Thị Oanh"),
    DemoPerson("phuc", "Ngô Đình Phúc"),
)

STAFF = "mai"

UNITS: tuple[DemoUnit, ...] = (
    DemoUnit("BYB", "Báo Yên Bái", "BAOCHI", ("an", "binh"), "baotinh.example.vn"),
    DemoUnit(
        "DPTTH",
        "Đài Phát thanh và Truyền hình tỉnh",
        "BAOCHI",
        ("hai",),
        "daitinh.example.vn",
    ),
    DemoUnit("IOC", "Trung tâm Điều hành thông minh tỉnh", "IOC", ("khanh",)),
    DemoUnit(
        "VHTT-TP",
        "Phòng Văn hóa và Thông tin thành phố Yên Bái",
        "PVHTT",
        ("cuong",),
        "phuongmau.example.vn",
    ),
    DemoUnit("VHTT-NL", "Phòng Văn hóa và Thông tin thị xã Nghĩa Lộ", "PVHTT", ("lan",)),
    DemoUnit("VHTT-LY", "Phòng Văn hóa và Thông tin huyện Lục Yên", "PVHTT", ("nam",)),
    DemoUnit("TTVH-VY", "Trung tâm Truyền thông và Văn hóa huyện Văn Yên", "TTTTVH", ("dung",)),
    DemoUnit("TTVH-TY", "Trung tâm Truyền thông và Văn hóa huyện Trấn Yên", "TTTTVH", ("oanh",)),
    DemoUnit("TTVH-MCC", "Trung tâm Truyền thông và Văn hóa huyện Mù Cang Chải", "TTTTVH"),
    DemoUnit("HLHPN", "Hội Liên hiệp Phụ nữ tỉnh", "TRANGTT"),
    DemoUnit("TDTN", "Tỉnh đoàn", "TRANGTT", ("phuc",)),
)

# The unit whose Telegram group is linked, and that group's name.
GROUP_UNIT = "TTVH-VY"
GROUP_TITLE = "TT Truyền thông và Văn hóa Văn Yên"

# Not registered yet: joins through the invite on this phone.
NEWCOMER = "giang"
NEWCOMER_UNIT = "HLHPN"

# Whose phones the page shows: the person and what stands on the phone.
PHONES: tuple[tuple[str, str, str], ...] = (
    (STAFF, "Trần Thị Mai", f"Chuyên viên, {OFFICE}"),
    ("an", "Nguyễn Văn An", "Báo Yên Bái"),
    ("binh", "Lê Thị Bình", "Báo Yên Bái"),
    ("cuong", "Hoàng Văn Cường", "Phòng VHTT thành phố Yên Bái"),
)
GROUP_PHONE = ("dung", GROUP_TITLE, "Nhóm của đơn vị; máy của Phạm Thị Dung")
NEWCOMER_PHONE = ("Vũ Hương Giang", "Hội Liên hiệp Phụ nữ tỉnh; chưa đăng ký")
