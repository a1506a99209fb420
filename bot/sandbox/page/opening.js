// What a phone offers when its person cannot simply write: Start, unblock, add the bot to the group.

import { make } from "./dom.js";
import { initials, tint } from "./people.js";
import { t } from "./texts.js";

/** The words and the big button for `state` ("new", "blocked", "absent", "gone"; else nothing). */
export function opening(state, { invited, start, unblock, addToGroup }) {
  if (state === "new")
    return { words: t(invited ? "start_invited" : "start_intro"), button: big("start", "start", start) };
  if (state === "blocked") return { words: "", button: big("unblock", "unblock", unblock) };
  if (state === "absent")
    return { words: t("group_without_bot"), button: big("group_add", "start", addToGroup) };
  if (state === "gone") return { words: t("account_gone"), button: null };
  return { words: "", button: null };
}

function big(key, testid, click) {
  return make(
    "button",
    { type: "button", class: "big-button", "data-testid": testid, on: { click } },
    t(key),
  );
}

/** The card in the middle of a conversation that has not begun. */
export function introduction(bot, words) {
  return [
    make(
      "div",
      { class: `avatar tint-${tint(bot.id)}`, "aria-hidden": "true" },
      initials(bot.first_name, { from: 0 }),
    ),
    make("b", {}, bot.first_name),
    make("span", {}, `@${bot.username}`),
    make("p", {}, words),
  ];
}
