// The inline keyboard under a message: what each kind of button does when tapped.

import { icon, make } from "./dom.js";
import { link } from "./entities.js";

const STYLES = new Set(["primary", "success", "danger"]);

/** The keyboard of `message`, or null. `waiting` holds the callback data whose answer has not come yet. */
export function renderKeyboard(message, { waiting, actions }) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return make(
    "div",
    { class: "keyboard" },
    rows.map((row) =>
      make(
        "div",
        { class: "keyboard-row" },
        row.map((button) => renderButton(message, button, { waiting, actions })),
      ),
    ),
  );
}

function renderButton(message, button, { waiting, actions }) {
  const style = STYLES.has(button.style) ? ` ${button.style}` : "";
  const label = make("span", { class: "key-label" }, button.text);
  const address = button.url ?? button.web_app?.url ?? button.login_url?.url;
  if (address) return link(address, [label, corner("link")], actions, { class: `key${style}` });
  const key = make("button", { type: "button", class: `key${style}` }, label);
  if (button.copy_text) {
    key.append(corner("copy"));
    key.addEventListener("click", () => actions.copy(button.copy_text.text));
  } else if (button.callback_data !== undefined) {
    if (waiting.has(button.callback_data)) markWaiting(key);
    key.addEventListener("click", () => {
      if (key.classList.contains("waiting")) return;
      markWaiting(key);
      actions.press(message, button);
    });
  } else if (button.switch_inline_query_current_chat !== undefined) {
    key.addEventListener("click", () => actions.draft(button.switch_inline_query_current_chat));
  } else {
    key.disabled = true;
  }
  return key;
}

function markWaiting(key) {
  key.classList.add("waiting");
  key.setAttribute("aria-busy", "true");
}

function corner(name) {
  const sign = icon(name);
  sign.classList.add("corner");
  return sign;
}
