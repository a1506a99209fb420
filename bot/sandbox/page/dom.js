// Building DOM nodes without markup strings: user text only ever becomes text nodes.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  reply: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6v1",
  edit: "M4 20h4L19 9l-4-4L4 16v4M13.5 6.5l4 4",
  send: "M4 12 20 4l-5 16-4-7-7-1M11 13l4-4",
  attach: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 4.8 4.8l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4L14.5 7.3",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  slash: "M15 4 9 20",
  down: "M6 9l6 6 6-6",
  up: "M6 15l6-6 6 6",
  file: "M7 3h7l5 5v13H7V3M14 3v5h5",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  link: "M8 16 17 7M10 7h7v7",
  copy: "M9 9h11v11H9V9M5 15H4V4h11v1",
  offline:
    "M3 9a14 14 0 0 1 4-2.6M21 9a14 14 0 0 0-9-3.5M6 13a9 9 0 0 1 4-2.3M18 13l-1.5-1.2M9.5 16.5a4 4 0 0 1 5 0M12 20v.01M4 4l16 16",
  online: "M3 9a14 14 0 0 1 18 0M6 13a9 9 0 0 1 12 0M9.5 16.5a4 4 0 0 1 5 0M12 20v.01",
  flood: "M4 19a9 9 0 1 1 16 0M12 14l4-4",
  list: "M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01",
  news: "M4 5h12v14H6a2 2 0 0 1-2-2V5M16 9h4v8a2 2 0 0 1-2 2h-2M7 9h6M7 12.5h6M7 16h4",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3 2",
  flag: "M6 21V4h11l-2 4 2 4H6",
  sunrise: "M3 18h18M7 18a5 5 0 0 1 10 0M12 4v4M4.5 10.5 6 12M19.5 10.5 18 12M9.5 6 12 3.5 14.5 6",
  controls:
    "M4 7h10M18 7h2M4 17h2M10 17h10M14 7a2 2 0 1 0 4 0 2 2 0 0 0-4 0M6 17a2 2 0 1 0 4 0 2 2 0 0 0-4 0",
  block: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M5.6 5.6l12.8 12.8",
  check: "M5 12.5l4.5 4.5L19 7.5",
  group:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M3 20a6 6 0 0 1 12 0M16 4.5a3.5 3.5 0 0 1 0 6M17 14.5a6 6 0 0 1 4 5.5",
};

/** An element; `on` and `data` are maps, false or null attributes are left out, strings become text nodes. */
export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on")
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "data") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A line icon that follows the text colour; hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A square button with only an icon; `label` is its accessible name and tooltip. */
export function iconButton(name, label, properties = {}) {
  const { class: extra, ...rest } = properties;
  return make(
    "button",
    {
      type: "button",
      class: `icon-button ${extra ?? ""}`.trim(),
      "aria-label": label,
      title: label,
      ...rest,
    },
    icon(name),
  );
}

/** Makes `parent` hold exactly `wanted`, in order, touching only what differs (focus and scrolling survive). */
export function reconcile(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  let current = parent.firstChild;
  for (const node of wanted) {
    if (node === current) current = current.nextSibling;
    else parent.insertBefore(node, current);
  }
}

/** Copies text; resolves to whether it worked (the clipboard API needs a secure context). */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = make("textarea", { class: "visually-hidden", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
}
