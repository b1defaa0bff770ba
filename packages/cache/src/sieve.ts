/** What the eviction order holds of an entry. */
export interface SieveNode {
  /** Set by a hit: all that a hit costs. */
  wasRead: boolean;
  newer: SieveNode | undefined;
  older: SieveNode | undefined;
}

/**
 * SIEVE: a queue with a hand that walks from old to new, spares what was read since it last came
 * by, and evicts the first that was not. A hit moves nothing. (Zhang et al., "SIEVE is Simpler
 * than LRU", NSDI 2024.)
 */
export class Sieve<Node extends SieveNode> {
  #newest: Node | undefined;
  #oldest: Node | undefined;
  #hand: Node | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(node: Node): void {
    node.wasRead = false;
    node.newer = undefined;
    node.older = this.#newest;
    if (this.#newest) this.#newest.newer = node;
    this.#newest = node;
    this.#oldest ??= node;
    this.#size++;
  }

  remove(node: Node): void {
    const { newer, older } = node as { newer: Node | undefined; older: Node | undefined };
    if (newer) newer.older = older;
    else this.#newest = older;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (this.#hand === node) this.#hand = newer;
    node.newer = undefined;
    node.older = undefined;
    this.#size--;
  }

  /** The node to evict, still in the queue. */
  next(): Node | undefined {
    let node = this.#hand ?? this.#oldest;
    while (node?.wasRead) {
      node.wasRead = false;
      node = (node.newer as Node | undefined) ?? this.#oldest;
    }
    this.#hand = node;
    return node;
  }

  *[Symbol.iterator](): Generator<Node, void, undefined> {
    for (let node = this.#oldest; node; ) {
      const { newer } = node; // a node may be removed while we walk
      yield node;
      node = newer as Node | undefined;
    }
  }
}
