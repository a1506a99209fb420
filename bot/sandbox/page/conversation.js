// The scrolling list of one phone's messages: days, unread pills, staying at the end, waiting taps.

import { icon, make, reconcile } from "./dom.js";
import { focusPlace, restoreFocus } from "./focus.js";
import { fillMessage, serviceText } from "./message.js";
import { Outgoing } from "./outgoing.js";
import { t } from "./texts.js";
import { WaitingTaps } from "./waiting.js";
import { dayText } from "./zone.js";

const NEAR_END_PIXELS = 48;

export class Conversation {
  /** `actions` are what bubbles can do: reply, edit, press, command, link, address, copy, draft (see phone.js). */
  constructor({ store, userId, chatId, label, actions }) {
    Object.assign(this, { store, userId, chatId });
    this.actions = { ...actions, zone: store.zone, now: () => store.now(), jump: (id) => this.jump(id) };
    this.nodes = new Map(); // message id → {node, version}
    this.days = new Map();
    this.outgoing = new Outgoing(userId);
    this.waiting = new WaitingTaps({ gaveUp: () => this.actions.toast(t("no_answer")) });
    this.following = true;
    this.missed = 0;
    this.build(label);
  }

  build(label) {
    this.list = make("div", { class: "list" });
    this.log = make(
      "div",
      {
        class: "log",
        role: "log",
        "aria-live": "off",
        tabindex: "0",
        "aria-label": t("messages_of", { label }),
      },
      this.list,
    );
    this.below = make("button", {
      type: "button",
      class: "pill below",
      hidden: true,
      on: { click: () => this.toEnd() },
    });
    this.above = make(
      "button",
      { type: "button", class: "pill above", hidden: true, on: { click: () => this.showChanged() } },
      icon("up"),
      t("changed_above"),
    );
    this.introduction = make("div", { class: "introduction", hidden: true });
    this.element = make(
      "div",
      { class: "conversation" },
      this.log,
      this.introduction,
      this.above,
      this.below,
    );
    this.log.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.log.addEventListener("keydown", (event) => this.keyed(event));
    this.list.addEventListener("click", (event) => this.tapped(event));
    this.list.addEventListener("contextmenu", (event) => event.pointerType === "touch" && this.tapped(event));
    this.sizes = new ResizeObserver(() => this.following && this.stick());
    this.sizes.observe(this.list);
    this.sizes.observe(this.log);
  }

  destroy() {
    this.sizes.disconnect();
    this.waiting.destroy();
  }

  /** Draws what the store holds; `live` = a change just came, so edits flash. Returns how many messages are new. */
  render({ live }) {
    const messages = this.store.messagesOf(this.chatId);
    const wanted = [];
    let previous = null;
    let added = 0;
    for (const message of messages) {
      const day = dayText(new Date(message.date * 1000), this.store.zone);
      const newDay = !previous || previous.day !== day;
      if (newDay) wanted.push(this.dayNode(day, previous?.day));
      const known = this.nodes.has(message.message_id);
      wanted.push(this.messageNode(message, { previous: newDay ? null : previous.message, live }));
      if (!known) added += 1;
      previous = { day, message };
    }
    this.forget(new Set(messages.map((message) => message.message_id)));
    wanted.push(...this.outgoing.nodes(messages));
    reconcile(this.list, wanted);
    if (this.following) this.stick();
    else if (live && added) this.showMissed(this.missed + added);
    return added;
  }

  /** What an empty conversation shows in its middle; null takes it away. */
  introduce(content) {
    this.introduction.hidden = content === null;
    this.introduction.replaceChildren(...(content ?? []));
  }

  dayNode(day, after) {
    const key = `${after}|${day}`;
    if (!this.days.has(key))
      this.days.set(key, make("div", { class: "day", role: "separator" }, make("span", {}, day)));
    return this.days.get(key);
  }

