/** Characters that decide whether a place is looked at: a shift of 4 bits forgets older ones. */
const window = 4;
const hashMask = 0xffff;
const hash = (before: number, code: number) => ((before << 4) ^ code) & hashMask;

/**
 * Tells whether any of many texts stands in a long one, in one pass over it however many there are:
 * a probe looks for hundreds of spellings in what nearly always has none (Rabin and Karp 1987).
 */
export class NeedleFinder {
  readonly #needles = new Map<number, string[]>();
  readonly #isStart = new Uint8Array(hashMask + 1);
  readonly #short: string[] = [];

  constructor(needles: Iterable<string>) {
    for (const needle of needles) {
      if (needle.length < window) this.#short.push(needle);
      else this.#add(needle);
    }
  }

  occursIn(text: string): boolean {
    if (this.#short.some((needle) => text.includes(needle))) return true;
    let end = 0;
    for (let index = 0; index < text.length; index++) {
      end = hash(end, text.charCodeAt(index));
      if (this.#isStart[end] === 1 && this.#isAt(text, index - window + 1, end)) return true;
    }
    return false;
  }

  #add(needle: string): void {
    let start = 0;
    for (let index = 0; index < window; index++) start = hash(start, needle.charCodeAt(index));
    this.#isStart[start] = 1;
    const others = this.#needles.get(start);
    if (others) others.push(needle);
    else this.#needles.set(start, [needle]);
  }

  #isAt(text: string, position: number, start: number): boolean {
    return this.#needles.get(start)?.some((needle) => text.startsWith(needle, position)) === true;
  }
}
