// The list of the bot's commands above the input line.

import { make } from "./dom.js";
import { t } from "./texts.js";

export class CommandMenu {
  /** `commands()` gives [{command, description}]; `send` sends one, `complete` writes it into the input. */
  constructor({ input, commands, send, complete }) {
    Object.assign(this, { input, commands, send, complete });
    this.id = `commands-${Math.random().toString(36).slice(2)}`;
    this.active = -1;
    this.element = make("div", {
      class: "commands",
      role: "listbox",
      id: this.id,
      "aria-label": t("commands"),
      hidden: true,
    });
    input.setAttribute("aria-controls", this.id);
    input.setAttribute("aria-autocomplete", "list");
  }

  get open() {
    return !this.element.hidden;
  }

  /** Follows what is typed: open while the text is the beginning of a command. */
  follow(text) {
    const typed = /^\/(\w*)$/.exec(text);
    const found = typed
      ? this.commands().filter(({ command }) => command.startsWith(typed[1].toLowerCase()))
      : [];
    this.active = -1;
    this.element.hidden = found.length === 0;
    this.element.replaceChildren(...found.map((entry, index) => this.option(entry, index)));
    this.input.removeAttribute("aria-activedescendant");
  }

  option({ command, description }, index) {
    const pick = (event) => {
      event.preventDefault(); // keeps the focus in the input
      this.close();
      this.send(command);
    };
    return make(
      "div",
      {
        class: "option",
        role: "option",
        id: `${this.id}-${index}`,
        "aria-selected": "false",
        "data-command": command,
        on: { mousedown: pick },
      },
      make("b", {}, `/${command}`),
      make("span", {}, description),
    );
  }

  close() {
    this.element.hidden = true;
    this.active = -1;
  }

  move(step) {
    const options = [...this.element.children];
    this.active =
      (this.active + step + options.length + (this.active < 0 && step < 0 ? 1 : 0)) % options.length;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === this.active)));
    options[this.active].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", options[this.active].id);
  }

  /** Handles a key of the input; true when it was meant for the menu. */
  keyed(event) {
    if (!this.open) return false;
    const chosen = this.element.children[this.active]?.dataset.command;
    if (event.key === "ArrowDown") this.move(1);
    else if (event.key === "ArrowUp") this.move(-1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" && !event.shiftKey)
      this.complete(chosen ?? this.element.children[0].dataset.command);
    else if (event.key === "Enter" && chosen) {
      this.close();
      this.send(chosen);
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
