// The control API over HTTP: requests, and the stream of changes that heals itself.

import { t } from "./texts.js";

const BASE = "/sandbox";
const RETRY_MILLISECONDS = [300, 1000, 2000, 4000];

/** A request the sandbox refused or that never reached it; `message` is for people. */
export class ControlError extends Error {}

async function request(path, options = {}) {
  let response;
  try {
    response = await fetch(BASE + path, options);
  } catch {
    throw new ControlError(t("unreachable"));
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok || answer.ok === false) {
    throw new ControlError(answer.description ?? `${response.status} ${response.statusText}`);
  }
  return answer.result ?? answer;
}

export const get = (path) => request(path);
export const remove = (path) => request(path, { method: "DELETE" });
export const post = (path, body = {}) =>
  request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

/** POST as multipart/form-data; fields that are null or undefined are left out. */
export function postForm(path, fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === undefined) continue;
    if (value instanceof File) form.append(name, value, value.name);
    else form.append(name, String(value));
  }
  return request(path, { method: "POST", body: form });
}

/** One of the files the host program offers, as if it came from this machine. */
export async function getSample(name) {
  const response = await fetch(`${BASE}/samples/${encodeURIComponent(name)}`).catch(() => null);
  if (!response?.ok) throw new ControlError(response ? response.statusText : t("unreachable"));
  return new File([await response.blob()], name);
}

export const fileAddress = (fileId) => `${BASE}/files/${encodeURIComponent(fileId)}`;

/** Follows /sandbox/stream: after a break it goes on from the last revision it saw, and when the
 * sandbox does not know that revision (restarted, forgotten) it calls `reload`, which resolves to a known one. */
export class Stream {
  constructor({ since, changed, connected, lost, reload }) {
    Object.assign(this, { since, changed, connected, lost, reload });
    this.failures = 0;
    this.open();
  }

  open() {
    const source = new EventSource(`${BASE}/stream?since=${this.since}`);
    source.onopen = () => {
      this.failures = 0;
      this.connected();
    };
    source.onmessage = (event) => {
      const change = JSON.parse(event.data);
      if (change.kind === "reset" || change.revision < this.since) {
        source.close();
        this.startOver();
        return;
      }
      this.since = change.revision;
      this.changed(change);
    };
    source.onerror = () => {
      const refused = source.readyState === EventSource.CLOSED;
      source.close();
      this.lost();
      const wait = RETRY_MILLISECONDS[Math.min(this.failures, RETRY_MILLISECONDS.length - 1)];
      this.failures += 1;
      setTimeout(() => (refused || this.failures > 1 ? this.startOver() : this.open()), wait);
    };
  }

  async startOver() {
    try {
      this.since = await this.reload();
      this.open();
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      this.failures += 1;
      const wait = RETRY_MILLISECONDS[Math.min(this.failures, RETRY_MILLISECONDS.length - 1)];
      setTimeout(() => this.startOver(), wait);
    }
  }
}
