// The input line of a phone: text, files, replying, editing, commands.

import { ArticleList } from "./articles.js";
import { CommandMenu } from "./commands.js";
import { icon, iconButton, make } from "./dom.js";
import { Menu } from "./menu.js";
import { summary } from "./message.js";
import { personName } from "./people.js";
import { t } from "./texts.js";

const HIGHEST_PIXELS = 120;

export class Composer {
  /** `send({text, replyTo})`, `sendFile({file, caption, replyTo})`, `saveEdit({message, text})`, `commands()`;
   * `samples()` gives the names of files offered to attach, `sendSample(name)` sends one;
   * `articles` is where sample articles come from (see articles.js), `articles.offered()` whether there are any. */
  constructor({ label, send, sendFile, saveEdit, commands, mention, samples, sendSample, articles }) {
    Object.assign(this, { send, sendFile, saveEdit, commands, mention, samples, sendSample, articles });
    this.mode = null; // {kind: "reply" | "edit", message}
    this.build(label);
  }

  build(label) {
    this.input = make("textarea", {
      rows: "1",
      class: "say",
      "data-testid": "say",
      placeholder: t("say"),
      "aria-label": t("say_label", { label }),
      autocomplete: "off",
      spellcheck: "false",
      enterkeyhint: "send",
    });
    this.files = make("input", {
      type: "file",
      class: "visually-hidden",
      "data-testid": "attach",
      multiple: true,
      tabindex: "-1",
      "aria-label": t("attach"),
    });
    this.sendButton = iconButton("send", t("send"), { class: "send", "data-testid": "send", type: "submit" });
    this.slash = iconButton("slash", t("commands"), { class: "slash" });
    this.context = make("div", { class: "context", hidden: true });
    this.menu = new CommandMenu({
      input: this.input,
      commands: this.commands,
      send: (command) => this.sendCommand(command),
      complete: (command) => this.fill(`/${command} `),
    });
    this.articleList = new ArticleList({ ...this.articles, insert: (link) => this.insert(link) });
    const attach = new Menu({
      label: t("attach"),
      entries: () => this.attachments(),
      sign: "attach",
      testid: "attach-menu",
      place: "above",
      direct: true,
    });
    const line = make(
      "form",
      { class: "line" },
      this.files,
      attach.element,
      make("div", { class: "field" }, this.input, this.slash),
      this.sendButton,
    );
    this.element = make(
      "div",
      { class: "composer" },
      this.menu.element,
      this.articleList.element,
      this.context,
      line,
    );
    this.listen(line);
    this.refresh();
  }

  listen(line) {
    line.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener("input", () => this.refresh());
    this.input.addEventListener("keydown", (event) => this.keyed(event));
    this.input.addEventListener("blur", () => this.menu.close());
    this.input.addEventListener("focus", () => this.menu.follow(this.input.value));
    this.input.addEventListener("paste", (event) => {
      if (!event.clipboardData?.files.length) return;
      event.preventDefault();
      this.sendFiles([...event.clipboardData.files]);
    });
    this.files.addEventListener("change", () => {
      this.sendFiles([...this.files.files]);
      this.files.value = "";
    });
    this.slash.addEventListener("mousedown", (event) => event.preventDefault());
    this.slash.addEventListener("click", () => {
      if (this.menu.open) return this.fill("");
      return this.fill("/");
    });
  }

  attachments() {
    const samples = this.samples().map((name) => ({
      key: "sample",
      sign: "file",
      label: name,
      choose: () => this.sendSample(name),
    }));
    const own = { key: "attach-own", sign: "attach", choose: () => this.files.click() };
    const articles = {
      key: "articles-open",
      sign: "news",
      label: t("articles"),
      choose: () => this.articleList.open(),
    };
    return [
      { ...own, label: t("attach_own") },
      ...samples,
      ...(this.articles.offered() ? [articles] : []),
    ];
  }

  keyed(event) {
    if (event.isComposing || this.menu.keyed(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && this.mode) {
      event.stopPropagation();
      this.leaveMode();
    }
  }

  /** Puts `text` into the input and the cursor behind it. */
  fill(text) {
    this.input.value = text;
    this.input.focus({ preventScroll: true });
    this.refresh();
  }

  /** Puts `text` where the cursor is, apart from the words around it. */
  insert(text) {
    const { value, selectionStart, selectionEnd } = this.input;
    const around = [value.slice(0, selectionStart).trimEnd(), text, value.slice(selectionEnd).trimStart()];
    this.fill(around.filter(Boolean).join(" "));
  }

  refresh() {
    this.menu.follow(document.activeElement === this.input ? this.input.value : "");
    this.slash.hidden = this.commands().length === 0 || (this.input.value !== "" && this.input.value !== "/");
    this.sendButton.classList.toggle("ready", this.input.value.trim() !== "");
    this.input.style.height = "";
    const needed = Math.min(this.input.scrollHeight, HIGHEST_PIXELS);
    if (needed > this.input.offsetHeight) this.input.style.height = `${needed}px`;
  }

  replyTo(message) {
    this.enterMode({
      kind: "reply",
      message,
      title: t("replying", { name: personName(message.from) }),
      text: summary(message),
    });
    this.input.focus({ preventScroll: true });
  }

  edit(message) {
    this.enterMode({ kind: "edit", message, title: t("editing"), text: message.text });
    this.fill(message.text);
  }

  enterMode({ kind, message, title, text }) {
    if (this.mode?.kind === "edit") this.input.value = "";
    this.mode = { kind, message };
    this.context.replaceChildren(
      icon(kind),
      make("div", { class: "context-words" }, make("b", {}, title), make("span", {}, text)),
      iconButton("close", t("cancel"), { on: { click: () => this.leaveMode() } }),
    );
    this.context.hidden = false;
    this.sendButton.setAttribute("aria-label", t(kind === "edit" ? "save" : "send"));
  }

  leaveMode() {
    const wasEdit = this.mode?.kind === "edit";
    this.mode = null;
    this.context.hidden = true;
    this.sendButton.setAttribute("aria-label", t("send"));
    if (wasEdit) this.fill("");
    else this.input.focus({ preventScroll: true });
  }

  submit() {
    const text = this.input.value.trim();
    if (!text) return;
    const mode = this.mode;
    this.mode = null;
    this.context.hidden = true;
    this.fill("");
    if (mode?.kind === "edit") this.saveEdit({ message: mode.message, text });
    else this.sendText(text, mode?.message);
  }

  async sendText(text, replyTo) {
    const sent = await this.send({ text, replyTo });
    if (!sent) this.fill([text, this.input.value].filter(Boolean).join("\n")); // nothing typed is lost
  }

  sendCommand(command) {
    this.fill("");
    this.send({ text: `/${command}${this.mention()}` });
  }

  async sendFiles(files) {
    const editing = this.mode?.kind === "edit";
    const replyTo = this.mode?.kind === "reply" ? this.mode.message : undefined;
    const draft = this.input.value.trim();
    const caption = editing || draft.startsWith("/") ? "" : draft;
    if (!editing) {
      this.mode = null;
      this.context.hidden = true;
      this.input.value = "";
      this.refresh();
    }
    for (const [index, file] of files.entries())
      await this.sendFile({ file, caption: index === 0 ? caption : "", replyTo });
  }
}
