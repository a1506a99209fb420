// One phone: frame, header with its menu, conversation, start and unblock bars, input line, popups.

import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { ControlError, get, getSample, post, postForm } from "./control.js";
import { copyText, icon, make } from "./dom.js";
import { acceptDrops } from "./drops.js";
import { deepLink, pressAddress } from "./links.js";
import { Menu } from "./menu.js";
import { introduction, opening } from "./opening.js";
import { initials, personName, tint } from "./people.js";
import { Popups } from "./popups.js";
import { ReplyKeyboard } from "./reply-keyboard.js";
import { t } from "./texts.js";
import { timeText } from "./zone.js";

const TYPING_MILLISECONDS = 5000;

export class Phone {
  constructor(store, given) {
    this.store = store;
    this.given = given;
    this.userId = given.user_id;
    this.chatId = given.chat_id;
    this.isGroup = this.chatId < 0;
    this.label = given.label ?? personName(this.user);
    this.unseen = 0;
    this.build();
    this.update({ live: false });
  }

  get user() {
    return this.store.users.get(this.userId);
  }

  get chat() {
    return this.store.chats.get(this.chatId);
  }

  get bot() {
    return this.store.botOf(this.given);
  }

  build() {
    const { label, store, userId, chatId } = this;
    this.popups = new Popups();
    this.conversation = new Conversation({ store, userId, chatId, label, actions: this.actions() });
    this.composer = new Composer({
      label,
      send: (said) => this.send(said),
      sendFile: (sent) => this.sendFile(sent),
      saveEdit: ({ message, text }) =>
        this.try(() => post("/edit", this.address({ message_id: message.message_id, text }))),
      commands: () => this.commands(),
      samples: () => this.store.samples,
      sendSample: (name) => this.try(async () => this.composer.sendFiles([await getSample(name)])),
      articles: {
        offered: () => this.store.pressHosts.length > 0,
        list: () => get("/articles"),
        address: (url) => pressAddress(url, this.store.pressHosts),
        failed: (error) => this.failed(error),
      },
      mention: () => (this.isGroup && this.bot ? `@${this.bot.username}` : ""),
    });
    this.keys = new ReplyKeyboard({
      popups: this.popups,
      say: (text) => this.send({ text }),
      share: (number) =>
        this.try(() => post("/contact", { user_id: this.userId, phone_number: number })),
    });
    this.bar = make("div", { class: "start-bar", hidden: true });
    const body = make("div", { class: "body" }, this.conversation.element, this.popups.element);
    const drop = make("div", { class: "drop", "aria-hidden": "true" }, icon("attach"), t("drop"));
    this.element = make(
      "section",
      { class: "phone", "data-phone": label, "aria-label": label },
      this.statusLine(),
      this.header(),
      body,
      this.bar,
      this.composer.element,
      this.keys.element,
      drop,
    );
    acceptDrops(this.element, {
      allowed: () => !this.composer.element.hidden,
      dropped: (files) => this.composer.sendFiles(files),
    });
  }

  statusLine() {
    this.statusTime = make("span", {});
    return make(
      "div",
      { class: "status-line", "aria-hidden": "true" },
      this.statusTime,
      make(
        "span",
        { class: "status-signs" },
        make("i", { class: "signal" }),
        make("i", { class: "battery" }),
      ),
    );
  }

  header() {
    this.note = make("div", { class: "phone-note" });
    const menu = new Menu({
      label: t("phone_menu", { label: this.label }),
      entries: () => this.menuEntries(),
    });
    return make(
      "header",
      { class: "phone-header" },
      make(
        "div",
        { class: `avatar tint-${tint(this.chatId)}`, "aria-hidden": "true" },
        this.isGroup ? icon("group") : initials(this.label),
      ),
      make("div", { class: "phone-title" }, make("h2", {}, this.label), this.note),
      menu.element,
    );
  }

  /** Takes over what the sandbox says of this phone now (its person, chat and label stay the same). */
  renew(given) {
    this.given = given;
  }

  /** Draws everything that may have changed; returns how many messages are new. */
  update({ live }) {
    const added = this.conversation.render({ live });
    this.drawState();
    this.tick();
    return added;
  }

  /** The phone's own clock. */
  tick() {
    this.statusTime.textContent = timeText(this.store.now(), this.store.zone);
  }

  // Started, blocked, in the group or not

  get blocked() {
    return Boolean(this.bot && this.chat?.blocked_by?.includes(this.bot.id));
  }

  get botInGroup() {
    return !this.chat?.member_ids || !this.bot || this.chat.member_ids.includes(this.bot.id);
  }

  get started() {
    return this.given.started || this.store.messagesOf(this.chatId).length > 0;
  }

  /** "open", or why its person cannot simply write: "new", "blocked", "absent" (the bot from the group), "gone". */
  get state() {
    if (this.user?.is_deactivated) return "gone";
    if (this.isGroup) return this.botInGroup ? "open" : "absent";
    if (this.blocked) return "blocked";
    return this.started ? "open" : "new";
  }

  drawState() {
    const { state } = this;
    const key = `${state}|${this.given.start ?? ""}|${this.bot?.id}`;
    if (!this.typingTimer) this.drawNote(state);
    this.composer.element.hidden = ["new", "blocked", "gone"].includes(state);
    this.keys.show(this.composer.element.hidden ? null : this.chat?.keys);
    if (key === this.stateKey) return;
    this.stateKey = key;
    this.element.dataset.state = state;
    const { words, button } = opening(state, {
      invited: Boolean(this.given.start),
      start: () => this.start(this.given.start),
      unblock: () => this.try(() => post("/unblock", { user_id: this.userId })),
      addToGroup: () => this.addToGroup(this.chatId, this.given.start),
    });
    const introduced = state === "new" && this.bot;
    this.conversation.introduce(introduced ? introduction(this.bot, words) : null);
    this.bar.replaceChildren(...[!introduced && words && make("p", {}, words), button].filter(Boolean));
    this.bar.hidden = !button && !words;
    this.composer.refresh();
  }

