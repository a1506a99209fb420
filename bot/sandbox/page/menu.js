// The three-dot menu of a phone: a button and a list that opens under it.

import { icon, iconButton, make } from "./dom.js";

export class Menu {
  /** `entries()` gives [{key, sign, label, choose}] anew each time the menu opens. */
  constructor({ label, entries }) {
    this.entries = entries;
    this.button = iconButton("menu", label, {
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "data-testid": "phone-menu",
      on: { click: () => (this.list.hidden ? this.open() : this.close()) },
    });
    this.list = make("div", { class: "menu", role: "menu", hidden: true });
    this.element = make("div", { class: "menu-corner" }, this.button, this.list);
    this.element.addEventListener("keydown", (event) => this.keyed(event));
    this.element.addEventListener(
      "focusout",
      (event) => !this.element.contains(event.relatedTarget) && this.close(),
    );
  }

  open() {
    this.list.replaceChildren(
      ...this.entries().map(({ key, sign, label, choose }) => {
        const click = () => {
          this.close();
          this.button.focus();
          choose();
        };
        return make(
          "button",
          { type: "button", role: "menuitem", "data-testid": key, on: { click } },
          icon(sign),
          label,
        );
      }),
    );
    this.list.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.list.firstChild?.focus({ preventScroll: true });
  }

  close() {
    this.list.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
  }

  keyed(event) {
    if (this.list.hidden) return;
    const items = [...this.list.children];
    const place = items.indexOf(document.activeElement);
    if (event.key === "Escape") {
      this.close();
      this.button.focus();
    } else if (event.key === "ArrowDown") items[(place + 1) % items.length].focus();
    else if (event.key === "ArrowUp") items[(place - 1 + items.length) % items.length].focus();
    else return;
    event.preventDefault();
  }
}
