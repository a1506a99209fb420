// The row of phone names: on a small screen it picks the one phone shown, on a desk it scrolls to one out of sight.

import { make } from "./dom.js";
import { t } from "./texts.js";

const SMALL = matchMedia("(max-width: 700px)");

export class Tabs {
  constructor() {
    this.current = 0;
    this.phones = [];
    this.element = make("nav", { class: "tabs", "aria-label": t("phones") });
  }

  /** Follows the strip that holds the phones: whether it overflows, which phones are in sight. */
  watch(strip) {
    this.strip = strip;
    new ResizeObserver(() => this.measure()).observe(strip);
    this.sight = new IntersectionObserver((entries) => entries.forEach((entry) => this.seen(entry)), {
      root: strip,
      threshold: 0.6,
    });
  }

  measure() {
    const overflows = this.strip.scrollWidth > this.strip.clientWidth + 2;
    this.element.classList.toggle("needed", overflows);
  }

  setPhones(phones) {
    this.phones = phones;
    this.sight.disconnect();
    this.buttons = phones.map((phone, index) => {
      const badge = make("span", { class: "count", hidden: true });
      const button = make(
        "button",
        { type: "button", "data-tab": phone.label, on: { click: () => this.show(index) } },
        make("span", {}, phone.label),
        badge,
      );
      this.sight.observe(phone.element);
      return { button, badge };
    });
    this.element.replaceChildren(...this.buttons.map(({ button }) => button));
    if (phones.length) this.mark(Math.min(this.current, phones.length - 1));
    this.measure();
  }

  /** Shows phone number `index`. */
  show(index) {
    if (!this.phones[index]) return;
    this.mark(index);
    if (!SMALL.matches)
      this.phones[index].element.scrollIntoView({ behavior: "smooth", inline: "center", block: "nearest" });
  }

  mark(index) {
    this.current = index;
    this.phones.forEach((phone, place) => phone.element.classList.toggle("current", place === index));
    this.buttons.forEach(({ button }, place) => {
      if (place === index) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
    this.buttons[index].button.scrollIntoView({ block: "nearest", inline: "center" });
  }

  seen(entry) {
    const phone = this.phones.find(({ element }) => element === entry.target);
    if (!phone) return;
    phone.inSight = entry.isIntersecting;
    if (phone.inSight) this.setUnseen(phone, 0);
  }

  /** Counts new messages of a phone nobody sees now. */
  count(phone, added) {
    if (added && !phone.inSight) this.setUnseen(phone, phone.unseen + added);
  }

  setUnseen(phone, count) {
    phone.unseen = count;
    const { badge } = this.buttons[this.phones.indexOf(phone)];
    badge.hidden = count === 0;
    badge.textContent = String(count);
    badge.setAttribute("aria-label", t("unseen", { count }));
  }
}
