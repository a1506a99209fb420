// One message → one bubble: sender, quote, content, text, keyboard, time, reply and edit.

import { fileAddress } from "./control.js";
import { icon, iconButton, make } from "./dom.js";
import { renderText } from "./entities.js";
import { renderKeyboard } from "./keyboard.js";
import { personName, tint } from "./people.js";
import { t } from "./texts.js";
import { timeText } from "./zone.js";

const OTHER_KINDS = [
  "video",
  "audio",
  "voice",
  "video_note",
  "animation",
  "sticker",
  "contact",
  "location",
  "venue",
  "poll",
  "dice",
  "story",
];

/** Service messages say what happened to a chat; null for an ordinary message. */
export function serviceText(message) {
  const by = personName(message.from);
  if (message.new_chat_members) {
    const who = message.new_chat_members.map(personName).join(", ");
    const alone = message.new_chat_members.every((member) => member.id === message.from?.id);
    return t(alone ? "joined" : "added", { by, who });
  }
  if (message.left_chat_member) {
    const who = personName(message.left_chat_member);
    return t(message.left_chat_member.id === message.from?.id ? "left" : "removed", { by, who });
  }
  if (message.group_chat_created || message.supergroup_chat_created) return t("group_created");
  if (message.new_chat_title) return t("group_renamed", { title: message.new_chat_title });
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return t("migrated");
  if (message.pinned_message) return t("pinned", { by });
  return null;
}

/** One line that stands for a message in a quote. */
export function summary(message) {
  return (
    message.text ??
    message.caption ??
    message.document?.file_name ??
    (message.photo ? t("photo") : (serviceText(message) ?? "…"))
  );
}

/** Fills `node` (an article) with the message; `view` = {own, showSender, waiting, zone, actions}. */
export function fillMessage(node, message, view) {
  const service = serviceText(message);
  if (service !== null) {
    node.className = "message service";
    node.replaceChildren(make("span", { class: "service-text" }, service));
    return;
  }
  node.className = `message ${view.own ? "outgoing" : "incoming"}${view.showSender ? " first" : ""}`;
  const bubble = make("div", { class: "bubble" }, ...bubbleParts(message, view));
  const keyboard = renderKeyboard(message, view);
  node.replaceChildren(make("div", { class: "column" }, bubble, keyboard), messageActions(message, view));
}

function bubbleParts(message, view) {
  const text = message.text ?? message.caption ?? "";
  const entities = message.entities ?? message.caption_entities;
  return [
    view.showSender && sender(message),
    forwarded(message),
    quote(message, view),
    ...content(message),
    make(
      "div",
      { class: text ? "text" : "text bare" },
      renderText(text, entities, view.actions),
      stamp(message, view),
    ),
  ];
}

function sender(message) {
  const name = personName(message.sender_chat ?? message.from);
  const badge = message.from?.is_bot ? make("span", { class: "badge" }, t("bot")) : null;
  return make("div", { class: `sender tint-${tint(message.from?.id ?? 0)}` }, name, badge);
}

function forwarded(message) {
  const origin = message.forward_origin;
  if (!origin) return null;
  const name = origin.sender_user_name ?? personName(origin.sender_user ?? origin.sender_chat ?? origin.chat);
  return make("div", { class: "forwarded" }, t("forwarded", { name }));
}

function quote(message, { actions }) {
  const original = message.reply_to_message;
  if (!original) return null;
  const lines = [
    make("span", { class: "quote-name" }, personName(original.from)),
    make("span", { class: "quote-text" }, message.quote?.text ?? summary(original)),
  ];
  return make(
    "button",
    { type: "button", class: "quote", on: { click: () => actions.jump(original.message_id) } },
    lines,
  );
}

function content(message) {
  const parts = [];
  if (message.photo?.length) {
    const address = fileAddress(message.photo.at(-1).file_id);
    const picture = make("img", { src: address, alt: message.caption ?? t("photo"), loading: "lazy" });
    parts.push(make("a", { class: "photo", href: address, target: "_blank", rel: "noopener" }, picture));
  }
  if (message.document) parts.push(fileChip(message.document));
  const other = OTHER_KINDS.find((kind) => message[kind]);
  if (other) parts.push(make("div", { class: "other" }, t("other_content", { kind: other })));
  return parts;
}

/** A document as a chip that downloads it under its own name. */
function fileChip(file) {
  const name = file.file_name ?? "file";
  return make(
    "a",
    { class: "file", href: fileAddress(file.file_id), download: name, "aria-label": t("download", { name }) },
    make("span", { class: "file-icon" }, icon("file"), make("span", { class: "file-kind" }, extension(name))),
    make(
      "span",
      { class: "file-words" },
      make("span", { class: "file-name" }, name),
      make("span", { class: "file-size" }, icon("download"), sizeText(file.file_size)),
    ),
  );
}

function extension(name) {
  return /\.(\w{1,4})$/.exec(name)?.[1].toUpperCase() ?? "";
}

/** "12,4 kB" */
export function sizeText(bytes) {
  if (bytes === undefined || bytes === null) return "";
  const [unit, size] = bytes >= 1e6 ? ["MB", 1e6] : bytes >= 1e3 ? ["kB", 1e3] : ["B", 1];
  const digits = size === 1 ? 0 : 1;
  return `${(bytes / size).toFixed(digits).replace(".", t("decimal"))} ${unit}`;
}

function stamp(message, { zone }) {
  const when = new Date(message.date * 1000);
  return make(
    "span",
    { class: "stamp" },
    message.edit_date ? make("span", { class: "edited" }, t("edited")) : null,
    make("time", { datetime: when.toISOString() }, timeText(when, zone)),
  );
}

function messageActions(message, { own, actions }) {
  const canEdit = own && message.text !== undefined;
  return make(
    "div",
    { class: "message-actions" },
    iconButton("reply", t("reply"), { "data-testid": "reply", on: { click: () => actions.reply(message) } }),
    canEdit &&
      iconButton("edit", t("edit"), { "data-testid": "edit", on: { click: () => actions.edit(message) } }),
  );
}

/** A bubble for what was just sent and is not confirmed yet. */
export function pendingBubble({ text, fileName }) {
  const clock = make("span", { class: "stamp", "aria-label": t("sending") }, icon("clock"));
  const chip =
    fileName &&
    make(
      "div",
      { class: "file" },
      make("span", { class: "file-icon" }, icon("file")),
      make("span", { class: "file-words" }, make("span", { class: "file-name" }, fileName)),
    );
  return make(
    "article",
    { class: "message outgoing pending" },
    make(
      "div",
      { class: "column" },
      make("div", { class: "bubble" }, chip, make("div", { class: "text" }, text ?? "", clock)),
    ),
  );
}
