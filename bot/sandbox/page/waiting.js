// Taps on inline buttons whose answer has not come yet: spinners on, off, and given up.

const ANSWER_WAIT_MILLISECONDS = 20_000;

export class WaitingTaps {
  /** `gaveUp()` is called when the bot never answered a tap. */
  constructor({ gaveUp }) {
    this.gaveUp = gaveUp;
    this.taps = new Map(); // message id → Map(callback data → timer)
  }

  /** The callback data waiting under a message. */
  of(messageId) {
    return this.taps.get(messageId) ?? new Map();
  }

  begin(messageId, data, node) {
    const timers = this.of(messageId);
    this.taps.set(messageId, timers);
    const giveUp = () => {
      this.end(messageId, node);
      this.gaveUp();
    };
    timers.set(data, setTimeout(giveUp, ANSWER_WAIT_MILLISECONDS));
  }

  /** The message's spinners stop; `node` is its bubble, if it is on the page. */
  end(messageId, node) {
    for (const timer of this.of(messageId).values()) clearTimeout(timer);
    this.taps.delete(messageId);
    for (const key of node?.querySelectorAll(".waiting") ?? []) {
      key.classList.remove("waiting");
      key.removeAttribute("aria-busy");
    }
  }

  destroy() {
    for (const messageId of [...this.taps.keys()]) this.end(messageId);
  }
}
