"""What the papers tell; every name and happening is invented."""

from bot.sandbox.press.model import Story

CONFERENCE = Story(
    "Hội nghị báo công: lan tỏa khí thế thi đua mới",
    (
        "Sáng nay, hội trường trung tâm tỉnh kín chỗ từ sớm. Hơn bốn trăm đại biểu đại diện cho "
        "các tập thể, cá nhân điển hình đã về dự hội nghị báo công kết quả thực hiện nhiệm vụ "
        "trong năm.",
        "Báo cáo tại hội nghị cho thấy 31 trên 33 chỉ tiêu đã đạt và vượt kế hoạch; thu nhập bình "
        "quân đầu người tăng khá, số xã đạt chuẩn nông thôn mới tăng thêm sáu xã so với năm "
        "trước.",
        "Chị Lò Thị Hạnh, chủ nhiệm một hợp tác xã trồng quế, chia sẻ: từ ba hộ ban đầu, đến nay "
        "hợp tác xã đã có 47 hộ tham gia, sản phẩm được bán trên ba sàn thương mại điện tử.",
        "Kết luận hội nghị, lãnh đạo tỉnh đề nghị mỗi cơ quan, địa phương chọn ít nhất một việc "
        "khó để làm dứt điểm trong quý tới, và công khai tiến độ để người dân theo dõi.",
    ),
    author="Minh Khuê",
)

NEIGHBOURS = Story(
    "Tổ công nghệ số cộng đồng gõ cửa từng nhà",
    (
        "Bảy giờ tối, khi bữa cơm vừa xong, năm thành viên tổ công nghệ số cộng đồng thôn Đầm Sen "
        "lại chia nhau đến từng nhà, giúp bà con cài ứng dụng dịch vụ công trên điện thoại.",
        "Sau ba tháng, thôn có 168 trên 182 hộ biết nộp hồ sơ trực tuyến. Người lớn tuổi nhất "
        "thành thạo là cụ Hoàng Văn Tạ, năm nay 81 tuổi, tự đóng tiền điện bằng điện thoại của "
        "mình.",
        "Anh Đinh Quang Lộc, tổ trưởng, cho biết khó nhất không phải là máy móc mà là làm cho bà "
        "con tin rằng không ai lấy mất thông tin của mình; vì vậy tổ luôn đi cùng cán bộ của xã.",
        "Trong tháng tới, cách làm của Đầm Sen sẽ được nhân ra bảy thôn còn lại của xã.",
    ),
    author="Hà Vy",
    later=(
        "Tổ công nghệ số cộng đồng thôn Đầm Sen vừa tổng kết ba tháng hoạt động. Theo số liệu đã "
        "rà soát lại, 149 trên 182 hộ trong thôn biết nộp hồ sơ trực tuyến, thấp hơn số đã đưa "
        "trước đó.",
        "Ủy ban nhân dân xã cho biết sai lệch là do tính trùng những hộ có hai số điện thoại. Xã "
        "đã xin lỗi và yêu cầu các tổ lập danh sách theo từng hộ, có chữ ký của chủ hộ.",
        "Việc nhân rộng cách làm ra bảy thôn còn lại vẫn giữ kế hoạch, nhưng mỗi thôn sẽ có thêm "
        "một cán bộ của xã theo dõi, và số liệu được kiểm tra chéo trước khi công bố.",
        "Bà con trong thôn mong tổ tiếp tục duy trì buổi tối thứ Tư hằng tuần tại nhà văn hóa, vì "
        "nhiều người lớn tuổi vẫn cần có người ngồi bên khi thao tác.",
    ),
)

HARVEST = Story(
    "Vụ quế được mùa, người trồng rừng phấn khởi",
    (
        "Những ngày này, trên các triền đồi, tiếng dao bóc vỏ quế vang lên từ sáng sớm. Giá thu "
        "mua tại vườn cao hơn cùng kỳ năm ngoái khoảng một phần mười, nhiều hộ đã có lãi ngay đầu "
        "vụ.",
        "Ông Phùng Chòi Vảng có bốn héc-ta quế mười hai năm tuổi. Ông tính sau khi trừ công bóc, "
        "công vận chuyển, gia đình còn thu về hơn hai trăm triệu đồng, đủ để sửa nhà và mua thêm "
        "giống.",
        "Huyện khuyến cáo bà con không khai thác non, giữ lại cây mẹ để lấy hạt, và đăng ký mã "
        "vùng trồng để sản phẩm có thể xuất khẩu chính ngạch.",
        "Hiện toàn vùng có hơn tám nghìn héc-ta quế, trong đó một nửa đã được cấp chứng nhận hữu "
        "cơ.",
    ),
    author="Trần Đăng",
)

