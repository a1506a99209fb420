// Every sentence of the page, Vietnamese and English side by side.

const TEXTS = {
  title: ["Sandbox – điện thoại thử", "Sandbox – test phones"],
  brand: ["Điện thoại thử", "Test phones"],
  brand_note: ["Telegram giả lập trên máy này", "A local stand-in for Telegram"],
  language: ["Ngôn ngữ", "Language"],
  connecting: ["Đang nối tới sandbox…", "Connecting to the sandbox…"],
  reconnecting: ["Mất kết nối với sandbox, đang nối lại…", "Lost the sandbox, reconnecting…"],
  no_phones: [
    "Chưa có điện thoại nào. Chương trình dùng sandbox sẽ đặt điện thoại vào đây.",
    "No phones yet. The program that uses the sandbox will put some here.",
  ],
  phones: ["Các điện thoại", "Phones"],
  unseen: ["{count} tin chưa xem", "{count} unseen"],
  controls: ["Đồng hồ và công cụ", "Clock and tools"],

  clock: ["Đồng hồ của sandbox", "Sandbox clock"],
  clock_hour: ["+1 giờ", "+1 hour"],
  clock_hour_hint: ["Cho đồng hồ chạy thêm 1 giờ", "Move the clock 1 hour ahead"],
  clock_morning: ["Đến sáng mai 08:00", "To tomorrow 08:00"],
  clock_morning_hint: ["Chuyển đến 08:00 ngày hôm sau", "Move to 08:00 of the next day"],
  clock_input: ["Ngày giờ muốn chuyển đến", "Date and time to move to"],
  clock_set: ["Chuyển", "Set"],
  clock_marks: ["Mốc thời gian", "Moments"],
  clock_moved: ["Đồng hồ đã chuyển đến {when}", "The clock now shows {when}"],
  clock_bad: ["Hãy nhập đủ ngày và giờ", "Enter both a date and a time"],
  mark_past: ["đã qua", "past"],

  network: ["Mạng của bot", "The bot's network"],
  network_on: ["Có mạng", "Online"],
  network_off: ["Mất mạng", "Offline"],
  network_hint: [
    "Bật, tắt mạng giữa bot và Telegram",
    "Cut or restore the network between the bot and Telegram",
  ],
  network_banner: [
    "Bot đang mất mạng: tin gửi đi và nhận về đều chờ cho đến khi có mạng lại.",
    "The bot is offline: everything in and out waits until the network is back.",
  ],
  network_restore: ["Nối lại", "Restore"],
  flood: ["Chống dội (429)", "Flood control (429)"],
  flood_hint: [
    "Tin kế tiếp bot gửi sẽ bị từ chối một lần: chờ {seconds} giây rồi gửi lại",
    "The bot's next message is refused once: retry after {seconds} s",
  ],
  flood_armed: [
    "Tin kế tiếp của bot sẽ bị từ chối một lần (429)",
    "The bot's next message will be refused once (429)",
  ],
  flood_waiting: ["429: đang chờ tin kế tiếp", "429: waiting for the next message"],
  fault_remove: ["Bỏ lỗi này", "Remove this fault"],

  calls: ["Nhật ký gọi API", "API call log"],
  calls_short: ["Nhật ký", "Log"],
  calls_note: ["50 lần bot gọi Telegram gần nhất", "The bot's last 50 calls to Telegram"],
  calls_polling: ["Hiện cả getUpdates", "Show getUpdates too"],
  calls_none: ["Chưa có lần gọi nào.", "No calls yet."],
  calls_parameters: ["Tham số", "Parameters"],
  calls_answer: ["Trả lời", "Answer"],
  close: ["Đóng", "Close"],

  bot: ["bot", "bot"],
  typing: ["đang nhập…", "typing…"],
  members: ["{count} thành viên", "{count} members"],
  phone_menu: ["Tùy chọn của {label}", "Options for {label}"],
  block: ["Chặn bot", "Block the bot"],
  unblock: ["Bỏ chặn bot", "Unblock the bot"],
  blocked: ["Đã chặn bot", "Bot blocked"],
  group_remove: ["Đưa bot ra khỏi nhóm", "Remove the bot from the group"],
  group_add: ["Thêm bot vào nhóm", "Add the bot to the group"],
  group_migrate: ["Nâng cấp thành siêu nhóm", "Upgrade to a supergroup"],
  group_without_bot: ["Bot chưa có trong nhóm này", "The bot is not in this group"],
  account_gone: ["Người này đã xóa tài khoản Telegram", "This person deleted the Telegram account"],
  start: ["Bắt đầu", "Start"],
  start_intro: [
    "Chưa trò chuyện với bot. Bấm “Bắt đầu” để mở.",
    "No conversation yet. Press “Start” to open it.",
  ],
  start_invited: [
    "Có liên kết mời. Bấm “Bắt đầu” để mở liên kết.",
    "An invite link is waiting. Press “Start” to open it.",
  ],
  empty: ["Chưa có tin nhắn", "No messages yet"],
  messages_of: ["Tin nhắn trên máy {label}", "Messages on the phone {label}"],

  say: ["Nhắn tin…", "Message…"],
  say_label: ["Soạn tin, {label}", "Write a message, {label}"],
  send: ["Gửi", "Send"],
  attach: ["Đính kèm tệp", "Attach a file"],
  attach_own: ["Tệp từ máy…", "File from this computer…"],
  commands: ["Các lệnh của bot", "Bot commands"],
  articles: ["Bài báo mẫu", "Sample articles"],
  articles_note: [
    "Báo bịa ra, chỉ mở được trong sandbox. Bấm vào bài để đưa liên kết vào ô soạn tin.",
    "Invented papers that exist in the sandbox only. Press an article to put its link into the message.",
  ],
  article_open: ["Xem bài “{title}”", "Look at “{title}”"],
  article_ordinary: ["", ""],
  article_old: ["đăng đã 20 ngày", "20 days old"],
  article_rewritten: ["bị sửa lại sau một ngày", "rewritten a day later"],
  article_vanishing: ["bị gỡ sau một ngày", "taken down a day later"],
  article_slow: ["mở chậm", "slow to open"],
  article_repost: ["đăng lại bài nơi khác", "a re-post"],
  article_moved: ["chuyển sang địa chỉ khác", "leads to another address"],
  article_missing: ["báo “không tìm thấy trang”", "says “page not found”"],
  drop: ["Thả tệp vào đây để gửi", "Drop files here to send"],
  share_phone: [
    "Chia sẻ số điện thoại của mình với bot? Hãy nhập số.",
    "Share your own phone number with the bot? Type it.",
  ],
  phone_number: ["Số điện thoại", "Phone number"],
  share: ["Chia sẻ", "Share"],
  reply: ["Trả lời", "Reply"],
  replying: ["Trả lời {name}", "Reply to {name}"],
  edit: ["Sửa tin", "Edit"],
  editing: ["Sửa tin nhắn", "Edit message"],
  save: ["Lưu", "Save"],
  cancel: ["Hủy", "Cancel"],
  edited: ["đã sửa", "edited"],
  sending: ["đang gửi", "sending"],
  not_sent: ["Chưa gửi được: {reason}", "Not sent: {reason}"],
  failed: ["Không thực hiện được: {reason}", "That did not work: {reason}"],
  unreachable: ["không kết nối được với sandbox", "the sandbox cannot be reached"],
  new_messages: ["{count} tin mới", "{count} new"],
  changed_above: ["Có tin vừa được cập nhật", "A message was updated"],
  bottom: ["Xuống cuối", "To the end"],
  copy: ["Bấm để chép", "Copy"],
  copied: ["Đã chép: {text}", "Copied: {text}"],
  copy_failed: ["Trình duyệt không cho chép", "The browser did not allow copying"],
  no_answer: ["Bot chưa trả lời", "The bot has not answered"],
  decimal: [",", "."],
  ok: ["OK", "OK"],
  download: ["Tải tệp {name}", "Download {name}"],
  photo: ["Ảnh", "Photo"],
  other_content: ["Nội dung khác: {kind}", "Other content: {kind}"],
  forwarded: ["Chuyển tiếp từ {name}", "Forwarded from {name}"],
  deleted_message: ["Tin đã xóa", "Deleted message"],
  expand: ["Xem thêm", "Show more"],
  collapse: ["Thu gọn", "Show less"],
  spoiler: ["Bấm để xem", "Reveal"],
  choose_group: ["Thêm bot vào nhóm nào?", "Add the bot to which group?"],
  no_group: ["Người này chưa ở trong nhóm nào", "This person is in no group"],

  joined: ["{who} đã vào nhóm", "{who} joined the group"],
  added: ["{by} đã thêm {who} vào nhóm", "{by} added {who} to the group"],
  left: ["{who} đã rời nhóm", "{who} left the group"],
  removed: ["{by} đã đưa {who} ra khỏi nhóm", "{by} removed {who} from the group"],
  group_created: ["Nhóm đã được lập", "The group was created"],
  group_renamed: ["Tên nhóm mới: {title}", "New group name: {title}"],
  migrated: ["Nhóm đã được nâng cấp thành siêu nhóm", "The group was upgraded to a supergroup"],
  pinned: ["{by} đã ghim một tin nhắn", "{by} pinned a message"],
};

export const LANGUAGES = [
  ["vi", "Tiếng Việt"],
  ["en", "English"],
];
const STORED_AS = "sandbox-language";

let current = chosenLanguage();

function chosenLanguage() {
  const asked = new URLSearchParams(location.search).get("lang");
  const wanted = asked ?? remembered();
  return LANGUAGES.some(([code]) => code === wanted) ? wanted : "vi";
}

function remembered() {
  try {
    return localStorage.getItem(STORED_AS);
  } catch {
    return null; // storage may be forbidden; the page works without
  }
}

/** The language shown now: "vi" or "en". */
export function language() {
  return current;
}

/** Changes the language and remembers it; the caller draws the page anew. */
export function setLanguage(code) {
  current = code;
  try {
    localStorage.setItem(STORED_AS, code);
  } catch {
    // not remembered, still shown
  }
  const address = new URL(location.href);
  if (address.searchParams.has("lang")) {
    address.searchParams.set("lang", code);
    history.replaceState(null, "", address);
  }
}

/** The sentence for `key` in the current language with {names} filled in. */
export function t(key, values = {}) {
  const sentence = TEXTS[key][current === "en" ? 1 : 0];
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}
