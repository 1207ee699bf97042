// Bounded lists of what happened, and one signal that wakes whoever waits for something to happen.
// Knows nothing of ActivityPub.

const LIMIT = 5000;

/** Wakes every waiter each time anything in the program changed. */
export class Signal {
  #waiters = new Set();

  notify() {
    const woken = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of woken) wake();
  }

  /** The first answer of `look` that is not null, or null once `milliseconds` have passed. */
  async until(look, milliseconds) {
    const deadline = performance.now() + milliseconds;
    for (;;) {
      const found = look();
      const left = deadline - performance.now();
      if (found != null || left <= 0) return found ?? null;
      await this.#next(left);
    }
  }

  #next(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#waiters.delete(wake) && resolve(), milliseconds);
      const wake = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiters.add(wake);
    });
  }
}

/** A list that numbers what is added to it and forgets the oldest beyond a limit. */
export class Records {
  #entries = [];
  #signal;
  #last = 0;

  constructor(signal) {
    this.#signal = signal;
  }

  add(entry) {
    this.#last += 1;
    this.#entries.push({ seq: this.#last, at: new Date().toISOString(), ...entry });
    if (this.#entries.length > LIMIT) this.#entries.shift();
    this.#signal.notify();
  }

  /** Entries numbered above `after` whose fields equal every one of `criteria`, oldest first. */
  list(criteria = {}, after = 0) {
    return this.#entries.filter(
      (entry) => entry.seq > after && Object.entries(criteria).every(([field, wanted]) => String(entry[field]) === wanted),
    );
  }
}
