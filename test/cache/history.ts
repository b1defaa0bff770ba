export type ReadOperation = "get" | "fresh" | "many";
/** `external`: a put by somebody else, past the cache. */
type WriteOperation = "put" | "rotate" | "external";
export type HistoryOperation = ReadOperation | WriteOperation | "delete" | "restore";

/** One call about one key, as its caller saw it. */
export interface Call {
  readonly client: number;
  readonly operation: HistoryOperation;
  readonly key: string;
  readonly startTick: number;
  readonly startMs: number;
  /** `undefined` while it runs, as is what follows. */
  endTick?: number;
  endMs?: number;
  /** What was read or written; `undefined` when there was nothing, or nothing was written. */
  version?: number;
  value?: string;
}

export interface HistoryEvent {
  readonly call: Call;
  readonly isStart: boolean;
}

/** Everything that was called, in the order in which it started and ended: the logical clock. */
export class History {
  readonly events: HistoryEvent[] = [];

  begin(client: number, operation: HistoryOperation, key: string): Call {
    const startTick = this.events.length;
    const call = { client, operation, key, startTick, startMs: performance.now() };
    this.events.push({ call, isStart: true });
    return call;
  }

  end(call: Call, found?: { readonly version: number; readonly value: string }): void {
    Object.assign(call, { ...found, endTick: this.events.length, endMs: performance.now() });
    this.events.push({ call, isStart: false });
  }
}
