// The page: connects to the sandbox, lays out the bar and the phones, passes changes on.

import { Calls } from "./calls.js";
import { ClockBar } from "./clock.js";
import { ControlError, get, Stream } from "./control.js";
import { icon, make } from "./dom.js";
import { Faults } from "./faults.js";
import { Phone } from "./phone.js";
import { Popups } from "./popups.js";
import { Store } from "./store.js";
import { Tabs } from "./tabs.js";
import { language, LANGUAGES, setLanguage, t } from "./texts.js";

const REFRESH_MILLISECONDS = 60; // many changes at once need one snapshot
const MARKS_MILLISECONDS = 1500; // the host program's marks follow what happens in the chats

class Page {
  constructor() {
    this.store = new Store();
    this.phones = [];
    this.desk = document.getElementById("desk");
  }

  async run() {
    this.build();
    this.stream = new Stream({
      since: await this.firstState(),
      changed: (change) => this.changed(change),
      connected: () => this.connected(),
      lost: () => this.say(t("reconnecting")),
      reload: () => this.startOver(),
    });
    setInterval(() => this.tick(), 1000);
  }

  async firstState() {
    for (;;) {
      try {
        return await this.startOver();
      } catch (error) {
        if (!(error instanceof ControlError)) throw error;
        this.say(t("connecting"));
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }

  // Layout

  /** Draws the whole page in the current language. */
  build() {
    document.documentElement.lang = language();
    document.title = t("title");
    const tools = {
      store: this.store,
      attempt: (act) => this.attempt(act),
      notify: (...said) => this.popups.toast(...said),
    };
    this.popups = new Popups();
    this.clock = new ClockBar(tools);
    this.faults = new Faults(tools);
    this.calls = new Calls(tools);
    this.tabs = new Tabs();
    this.connection = make("div", { class: "connection", role: "status", hidden: true });
    this.strip = make("div", { class: "phones", role: "group", "aria-label": t("phones") });
    this.tabs.watch(this.strip);
    this.desk.replaceChildren(
      this.bar(),
      this.faults.banner,
      this.tabs.element,
      make("main", {}, this.strip, this.calls.element),
      this.popups.element,
      this.connection,
    );
    this.phonesKey = null;
    this.draw({ live: false });
  }

  bar() {
    const brand = make(
      "div",
      { class: "brand" },
      make("img", { src: "/sandbox/page/icon.svg", alt: "", width: "32", height: "32" }),
      make("div", {}, make("h1", {}, t("brand")), make("p", {}, t("brand_note"))),
    );
    const log = make(
      "button",
      {
        type: "button",
        class: "button",
        "aria-expanded": "false",
        "aria-controls": "calls",
        "data-testid": "calls-toggle",
        title: t("calls"),
        on: { click: () => this.calls.toggle() },
      },
      icon("list"),
      t("calls_short"),
    );
    this.calls.button = log;
    const tools = make("div", { class: "tools" }, ...this.faults.tools, log, this.languages());
    const fold = make(
      "button",
      {
        type: "button",
        class: "button fold-tools",
        "aria-expanded": "false",
        "aria-label": t("controls"),
        title: t("controls"),
      },
      icon("controls"),
    );
    const bar = make("header", { class: "bar" }, brand, ...this.clock.parts, tools, fold);
    fold.addEventListener("click", () =>
      fold.setAttribute("aria-expanded", String(bar.classList.toggle("unfolded"))),
    );
    return bar;
  }

  languages() {
    const choices = LANGUAGES.map(([code, name]) =>
      make(
        "button",
        {
          type: "button",
          lang: code,
          title: name,
          "aria-label": name,
          "aria-pressed": String(code === language()),
          "data-testid": `language-${code}`,
          on: { click: () => this.switchLanguage(code) },
        },
        code.toUpperCase(),
      ),
    );
    return make("div", { class: "segments", role: "group", "aria-label": t("language") }, choices);
  }

  switchLanguage(code) {
    if (code === language()) return;
    const current = this.tabs.current;
    setLanguage(code);
    this.build();
    this.tabs.show(current);
    this.desk.querySelector(`[data-testid=language-${code}]`).focus();
  }

  // Drawing what the store holds

  draw({ live }) {
    this.drawPhones({ live });
    this.clock.update();
    this.faults.update();
  }

  drawPhones({ live }) {
    const waiting = this.store.revision < 0;
    const given = this.store.phones;
    const lasting = given.map(({ user_id, chat_id, label }) => [user_id, chat_id, label]);
    const key = JSON.stringify([waiting, lasting, this.store.bots.map((bot) => bot.id), this.store.zone]);
    if (key !== this.phonesKey) {
      this.phonesKey = key;
      for (const phone of this.phones) phone.destroy();
      this.phones = given.map((one) => new Phone(this.store, one));
      const empty = make("p", { class: "no-phones" }, t(waiting ? "connecting" : "no_phones"));
      this.strip.replaceChildren(
        ...(this.phones.length ? this.phones.map((phone) => phone.element) : [empty]),
      );
      this.tabs.setPhones(this.phones);
      return;
    }
    this.phones.forEach((phone, index) => {
      phone.renew(given[index]);
      this.tabs.count(phone, phone.update({ live }));
    });
  }

  tick() {
    this.clock.tick();
    for (const phone of this.phones) phone.tick();
  }

  // What happens

  changed(change) {
    if (change.kind === "popup") {
      for (const phone of this.phonesAt(change.chat_id))
        if (phone.userId === change.user_id) phone.answered(change);
    } else if (change.kind === "typing") {
      for (const phone of this.phonesAt(change.chat_id)) phone.typing();
    }
    const complete = this.store.apply(change);
    if (!complete) {
      this.refreshSoon(REFRESH_MILLISECONDS);
      return;
    }
    if (change.kind === "popup" || change.kind === "typing") return;
    for (const phone of this.phonesAt(change.chat_id ?? change.message?.chat.id)) {
      phone.stopTyping();
      this.tabs.count(phone, phone.update({ live: true }));
    }
    this.refreshSoon(MARKS_MILLISECONDS);
  }

  phonesAt(chatId) {
    return this.phones.filter((phone) => phone.chatId === chatId);
  }

  /** Fetches a snapshot within `wait` milliseconds, once for all who ask meanwhile. */
  refreshSoon(wait) {
    const due = performance.now() + wait;
    if (this.refreshDue <= due) return;
    clearTimeout(this.refreshTimer);
    this.refreshDue = due;
    this.refreshTimer = setTimeout(async () => {
      this.refreshDue = Infinity;
      await this.attempt(async () => {
        this.store.load(await get("/state"));
        this.draw({ live: true });
      });
    }, wait);
  }

  refreshDue = Infinity;

  /** Takes whatever the sandbox holds now, however old our own picture is; resolves to its revision. */
  async startOver() {
    const state = await get("/state");
    this.store.forget();
    this.store.load(state);
    this.draw({ live: false });
    return this.store.revision;
  }

  async attempt(act) {
    try {
      await act();
      return true;
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      this.popups.toast(t("failed", { reason: error.message }), { tone: "bad" });
      return false;
    }
  }

  connected() {
    this.connection.hidden = true;
    this.refreshSoon(0);
  }

  say(text) {
    this.connection.replaceChildren(make("span", { class: "spinner" }), text);
    this.connection.hidden = false;
  }
}

// A file dropped beside a phone must not replace the page.
for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());

new Page().run();
