// Telegram text with entities → DOM nodes. Offsets are UTF-16 units, as JavaScript strings are.

import { make } from "./dom.js";
import { t } from "./texts.js";
import { entityTimeText } from "./zone.js";

const PLAIN_TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s" };
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

/** Nodes for `text`; `actions` says what taps do: command(text), link(url) → handled?, copy(text),
 * and address(url) → where the browser finds it, zone, now(). */
export function renderText(text, entities, actions) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return renderRange({ text, actions }, 0, text.length, sorted);
}

function renderRange(source, start, end, entities) {
  const fragment = document.createDocumentFragment();
  let position = start;
  let afterBlock = false;
  const plain = (until) => {
    let piece = source.text.slice(position, until);
    if (afterBlock && piece.startsWith("\n")) piece = piece.slice(1); // the block already breaks the line
    if (piece) fragment.append(piece);
  };
  for (let index = 0; index < entities.length;) {
    const entity = entities[index];
    const stop = Math.min(entity.offset + entity.length, end);
    let after = index + 1;
    while (after < entities.length && entities[after].offset < stop) after += 1;
    plain(entity.offset);
    const children = renderRange(source, entity.offset, stop, entities.slice(index + 1, after));
    fragment.append(wrap(entity, source.text.slice(entity.offset, stop), children, source.actions));
    afterBlock = BLOCKS.has(entity.type);
    position = stop;
    index = after;
  }
  plain(end);
  return fragment;
}

function wrap(entity, text, children, actions) {
  if (entity.type in PLAIN_TAGS) return make(PLAIN_TAGS[entity.type], {}, children);
  switch (entity.type) {
    case "url":
      return link(webAddress(text), children, actions);
    case "text_link":
      return link(entity.url, children, actions);
    case "email":
      return link(`mailto:${text}`, children, actions);
    case "phone_number":
      return link(`tel:${text.replace(/[^+\d]/g, "")}`, children, actions);
    case "bot_command":
      return commandLink(text, children, actions);
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
      return make("span", { class: "mention" }, children);
    case "spoiler":
      return spoiler(children);
    case "code":
      return copyable(make("code", {}, children), text, actions);
    case "pre":
      return copyable(make("pre", { "data-language": entity.language ?? null }, children), text, actions);
    case "blockquote":
      return make("blockquote", {}, children);
    case "expandable_blockquote":
      return expandable(children, text);
    case "date_time":
      return dateTime(entity, children, actions);
    default:
      return make("span", {}, children);
  }
}

function webAddress(text) {
  return /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `http://${text}`;
}

/** A link out of the page; `actions.link` may take it over (deep links to the bot), other schemes stay text. */
export function link(url, children, actions, properties = {}) {
  if (!/^(https?|mailto|tel|tg):/i.test(url)) return make("span", properties, children);
  const inside = /^tg:/i.test(url);
  const click = (event) => {
    if (actions.link(url) || inside) event.preventDefault();
  };
  return make(
    "a",
    { href: actions.address(url), target: "_blank", rel: "noopener noreferrer", title: url, ...properties, on: { click } },
    children,
  );
}

function commandLink(text, children, actions) {
  return make(
    "button",
    { type: "button", class: "command", on: { click: () => actions.command(text) } },
    children,
  );
}

function spoiler(children) {
  const node = make(
    "span",
    { class: "spoiler", role: "button", tabindex: "0", "aria-label": t("spoiler") },
    children,
  );
  const reveal = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    node.classList.add("revealed");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  };
  node.addEventListener("click", reveal, { once: true });
  node.addEventListener("keydown", reveal);
  return node;
}

function copyable(node, text, actions) {
  node.title = t("copy");
  node.addEventListener("click", (event) => {
    event.stopPropagation();
    actions.copy(text);
  });
  return node;
}

function expandable(children, text) {
  const body = make("div", { class: "folded" }, children);
  const quote = make("blockquote", {}, body);
  if (text.length < 120 && text.split("\n").length <= 3) {
    body.classList.remove("folded");
    return quote;
  }
  const toggle = make("button", { type: "button", class: "fold", "aria-expanded": "false" }, t("expand"));
  toggle.addEventListener("click", () => {
    const folded = body.classList.toggle("folded");
    toggle.setAttribute("aria-expanded", String(!folded));
    toggle.textContent = t(folded ? "expand" : "collapse");
  });
  quote.append(toggle);
  return quote;
}

function dateTime(entity, children, actions) {
  const when = new Date(entity.unix_time * 1000);
  const shown = entity.date_time_format
    ? entityTimeText(when, entity.date_time_format, actions.zone, actions.now())
    : "";
  return make("time", { class: "mention", datetime: when.toISOString() }, shown || children);
}
