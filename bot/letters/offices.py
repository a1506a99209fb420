"""How the names of offices, and of those who work in them, begin."""

from __future__ import annotations

import re
from typing import Final

# First words, in small letters; what makes another word of them is ruled out behind them.
_NAMES: Final = (
    r"ubnd|hđnd|ủy ?ban|uỷ ?ban|ubmttq|mttq|mặt trận|hội đồng|thường trực|thường vụ|chính phủ"
    r"|tỉnh [uủ][ỷy]|huyện [uủ][ỷy]|thành [uủ][ỷy]|thị [uủ][ỷy]|đảng [uủ][ỷy]|đảng bộ"
    r"|chi bộ|chi [uủ][ỷy]|cấp [uủ][ỷy]|bộ(?! tiêu| câu| sưu| luật)|sở|ban(?! hành)"
    r"|phòng(?!,? ?chống| ngừa| khi)|trung tâm|tổng cục|chi cục|cục"
    r"|vụ(?! việc| án| mùa| xuân| hè| thu| đông)"
    r"|tiểu ban|nhóm (?:chuyên gia|cộng tác viên|công tác|nòng cốt|biên tập)"
    r"|công đoàn(?! viên(?! chức)| phí)|nghiệp đoàn|phân hiệu|phân viện|phân hội|chi hội|chi đoàn"
    r"|câu lạc bộ|(?:lữ|sư|trung|tiểu) đoàn|lâm trường|nông trường|vườn quốc gia"
    r"|hội(?! nghị| thảo| thi| chợ| diễn| họp| trường| đàm)|hiệp hội|liên hiệp|(?:tổng )?liên đoàn"
    r"|liên minh|liên ngành|văn phòng|công an|đài"
    r"|báo(?! chí| cáo| động)|tạp chí|viện(?! dẫn)|học viện|trường(?! hợp)|bệnh viện|thư viện"
    r"|bảo tàng|nhà (?:hát|văn hóa|văn hoá|xuất bản|thiếu nhi|máy|trường|thầu|mạng)|tỉnh đoàn"
    r"|thành đoàn|huyện đoàn|đoàn(?! kết| thể| viên)|thanh tra(?! việc| công tác)|tòa án|toà án"
    r"|viện kiểm sát"
    r"|ngân hàng|kho bạc|bảo hiểm|thuế|hải quan|chi nhánh|hạt (?:kiểm|giao|quản)|trạm|đội|đồn"
    r"|quỹ|công ty|tổng công ty|tổng hội|đại học|quân khu|tập đoàn|xí nghiệp|doanh nghiệp"
    r"|hợp tác xã|bưu điện|viễn thông|điện lực|vnpt|viettel|mobifone|cổng(?! chào)"
    r"|trang thông tin|tổ(?! chức| quốc)|thôn|khu phố"
    r"|khoa(?! học)|bộ phận|chủ đầu tư|ban quản lý|hệ thống truyền thanh"
    r"|bến|cảng|hãng"
)
_PEOPLE: Final = (
    r"(?:phó )?(?:chủ tịch|giám đốc|trưởng|bí thư|hiệu trưởng|chánh)|tổng (?:giám đốc|biên tập)"
    r"|thủ tướng|bộ trưởng|cục trưởng|chi cục trưởng|viện trưởng|thủ trưởng|người đứng đầu"
    r"|lãnh đạo(?!,? (?:chỉ đạo|thành công|thực hiện|tổ chức|triển khai|cuộc|công tác|ngành))"
    r"|người phát ngôn|đồng chí|cán bộ|công chức|viên chức|nhân viên|giáo viên|phóng viên"
    r"|chủ (?:các |những )?(?:hộ|cơ sở|điểm|phương tiện|rừng|tàu|trang trại|nhà|hồ|đập|lò|bến)"
    r"|cộng tác viên|biên tập viên|tuyên truyền viên|thành viên|hội viên|đoàn viên|chủ nhiệm"
)
_PLURALS: Final = (
    r"cơ quan|đơn vị|địa phương|ngành|huyện|thị xã|thành phố|xã|phường|đặc khu|thị trấn|tổ chức"
    r"|đoàn thể|tổ dân phố|bản|cá nhân|tập thể|phòng|ban|đài|tổ|hộ|ông|bà|cấp|cơ sở|khối"
)
# One organisation or several, at the place where it is looked for.
ORGANISATION: Final = (
    rf"(?:(?i:các|quý|những|mỗi|từng|toàn thể|\d{{1,3}}) ?(?i:{_PLURALS}|{_NAMES}|{_PEOPLE})(?!\w)"
    rf"|(?i:{_NAMES}|{_PEOPLE}|cơ quan|đơn vị|địa phương|xã, phường|huyện|thành phố)(?!\w))"
)
# Somebody named, by whom work is done: "Bà Lò Thị Xuân - Công chức Văn hóa: …"
PERSON: Final = r"(?:[Ôô]ng|[Bb]à|[Đđ]ồng chí|[Đđ]/c) [A-ZÀ-ỸĐ]"
# The head of a letter writes them in capitals, some in short; these stand only there.
_SHORT: Final = (
    r"bch|btv|bcđ|btc|hđnd|hđtv|lđlđ|bhxh|vksnd|tand|clb|thpt|thcs|kiểm toán|khu(?! vực)|trại"
    r"|cơ quan|trung ương|tỉnh hội|liên chi hội|hải đoàn|thông tấn xã|thống kê|giáo hội|giáo xứ"
    r"|tòa giám mục"
)
OFFICE = re.compile(rf"(?:{_NAMES}|{_SHORT}|chủ tịch|thủ tướng)(?!\w)", re.IGNORECASE)
