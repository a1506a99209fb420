// The movable clock in the bar: what it shows and the ways to move it.

import { post } from "./control.js";
import { icon, make } from "./dom.js";
import { language, t } from "./texts.js";
import {
  dateText,
  dayText,
  inputValue,
  instantOfInput,
  momentText,
  nextMorning,
  timeText,
  timeWithSeconds,
  zoneOffsetText,
} from "./zone.js";

export class ClockBar {
  /** `attempt(act)` runs a request and shows its failure; `notify(text)` shows a page toast. */
  constructor({ store, attempt, notify }) {
    Object.assign(this, { store, attempt, notify });
    this.time = make("span", { class: "clock-time" });
    this.date = make("span", { class: "clock-date" });
    this.zone = make("span", { class: "clock-zone" });
    this.face = make(
      "div",
      {
        class: "clock-face",
        "data-testid": "clock-now",
        role: "timer",
        "aria-live": "off",
        "aria-label": t("clock"),
      },
      this.time,
      make("span", { class: "clock-day" }, this.date, this.zone),
    );
    this.marks = make("div", { class: "marks", role: "group", "aria-label": t("clock_marks") });
    this.parts = [this.face, make("div", { class: "steps" }, this.steps()), this.form(), this.marks];
    this.update();
  }

  steps() {
    const step = (key, sign, testid, click) =>
      make(
        "button",
        { type: "button", class: "button", "data-testid": testid, title: t(`${key}_hint`), on: { click } },
        icon(sign),
        t(key),
      );
    return [
      step("clock_hour", "clock", "clock-hour", () => this.move({ advance_seconds: 3600 })),
      step("clock_morning", "sunrise", "clock-morning", () =>
        this.moveTo(nextMorning(this.store.now(), this.store.zone)),
      ),
    ];
  }

  form() {
    this.input = make("input", {
      type: "datetime-local",
      "data-testid": "clock-input",
      "aria-label": t("clock_input"),
      title: t("clock_input"),
      lang: language(),
    });
    const submit = (event) => {
      event.preventDefault();
      const when = instantOfInput(this.input.value, this.store.zone);
      if (when) this.moveTo(when);
      else this.notify(t("clock_bad"), { tone: "bad" });
    };
    return make(
      "form",
      { class: "clock-form", on: { submit } },
      this.input,
      make("button", { type: "submit", class: "button", "data-testid": "clock-set" }, t("clock_set")),
    );
  }

  moveTo(when) {
    return this.move({ set: when.toISOString() });
  }

  async move(request) {
    const moved = await this.attempt(() => post("/clock", request));
    if (moved) this.announce = true; // said when the new time has arrived
  }

  /** Takes the clock and the marks from the store. */
  update() {
    const { store } = this;
    if (this.shownOffset !== store.clockOffset) {
      const jumped = this.loaded && Math.abs(this.shownOffset - store.clockOffset) > 5000;
      this.shownOffset = store.clockOffset;
      if (document.activeElement !== this.input) this.input.value = inputValue(store.now(), store.zone);
      if (jumped) this.showJump();
    }
    this.loaded = store.revision >= 0;
    const marks = store.clock.marks ?? [];
    const version = JSON.stringify(marks);
    if (version !== this.marksVersion) {
      this.marksVersion = version;
      this.marks.replaceChildren(...marks.map((mark) => this.mark(mark)));
    }
    this.tick();
  }

  mark({ label, at }) {
    const when = new Date(at);
    const place = momentText(when, this.store.zone);
    return make(
      "button",
      {
        type: "button",
        class: "button mark",
        "data-testid": "clock-mark",
        "data-label": label,
        "data-at": at,
        title: place,
        on: { click: () => this.moveTo(when) },
      },
      icon("flag"),
      make("span", {}, label),
      make("small", {}, `${timeText(when, this.store.zone)} ${dateText(when, this.store.zone).slice(0, 5)}`),
    );
  }

  showJump() {
    this.face.classList.remove("jumped");
    void this.face.offsetWidth; // restarts the animation
    this.face.classList.add("jumped");
    if (this.announce) this.notify(t("clock_moved", { when: momentText(this.store.now(), this.store.zone) }));
    this.announce = false;
  }

  /** Once a second. */
  tick() {
    const now = this.store.now();
    const { zone } = this.store;
    this.time.textContent = timeWithSeconds(now, zone);
    this.date.textContent = dayText(now, zone);
    this.zone.textContent = `${zone} (${zoneOffsetText(now, zone)})`;
    for (const button of this.marks.children)
      button.classList.toggle("past", Date.parse(button.dataset.at) <= now.getTime());
  }
}
