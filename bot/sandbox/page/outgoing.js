// Own messages on their way: shown at once, gone as soon as the sandbox shows the real ones.

import { pendingBubble } from "./message.js";

export class Outgoing {
  constructor(userId) {
    this.userId = userId;
    this.entries = [];
  }

  /** Notes a text or file sent after message number `after`; the entry is what `settle` takes. */
  add({ text, fileName, after }) {
    const entry = { text: text?.trim(), fileName, after, node: pendingBubble({ text, fileName }) };
    this.entries.push(entry);
    return entry;
  }

  settle(entry) {
    this.entries = this.entries.filter((other) => other !== entry);
  }

  /** Bubbles of what is not among `messages` yet; each message stands for one entry only. */
  nodes(messages) {
    const own = messages.filter((message) => message.from?.id === this.userId);
    const claimed = new Set();
    const missing = (entry) => {
      const real = own.find(
        (message) => !claimed.has(message) && message.message_id > entry.after && isReal(message, entry),
      );
      claimed.add(real);
      return !real;
    };
    return this.entries.filter(missing).map((entry) => entry.node);
  }
}

function isReal(message, { text, fileName }) {
  if (fileName) return message.document?.file_name === fileName;
  return Boolean(message.text) && text.startsWith(message.text.trim()); // a long text arrives in parts
}
