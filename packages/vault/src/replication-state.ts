/**
 * What the server has told of its own state in `X-Vault-Index`, to be sent back so that no other node
 * answers from before. Answers come out of order, and a standby tells of an older state: the newest
 * counts, not the last.
 */
export class ReplicationState {
  #newest: State | undefined;

  /** The header to send. */
  get header(): string | undefined {
    return this.#newest?.header;
  }

  note(header: unknown): void {
    if (typeof header !== "string" || header === "") return;
    const state = parse(header);
    if (!isOlder(state, this.#newest)) this.#newest = state;
  }
}

interface State {
  readonly header: string;
  /** Numbers of different clusters, or of the same after a restore, cannot be compared. */
  readonly cluster?: string;
  readonly values: readonly bigint[];
}

/** OpenBao sends JSON, Vault Enterprise `v1:cluster:local:replicated:signature`; both in base64. */
function parse(header: string): State {
  const text = Buffer.from(header, "base64").toString();
  try {
    if (text.startsWith("{")) {
      const { cluster, value } = JSON.parse(text) as { cluster: string; value: string };
      return { header, cluster, values: [BigInt(value)] };
    }
    const [version, cluster, ...rest] = text.split(":");
    if (version !== "v1" || cluster === undefined) return { header, values: [] };
    return { header, cluster, values: rest.slice(0, 2).map(BigInt) };
  } catch {
    return { header, values: [] };
  }
}

/** One that cannot be compared is not: the last one that came is then the best guess. */
function isOlder(one: State, other: State | undefined): boolean {
  if (other === undefined || one.cluster !== other.cluster) return false;
  const pairs = one.values.map((value, index) => [value, other.values[index] ?? value] as const);
  return pairs.some(([value, known]) => value < known) && !pairs.some(([v, known]) => v > known);
}