BRIDGE = Story(
    "Phóng sự: Cây cầu nối hai bờ chữ",
    (
        "Trước khi có cầu, học sinh bản Nà Lốc phải qua suối bằng bè tre; mùa lũ, lớp học vắng "
        "quá nửa. Cây cầu dây dài bốn mươi hai mét khánh thành hôm qua đã khép lại những buổi học "
        "dang dở.",
        "Cầu được làm trong chín mươi ngày, từ tiền góp của cán bộ, đoàn viên và hơn một nghìn "
        "ngày công của bà con. Người già góp tre làm giàn giáo, thanh niên chia ca trộn bê tông.",
        "Cô giáo Nông Thị Thu, mười một năm dạy ở điểm trường, kể rằng có năm cô ở lại bản suốt "
        "hai tuần vì nước lớn. Hôm thông cầu, cả lớp đi qua đi lại nhiều lần mà không em nào muốn "
        "về.",
        "Từ cây cầu này, xã dự định mở rộng đường vào bản để xe cứu thương có thể đến tận nơi.",
    ),
    author="Nguyên Bình",
)

STUDIO = Story(
    "Ra mắt chuyên mục “Mỗi tuần một cách làm hay”",
    (
        "Từ tuần này, chuyên mục truyền hình “Mỗi tuần một cách làm hay” lên sóng vào tối thứ "
        "Năm, giới thiệu những tập thể và cá nhân có sáng kiến trong công việc thường ngày.",
        "Số đầu tiên kể về bộ phận một cửa của một thị xã miền núi: nhờ gọi điện nhắc hẹn trước "
        "một ngày, tỷ lệ hồ sơ trả đúng hẹn đã tăng từ 88 lên 99 phần trăm chỉ sau nửa năm.",
        "Ban biên tập mời khán giả gửi câu chuyện qua đường dây nóng và trang thông tin của đài. "
        "Mỗi câu chuyện được chọn sẽ có nhóm phóng viên về tận nơi ghi hình.",
        "Chuyên mục được phát lại vào sáng Chủ nhật và đăng trên các nền tảng số của đài.",
    ),
    author="Phòng Thời sự",
)

RUMOUR = Story(
    "Không có chuyện thu thêm phí khi làm căn cước",
    (
        "Hai ngày qua, trên một số nhóm mạng xã hội lan truyền tin rằng người dân phải nộp thêm "
        "phí khi đến làm thẻ căn cước. Cơ quan chức năng khẳng định đây là tin bịa đặt.",
        "Theo xác minh, ảnh chụp tờ thông báo kèm theo đã bị cắt ghép từ một văn bản của nơi "
        "khác, ban hành từ nhiều năm trước và đã hết hiệu lực. Người đăng đầu tiên đã gỡ bài và "
        "nhận lỗi.",
        "Người dân được đề nghị chỉ xem mức thu trên cổng dịch vụ công và bảng niêm yết tại trụ "
        "sở; khi gặp thông tin đáng ngờ, hãy hỏi tổ công nghệ số cộng đồng hoặc gọi đường dây "
        "nóng.",
        "Việc chia sẻ tin sai, dù không cố ý, cũng có thể bị xử phạt theo quy định.",
    ),
    author="Thu Trang",
)

ENGLISH = Story(
    "Highland market goes online, one stall at a time",
    (
        "On Saturday mornings the highland market now opens twice: once on the square, and once "
        "on the telephones of customers two hundred kilometres away who order before the sun is "
        "up.",
        "The idea came from three young stallholders who photographed their neighbours' goods and "
        "wrote down what each grandmother had to say about them. Orders doubled within two "
        "months.",
        "The province's information centre trained forty families to pack, label and send, and "
        "the post office opens its counter on market days so that parcels leave before noon.",
        "Not everybody is convinced. Some sellers say that a market without bargaining is no "
        "market at all, and they keep their best brocade for those who come in person.",
    ),
    author="Foreign desk",
)

STREET = Story(
    "Phường Mẫu ra quân chỉnh trang đường phố",
    (
        "Sáng thứ Bảy, hơn hai trăm người dân và đoàn viên của phường Mẫu đã ra quân dọn vệ sinh, "
        "kẻ lại vạch đi bộ và trồng hoa dọc tuyến đường chính dài một nghìn hai trăm mét.",
        "Tổ dân phố số 4 là nơi khởi xướng cách làm mỗi nhà nhận một gốc cây. Đến nay cả tuyến có "
        "96 gốc, gốc nào cũng có tên người chăm sóc viết trên tấm biển nhỏ bằng gỗ.",
        "Ủy ban nhân dân phường cho biết kinh phí hoàn toàn do người dân tự nguyện đóng góp, thu "
        "chi được niêm yết tại nhà văn hóa và trên trang thông tin của phường.",
        "Từ tháng sau, việc ra quân được tổ chức vào tuần đầu của mỗi tháng.",
    ),
)

NOTHING = Story("Bản tin phường số 7", ())