  drawNote(state) {
    const members =
      this.isGroup && this.chat?.member_ids ? t("members", { count: this.chat.member_ids.length }) : "";
    const blocked = state === "blocked" ? t("blocked") : "";
    this.note.classList.remove("typing");
    this.note.textContent =
      blocked ||
      [this.given.note, members].filter(Boolean).join(" · ") ||
      (this.bot ? `@${this.bot.username}` : "");
  }

  start(payload) {
    return this.try(() => post("/start", { user_id: this.userId, ...(payload ? { payload } : {}) }));
  }

  addToGroup(chatId, payload) {
    if (payload)
      return this.try(() => post("/start_group", { user_id: this.userId, chat_id: chatId, payload }));
    return this.try(() => post("/members", { chat_id: chatId, add: [this.bot.id], by: this.userId }));
  }

  // The menu of the header

  menuEntries() {
    const { chatId, userId, bot } = this;
    const entry = (key, sign, path, body) => ({
      key,
      sign,
      label: t(key),
      choose: () => this.try(() => post(path, body)),
    });
    if (!this.isGroup) {
      return [
        this.blocked
          ? entry("unblock", "check", "/unblock", { user_id: userId })
          : entry("block", "block", "/block", { user_id: userId }),
      ];
    }
    const entries = [
      this.botInGroup
        ? entry("group_remove", "block", "/members", { chat_id: chatId, remove: [bot.id], by: userId })
        : entry("group_add", "check", "/members", { chat_id: chatId, add: [bot.id], by: userId }),
    ];
    if (this.chat?.type === "group")
      entries.push(entry("group_migrate", "group", "/migrate", { chat_id: chatId }));
    return entries;
  }

  // What bubbles can do

  actions() {
    return {
      toast: (text) => this.popups.toast(text),
      failed: (error) => this.failed(error),
      reply: (message) => this.composer.replyTo(message),
      edit: (message) => this.composer.edit(message),
      press: (message, button) =>
        post("/press", this.address({ message_id: message.message_id, data: button.callback_data })),
      command: (text) => this.send({ text }),
      link: (url) => this.openLink(url),
      address: (url) => pressAddress(url, this.store.pressHosts) ?? url,
      copy: (text) => this.copy(text),
      draft: (query) => this.composer.fill(`@${this.bot.username} ${query}`),
    };
  }

  /** Deep links to a bot of this sandbox work here; every other link is left to the browser (false). */
  openLink(url) {
    const link = deepLink(url);
    if (!link || !this.store.bots.some((bot) => bot.username.toLowerCase() === link.username.toLowerCase()))
      return false;
    if (link.group === null) {
      if (link.start !== null) this.start(link.start);
      return true;
    }
    const options = this.store
      .groupsOf(this.userId)
      .map((group) => ({ label: group.title, choose: () => this.addToGroup(group.id, link.group) }));
    this.popups.choose(t(options.length ? "choose_group" : "no_group"), options);
    return true;
  }

  async copy(text) {
    const copied = await copyText(text);
    const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    this.popups.toast(copied ? t("copied", { text: short }) : t("copy_failed"));
  }

  commands() {
    const { bot, userId, chatId, isGroup } = this;
    return this.store.commandsFor({ bot, userId, chatId, isGroup, languageCode: this.user?.language_code });
  }

  // Requests

  address(more) {
    return { user_id: this.userId, chat_id: this.chatId, ...more };
  }

  async try(act) {
    try {
      await act();
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }

  failed(error) {
    if (!(error instanceof ControlError)) throw error;
    this.popups.toast(t("failed", { reason: error.message }), { tone: "bad" });
  }

  /** Sends a text; false when the sandbox refused it. */
  async send({ text, replyTo }) {
    const entry = this.conversation.expect({ text });
    const sent = await this.try(() =>
      post("/say", this.address({ text, ...(replyTo ? { reply_to_message_id: replyTo.message_id } : {}) })),
    );
    if (sent) setTimeout(() => this.conversation.settle(entry), 2000);
    else this.conversation.settle(entry);
    return sent;
  }

  async sendFile({ file, caption, replyTo }) {
    const entry = this.conversation.expect({ text: caption, fileName: file.name });
    const fields = this.address({ file, caption: caption || null, reply_to_message_id: replyTo?.message_id });
    const sent = await this.try(() => postForm("/document", fields));
    if (sent) setTimeout(() => this.conversation.settle(entry), 2000);
    else this.conversation.settle(entry);
  }

  // What the stream brings for this phone

  /** answerCallbackQuery: stops the spinner, shows the text if there is one. */
  answered({ message_id, text, show_alert }) {
    this.conversation.answered(message_id);
    if (!text) return;
    if (show_alert) this.popups.alert(text);
    else this.popups.toast(text, { testid: "popup" });
  }

  typing() {
    clearTimeout(this.typingTimer);
    this.note.textContent = t("typing");
    this.note.classList.add("typing");
    this.typingTimer = setTimeout(() => {
      this.typingTimer = null;
      this.drawNote(this.element.dataset.state);
    }, TYPING_MILLISECONDS);
  }

  stopTyping() {
    clearTimeout(this.typingTimer);
    this.typingTimer = null;
  }

  destroy() {
    this.stopTyping();
    this.conversation.destroy();
  }
}
