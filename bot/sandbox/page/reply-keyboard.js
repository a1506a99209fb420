// The keyboard below the input line that a bot put there: its keys write what stands on them, or share
// the person's own phone number.

import { make } from "./dom.js";
import { t } from "./texts.js";

export class ReplyKeyboard {
  /** `say(text)` writes, `share(number)` shares; both resolve to whether it was sent. */
  constructor({ popups, say, share }) {
    Object.assign(this, { popups, say, share });
    this.element = make("div", { class: "reply-keyboard", hidden: true });
  }

  /** Shows `keys` ({keyboard, one_time}), or nothing; a pressed one that is for one time stays away. */
  show(keys) {
    const version = JSON.stringify(keys ?? null);
    if (version === this.version) return;
    this.version = version;
    this.keys = keys;
    this.element.hidden = !keys;
    this.element.replaceChildren(...(keys?.keyboard ?? []).map((row) => this.row(row)));
  }

  row(buttons) {
    return make(
      "div",
      { class: "keyboard-row" },
      buttons.map((button) =>
        make(
          "button",
          { type: "button", class: "key", on: { click: () => this.pressed(button) } },
          make("span", { class: "key-label" }, button.text),
        ),
      ),
    );
  }

  pressed(button) {
    if (!button.request_contact) return this.sent(this.say(button.text));
    const number = make("input", {
      type: "tel",
      class: "dialog-input",
      "data-testid": "phone-number",
      placeholder: "0912345678",
      "aria-label": t("phone_number"),
    });
    const share = () => number.value.trim() && this.sent(this.share(number.value.trim()));
    return this.popups.ask(t("share_phone"), number, { label: t("share"), choose: share });
  }

  async sent(sending) {
    if ((await sending) && this.keys?.one_time) this.element.hidden = true;
  }
}
