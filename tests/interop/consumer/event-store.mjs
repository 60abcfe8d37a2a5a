// What this consumer does with an event: one line of JSON in a file that only grows. In your system it is a table with a unique key over
// source and id, written in the same transaction as the effect.
import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync } from 'node:fs';

// The same id from another source is another event.
export const keyOf = ({ source, id }) => `${source} ${id}`;

// Without the last line if a crash cut it off: its event was not acknowledged and comes again.
const completeLines = (path) => {
  const text = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  return text.subarray(0, text.lastIndexOf('\n') + 1);
};

export const readEvents = (path) => completeLines(path).toString().split('\n').filter(Boolean).map((line) => JSON.parse(line));

export class EventStore {
  #file;
  #seen = new Set();
  #newest = new Map();

  constructor(path) {
    this.#file = openSync(path, 'a');
    truncateSync(path, completeLines(path).length);
    readEvents(path).forEach((event) => this.#remember(event));
  }

  // 'duplicate': was here before, and nothing happens. 'overtaken': a newer event of the same subject was here before; it is kept, as it
  // did happen, but must not overwrite what is known of the subject. 'stored': anything else.
  add(event) {
    if (this.#seen.has(keyOf(event))) {
      return 'duplicate';
    }
    const overtaken = event.sequence <= (this.#newest.get(subjectOf(event)) ?? 0);
    appendFileSync(this.#file, `${JSON.stringify(overtaken ? { ...event, overtaken } : event)}\n`);
    fsyncSync(this.#file);
    this.#remember(event);
    return overtaken ? 'overtaken' : 'stored';
  }

  close() {
    closeSync(this.#file);
  }

  #remember(event) {
    this.#seen.add(keyOf(event));
    this.#newest.set(subjectOf(event), Math.max(event.sequence, this.#newest.get(subjectOf(event)) ?? 0));
  }
}

const subjectOf = ({ source, subject }) => `${source} ${subject}`;
