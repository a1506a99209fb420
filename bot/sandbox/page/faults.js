// Breaking things on purpose: the bot's network, one flood-control answer.

import { post, remove } from "./control.js";
import { icon, make } from "./dom.js";
import { t } from "./texts.js";

const FLOOD_SECONDS = 5;

export class Faults {
  constructor({ store, attempt, notify }) {
    Object.assign(this, { store, attempt, notify });
    this.network = make("button", {
      type: "button",
      class: "button network",
      role: "switch",
      "data-testid": "network",
      title: t("network_hint"),
      on: { click: () => this.toggle() },
    });
    this.flood = make(
      "button",
      {
        type: "button",
        class: "button",
        "data-testid": "flood",
        title: t("flood_hint", { seconds: FLOOD_SECONDS }),
        on: { click: () => this.arm() },
      },
      icon("flood"),
      t("flood"),
    );
    this.tools = [this.network, this.flood];
    this.banner = make("div", { class: "banner", role: "status", hidden: true });
    this.update();
  }

  get offline() {
    return this.store.faults.filter((fault) => fault.kind === "offline");
  }

  update() {
    const cut = this.offline.length > 0;
    this.network.setAttribute("aria-checked", String(!cut));
    this.network.setAttribute("aria-label", `${t("network")}: ${t(cut ? "network_off" : "network_on")}`);
    this.network.replaceChildren(icon(cut ? "offline" : "online"), t(cut ? "network_off" : "network_on"));
    const notices = [];
    if (cut)
      notices.push(this.notice("offline", t("network_banner"), t("network_restore"), () => this.toggle()));
    for (const fault of this.store.faults.filter(({ kind, status }) => kind === "status" && status === 429)) {
      notices.push(
        this.notice("flood", t("flood_waiting"), t("fault_remove"), () =>
          this.attempt(() => remove(`/faults/${fault.id}`)),
        ),
      );
    }
    this.banner.replaceChildren(...notices);
    this.banner.hidden = notices.length === 0;
  }

  notice(sign, text, action, click) {
    return make(
      "div",
      { class: `notice ${sign}` },
      icon(sign),
      make("span", {}, text),
      make("button", { type: "button", class: "link-button", on: { click } }, action),
    );
  }

  toggle() {
    const cuts = this.offline;
    if (cuts.length === 0) return this.attempt(() => post("/faults", { kind: "offline", times: null }));
    return this.attempt(() => Promise.all(cuts.map((fault) => remove(`/faults/${fault.id}`))));
  }

  async arm() {
    const armed = await this.attempt(() =>
      post("/faults", {
        kind: "status",
        method: "sendMessage",
        status: 429,
        retry_after: FLOOD_SECONDS,
        times: 1,
        description: `Too Many Requests: retry after ${FLOOD_SECONDS}`,
      }),
    );
    if (armed) this.notify(t("flood_armed"));
  }
}
