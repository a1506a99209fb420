"""What letters tell offices to do: the verbs behind a name, and those that items begin with."""

from __future__ import annotations

from typing import Final

# Not "các tổ chức chính trị", "cơ quan, tổ chức, hội"
_ORGANISE: Final = (
    r"(?<!ơ quan, )(?<!ác )tổ chức"
    r"(?!, | (?:đảng|chính trị|xã hội|đoàn thể|thành viên|hội(?= ?[,.;]| đoàn)))"
)
# Not "công lập", "dân lập", "độc lập", "thiết lập"
_DRAW_UP: Final = "(?<!thiết )(?<!ông )(?<!ân )(?<!ộc )(?<!đối )(?<!cô )lập"
# What organisations are told to do; not what is part of a name or of another word: "các cơ quan
# thiết lập trang thông tin" names them, "lập danh sách" is work; "trực thuộc", "giao thông".
_WORK: Final = (
    "chủ trì", "phối hợp", "tham mưu", "chủ động", "chỉ đạo", "hướng dẫn", "triển khai",
    _ORGANISE,
    "tăng cường", "đẩy mạnh", "xây dựng", "cung cấp(?! dịch vụ)", "đăng tải", "đăng, phát",
    "đăng phát", "đăng", "tuyên truyền", "thông tin, tuyên truyền", "thực hiện", "báo cáo", "gửi",
    "căn cứ", "theo dõi", "có trách nhiệm", "là (?:đầu mối|cơ quan)", "có nhiệm vụ",
    "chịu trách nhiệm", "nghiêm túc", "khẩn trương", "tiếp tục", "quan tâm", "mở", "phát sóng",
    "bố trí", "rà soát", "kiểm tra", "tập trung", "phân công", "cử", "tiếp nhận", "duy trì",
    "kịp thời", "thường xuyên", "xem xét", "lồng ghép", "dành", "sử dụng", "quán triệt",
    "phổ biến", "treo", "(?<!tử )tổng hợp", "đôn đốc", _DRAW_UP, "đề xuất", "nghiên cứu",
    "bám sát", "hoàn thành", "tăng", "nâng cao", "(?<!âm )(?<!iện )kiểm soát", "ưu tiên",
    "đưa tin", "sản xuất", "viết", "biên tập", "phản ánh", "cập nhật", "chuẩn bị", "bảo đảm",
    "đảm bảo", "thông báo", "vận động", "tham gia", "cài đặt", "niêm yết", "chia sẻ", "lựa chọn",
    "giới thiệu", "thống kê", "ban hành", "xác minh", "xử lý", "trả lời", "phát hiện", "đề nghị",
    "yêu cầu", "(?<!an )(?<!âm )(?<!òng )quản lý", "(?<!âm )(?<!uỹ )hỗ trợ", "nộp", "thành lập",
    "khai thác", "tham dự", "cấm", "giám sát", "đánh giá", "phân bổ", "tuần tra", "kê khai",
    "(?<!òng )(?<!âm )đăng ký", "công khai", "ngăn chặn", "khắc phục", "sắp xếp", "tiến hành",
    "huy động", "rút kinh nghiệm", "chấn chỉnh", "nhắc nhở", "ký cam kết", "kiện toàn",
    "tạo điều kiện", "trưng bày", "lấy ý kiến", "góp ý", "thu thập", "nắm", "đối chiếu",
    "phát động", "hoàn thiện", "trang trí", "(?:đến |tới |về )?dự(?! toán| án| thi| báo| phòng)",
    "(?<!chương )trình", "sửa chữa", "chỉnh trang", "truyền hình trực tiếp", "thẩm định",
    "sao lưu", "thanh toán", "lắp đặt", "vận hành", "bảo trì", "cấp phát", "giải quyết", "mua sắm",
    "vệ sinh", "chi trả", "bàn giao", "tập huấn", "bồi dưỡng", "(?<!an )(?<!oàn )(?<!ổ )thanh tra",
    "điều tra", "khảo sát", "tổng kết", "sơ kết", "phát thanh(?!,| và| truyền)", "ghi hình",
    "tiếp đón", "đón tiếp", "tuyển chọn", "bình chọn", "công bố", "làm việc", "đổi mới",
    "điều phối", "điều chỉnh", "bổ sung", "thay thế", "gỡ", "phụ trách", "quan trắc",
    "giám định", "kiểm đếm",
    "(?<!ục )(?<!an )(?<!ạm )bảo vệ", "(?<!hường )trực(?! thuộc| tuyến| tiếp)",
    "giao(?! thông| ban| dịch| lưu)", "chuyển(?! đổi)", "dự trữ", "khai báo", "sơ tán", "di dời",
    "nạo vét", "gia cố", "tiêu hủy", "thu hồi", "giải tỏa", "giải ngân", "quyết toán", "số hóa",
    "tích hợp", "tháo dỡ", "xử phạt", "phun", "cắm", "tuyển dụng", "đối thoại", "giải trình",
    "biên soạn", "ký kết", "cân đối", "lấy mẫu", "dàn dựng", "diễn tập", "xét nghiệm", "thu dung",
    "tiêm", "nghiêm cấm",
)  # fmt: skip
# Longer ones first where one begins like another.
VERB: Final = "|".join(sorted(_WORK, key=len, reverse=True))
LET: Final = r"cho(?= (?!biết|thấy|rằng|đến|phép|thuê|vay|mượn)\w)"
# Verbs that an item about work begins with, and that names of offices may hold elsewhere.
_FIRST: Final = (
    "quản trị(?! mạng| viên)", "thay(?! mặt| vì| đổi)", LET,
    "phát", "đổi", "đặt", "đưa", "gắn", "biên soạn", "bình (?:xét|chọn)", "giải trình",
    "nghiêm cấm", "tuyệt đối", "tổng vệ sinh", "tự ", "khảo sát", "nhập", "họp", "chọn", "ra ",
    "quay phim", "phân loại", "in(?! ấn)", "làm", "truyền thông", "kiên quyết", "chấp hành",
    "tuân thủ", "khai báo", "thu ", "không (?!có|gian)", "chuyển", "mời", "dựng", "biểu dương",
    "học tập", "hưởng ứng", "trồng", "dọn", "tạm dừng", "dừng", "đình chỉ", "cam kết", "đối thoại",
    "liên hệ", "truy cập", "tải", "quét", "nhắn tin", "dẫn", "sưu tầm", "chụp", "kết nối", "trao",
    "tặng", "thăm", "lưu trữ", "sao", "rút", "tích cực", "nhân rộng", "khuyến khích", "khóa",
    "cấp", "giữ", "thu gom", "ký", "trực", "cách ly", "điều trị", "khám", "chăm sóc", "chữa",
    "dập", "tưới", "gieo", "cấy", "thu hoạch", "cứu", "ứng trực", "canh", "lắp", "cưỡng chế",
    "xét", "chấm", "thẩm tra", "phê duyệt", "đồng bộ", "tra cứu", "khai", "truy thu", "hạch toán",
    "mua", "bán", "thuê", "tuyển", "điều động", "luân chuyển", "phát hành", "thiết kế",
    "biểu diễn", "chiếu", "tập", "luyện", "tọa đàm", "học", "ôn", "hỗ trợ", "quan tâm", "củng cố",
    "phát huy", "khơi thông", "bảo vệ", "chốt", "chú trọng", "đấu tranh", "phòng", "đóng góp",
    "ủng hộ", "xóa", "lãnh đạo, chỉ đạo",
)  # fmt: skip
FIRST_VERB: Final = "|".join((VERB, *_FIRST))
