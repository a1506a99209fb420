// The drawer with the bot's last calls, for the curious.

import { ControlError, get } from "./control.js";
import { iconButton, make, reconcile } from "./dom.js";
import { t } from "./texts.js";
import { timeWithSeconds } from "./zone.js";

const SHOWN = 50;
const KEPT = 400;
const POLL_MILLISECONDS = 1000;

export class Calls {
  constructor({ store }) {
    this.store = store;
    this.calls = [];
    this.rows = new Map();
    this.since = 0;
    this.polling = make("input", { type: "checkbox", on: { change: () => this.draw() } });
    this.list = make("div", { class: "call-list" });
    const heading = make(
      "header",
      {},
      make("div", {}, make("h2", {}, t("calls")), make("p", {}, t("calls_note"))),
      iconButton("close", t("close"), { on: { click: () => this.toggle() } }),
    );
    this.element = make(
      "aside",
      { class: "calls", id: "calls", "aria-label": t("calls"), hidden: true, "data-testid": "calls" },
      heading,
      make("label", { class: "calls-filter" }, this.polling, t("calls_polling")),
      this.list,
    );
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && this.toggle());
  }

  get open() {
    return !this.element.hidden;
  }

  /** Opens or closes the drawer; `button` shows which. */
  toggle() {
    this.element.hidden = this.open;
    this.button?.setAttribute("aria-expanded", String(this.open));
    clearTimeout(this.timer);
    if (this.open) this.poll();
    else this.button?.focus();
  }

  async poll() {
    try {
      const fresh = await get(`/calls?since=${this.since}`);
      const newest = fresh.at(-1)?.n ?? this.since;
      this.calls = [...this.calls, ...fresh.filter(({ n }) => n > this.since)].slice(-KEPT);
      this.since = newest;
      this.draw();
    } catch (error) {
      if (!(error instanceof ControlError)) throw error; // the stream's banner already says it
    }
    if (this.open) this.timer = setTimeout(() => this.poll(), POLL_MILLISECONDS);
  }

  draw() {
    const shown = this.calls
      .filter(({ method }) => this.polling.checked || method.toLowerCase() !== "getupdates")
      .slice(-SHOWN)
      .reverse();
    if (shown.length === 0) {
      this.list.replaceChildren(make("p", { class: "call-none" }, t("calls_none")));
      return;
    }
    const present = new Set(shown.map(({ n }) => n));
    for (const n of this.rows.keys()) if (!present.has(n)) this.rows.delete(n);
    reconcile(
      this.list,
      shown.map((call) => this.row(call)),
    );
  }

  row(call) {
    if (this.rows.has(call.n)) return this.rows.get(call.n);
    const good = call.status === 200;
    const status = make(
      "span",
      { class: `call-status ${good ? "good" : "bad"}` },
      String(call.status ?? "—"),
    );
    const summary = make(
      "summary",
      {},
      make("time", {}, timeWithSeconds(new Date(call.at), this.store.zone)),
      make("b", {}, call.method),
      make("span", { class: "call-chat" }, chatOf(call.parameters)),
      status,
    );
    const row = make("details", { class: "call" }, summary);
    row.addEventListener(
      "toggle",
      () => row.open && row.children.length === 1 && row.append(...details(call)),
    );
    this.rows.set(call.n, row);
    return row;
  }
}

function chatOf(parameters) {
  const id = parameters?.chat_id;
  return id === undefined ? "" : String(id);
}

function details(call) {
  return [
    ["calls_parameters", call.parameters],
    ["calls_answer", call.answer],
  ].flatMap(([key, value]) => [
    make("h3", {}, t(key)),
    make("pre", {}, typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "")),
  ]);
}
