// A button and the list that opens at it: a phone's three dots, the paper clip.

import { icon, iconButton, make } from "./dom.js";

export class Menu {
  /** `entries()` gives [{key, sign, label, choose}] anew each time the menu opens; with `direct` a
   * single entry is chosen at once; `place` says where the list opens (see phone.css). */
  constructor({ label, entries, sign = "menu", testid = "phone-menu", place = "", direct = false }) {
    Object.assign(this, { entries, direct });
    this.button = iconButton(sign, label, {
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "data-testid": testid,
      on: { click: () => (this.list.hidden ? this.open() : this.close()) },
    });
    this.list = make("div", { class: "menu", role: "menu", hidden: true });
    this.element = make("div", { class: `menu-corner ${place}`.trim() }, this.button, this.list);
    this.element.addEventListener("keydown", (event) => this.keyed(event));
    this.element.addEventListener(
      "focusout",
      (event) => !this.element.contains(event.relatedTarget) && this.close(),
    );
  }

  open() {
    const entries = this.entries();
    if (this.direct && entries.length === 1) return entries[0].choose();
    this.list.replaceChildren(
      ...entries.map(({ key, sign, label, choose }) => {
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
    return this.list.firstChild?.focus({ preventScroll: true });
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
