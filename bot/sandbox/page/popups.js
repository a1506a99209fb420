// What a phone shows on top of the conversation: toasts, the bot's alerts, small choices.

import { make } from "./dom.js";
import { t } from "./texts.js";

const TOAST_MILLISECONDS = 5000;

export class Popups {
  constructor() {
    this.toasts = make("div", { class: "toasts", role: "status", "aria-live": "polite" });
    this.element = make("div", { class: "popups" }, this.toasts);
  }

  /** A dark strip that goes away by itself; `tone` is "" or "bad". */
  toast(text, { tone = "", testid = "notice" } = {}) {
    const node = make("div", { class: `toast ${tone}`.trim(), "data-testid": testid }, text);
    const leave = () => {
      node.classList.add("leaving");
      setTimeout(() => node.remove(), 250);
    };
    this.toasts.append(node);
    while (this.toasts.children.length > 3) this.toasts.firstChild.remove();
    setTimeout(leave, TOAST_MILLISECONDS + text.length * 20);
  }

  /** answerCallbackQuery with show_alert: stays until OK. */
  alert(text) {
    const button = make("button", { type: "button", class: "dialog-button" }, t("ok"));
    this.dialog({ text, buttons: [button], testid: "popup", role: "alertdialog" });
  }

  /** Asks for one of `options` [{label, choose}]. */
  choose(text, options) {
    const buttons = options.map(({ label, choose }) =>
      make("button", { type: "button", class: "dialog-button", on: { click: choose } }, label),
    );
    buttons.push(make("button", { type: "button", class: "dialog-button quiet" }, t("cancel")));
    this.dialog({ text, buttons, testid: "choice", role: "dialog" });
  }

  /** Asks for what is typed into `field`; `answer` is {label, choose}. */
  ask(text, field, { label, choose }) {
    const button = make("button", { type: "button", class: "dialog-button", on: { click: choose } }, label);
    const cancel = make("button", { type: "button", class: "dialog-button quiet" }, t("cancel"));
    field.addEventListener("keydown", (event) => event.key === "Enter" && button.click());
    this.dialog({ text, field, buttons: [button, cancel], testid: "question", role: "dialog" });
    field.focus({ preventScroll: true });
  }

  dialog({ text, field = null, buttons, testid, role }) {
    const returnTo = document.activeElement;
    const box = make(
      "div",
      { class: "dialog", role, "aria-label": text, "data-testid": testid },
      make("p", {}, text),
      field,
      make("div", { class: "dialog-buttons" }, buttons),
    );
    const veil = make("div", { class: "veil" }, box);
    const close = () => {
      veil.remove();
      returnTo?.focus?.({ preventScroll: true });
    };
    for (const button of buttons) button.addEventListener("click", close);
    veil.addEventListener("keydown", (event) => event.key === "Escape" && close());
    this.element.append(veil);
    if (this.element.closest(".phone")?.contains(returnTo)) buttons[0].focus({ preventScroll: true });
  }
}