  messageNode(message, { previous, live }) {
    const own = message.from?.id === this.userId;
    const sameSender = previous && previous.from?.id === message.from?.id && serviceText(previous) === null;
    const showSender = this.chatId < 0 && !own && !sameSender;
    const entry = this.nodes.get(message.message_id) ?? {
      node: make("article", { tabindex: "-1", "data-message-id": message.message_id }),
    };
    if (entry.message === message && entry.showSender === showSender) return entry.node;
    const version = JSON.stringify([message, showSender]);
    Object.assign(entry, { message, showSender });
    if (entry.version === version) return entry.node;
    const focused = focusPlace(entry.node);
    const waiting = this.waiting.of(message.message_id);
    fillMessage(entry.node, message, {
      own,
      showSender,
      waiting,
      zone: this.store.zone,
      actions: this.pressing(),
    });
    restoreFocus(entry.node, focused);
    if (live && entry.version) this.flash(entry.node);
    else if (live) entry.node.classList.add("arrived");
    entry.version = version;
    this.nodes.set(message.message_id, entry);
    return entry.node;
  }

  forget(present) {
    for (const id of this.nodes.keys()) if (!present.has(id)) this.nodes.delete(id);
  }

  // Taps waiting for the bot's answer

  pressing() {
    return { ...this.actions, press: (message, button) => this.press(message, button) };
  }

  press(message, button) {
    this.waiting.begin(message.message_id, button.callback_data, this.nodes.get(message.message_id).node);
    this.actions.press(message, button).catch((error) => {
      this.answered(message.message_id);
      this.actions.failed(error);
    });
  }

  /** The bot answered a tap on this message: its spinners stop. */
  answered(messageId) {
    this.waiting.end(messageId, this.nodes.get(messageId)?.node);
  }

  // Own messages on their way

  /** Shows a bubble until the sandbox has the message; returns what to hand to `settle`. */
  expect({ text, fileName }) {
    const after = this.store.messagesOf(this.chatId).at(-1)?.message_id ?? 0;
    const entry = this.outgoing.add({ text, fileName, after });
    this.following = true;
    this.render({ live: false });
    return entry;
  }

  settle(entry) {
    this.outgoing.settle(entry);
    this.render({ live: true });
  }

  // Scrolling

  stick() {
    this.log.scrollTop = this.log.scrollHeight;
    this.showMissed(0);
  }

  toEnd() {
    this.following = true;
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: "smooth" });
  }

  scrolled() {
    this.following = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_END_PIXELS;
    this.showMissed(this.following ? 0 : this.missed);
    if (this.changed && inside(this.changed, this.log)) this.above.hidden = true;
  }

  showMissed(count) {
    this.missed = count;
    this.below.hidden = this.following;
    this.below.replaceChildren(icon("down"), count ? t("new_messages", { count }) : t("bottom"));
  }

  flash(node) {
    node.classList.remove("arrived", "flash");
    void node.offsetWidth; // restarts the animation
    node.classList.add("flash");
    queueMicrotask(() => {
      if (node.getBoundingClientRect().bottom < this.log.getBoundingClientRect().top) {
        this.changed = node;
        this.above.hidden = false;
      }
    });
  }

  showChanged() {
    this.above.hidden = true;
    this.reveal(this.changed);
  }

  jump(messageId) {
    this.reveal(this.nodes.get(messageId)?.node);
  }

  reveal(node) {
    if (!node) return;
    this.following = false;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    this.flash(node);
  }

  // Choosing a message to reply to

  tapped(event) {
    const node = event.target.closest("[data-message-id]");
    if (!node || event.target.closest("a, button, [role=button]") || !getSelection().isCollapsed) return;
    if (event.type === "contextmenu") event.preventDefault();
    this.replyTo(node);
  }

  replyTo(node) {
    const message = this.store.messageOf(this.chatId, Number(node.dataset.messageId));
    if (message && serviceText(message) === null) this.actions.reply(message);
  }

  keyed(event) {
    const here = event.target.closest?.("[data-message-id]");
    const onMessage = here === event.target;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      if (!onMessage && event.target !== this.log) return;
      const all = [...this.list.querySelectorAll("[data-message-id]")];
      const step = event.key === "ArrowUp" ? -1 : 1;
      const next = onMessage ? all[all.indexOf(here) + step] : all.at(step < 0 ? -1 : 0);
      if (!next) return;
      event.preventDefault();
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest" });
    } else if (
      onMessage &&
      (event.key === "Enter" || event.key.toLowerCase() === "r") &&
      !event.ctrlKey &&
      !event.metaKey
    ) {
      event.preventDefault();
      this.replyTo(here);
    }
  }
}

function inside(node, frame) {
  const box = node.getBoundingClientRect();
  const limits = frame.getBoundingClientRect();
  return box.bottom > limits.top && box.top < limits.bottom;
}
