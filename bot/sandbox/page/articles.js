// The articles of the sandbox's own press above the input line: pressing one puts its link there.

import { ControlError } from "./control.js";
import { icon, iconButton, make } from "./dom.js";
import { t } from "./texts.js";

export class ArticleList {
  /** `list()` resolves to the articles, `address(url)` is where the browser finds one, `insert(link)` takes the
   * chosen link, `failed(error)` says why there are none. */
  constructor({ list, address, insert, failed }) {
    Object.assign(this, { list, address, insert, failed });
    this.rows = make("ul", {});
    const heading = make(
      "header",
      {},
      make("div", {}, make("h3", {}, t("articles")), make("p", {}, t("articles_note"))),
      iconButton("close", t("close"), { on: { click: () => this.close() } }),
    );
    this.element = make(
      "section",
      { class: "articles", "aria-label": t("articles"), "data-testid": "articles", hidden: true },
      heading,
      this.rows,
    );
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  async open() {
    try {
      this.rows.replaceChildren(...(await this.list()).map((article) => this.row(article)));
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      this.failed(error);
      return;
    }
    this.element.hidden = false;
    this.rows.querySelector("button")?.focus({ preventScroll: true });
  }

  close() {
    this.element.hidden = true;
  }

  row({ url, title, site, trait }) {
    const choose = () => {
      this.close();
      this.insert(url);
    };
    const note = [site, t(`article_${trait}`)].filter(Boolean).join(" · ");
    const look = t("article_open", { title });
    return make(
      "li",
      {},
      make(
        "button",
        { type: "button", title: url, "data-testid": "article", on: { click: choose } },
        make("b", {}, title),
        make("span", {}, note),
      ),
      make(
        "a",
        { class: "icon-button", href: this.address(url), target: "_blank", rel: "noopener", title: look, "aria-label": look },
        icon("link"),
      ),
    );
  }
}
