import { connect, type Socket } from "node:net";
import type { Faults } from "./fault-proxy.ts";

/** Waits; rejects when the signal aborts. */
export type Delay = (durationMs: number, signal: AbortSignal) => Promise<unknown>;

/** What a connection asks of its proxy. */
export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  /** The faults of this moment. */
  readonly faults: () => Faults;
  readonly delay: Delay;
  /** Told of bytes that were taken and not passed on. */
  readonly onSwallowed: (byteCount: number) => void;
}

/** Throttled bytes go out in this many pieces a second. */
const piecesPerSecond = 20;
const sliceDelayMs = 1;

/** One client's connection and the one that it leads to. */
export class FaultConnection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #options: ConnectionOptions;
  readonly #ended = new AbortController();
  #repliedBytes = 0;

  constructor(client: Socket, options: ConnectionOptions) {
    this.#client = client;
    this.#options = options;
    const { host, port } = options;
    this.#server = connect({ host, port, allowHalfOpen: true, noDelay: true });
    client.setNoDelay(true);
    client.once("close", () => this.cut());
    this.#pipe(client, this.#server, (bytes) => this.#request(bytes));
    this.#pipe(this.#server, client, (bytes) => this.#reply(bytes));
  }

  /** Both sides see a connection that somebody reset. */
  reset(): void {
    this.#client.resetAndDestroy();
    this.cut();
  }

  cut(): void {
    this.#ended.abort();
    this.#client.destroy();
    this.#server.destroy();
  }

  /** One piece after the other, each waited for; an end is passed on, an error is a reset. */
  async #pipe(from: Socket, to: Socket, forward: (bytes: Buffer) => Promise<void>): Promise<void> {
    from.on("error", () => {}); // the iteration below throws it
    try {
      for await (const bytes of from.iterator({ destroyOnReturn: false })) {
        await forward(bytes as Buffer);
      }
      if (!this.#options.faults().blackhole) to.end();
    } catch {
      if (!this.#ended.signal.aborted) this.reset();
    }
  }

  async #request(bytes: Buffer): Promise<void> {
    const { faults, onSwallowed } = this.#options;
    if (faults().blackhole) onSwallowed(bytes.length);
    else await write(this.#server, bytes);
  }

  async #reply(bytes: Buffer): Promise<void> {
    const { latencyMs = 0 } = this.#options.faults();
    if (latencyMs > 0) await this.#wait(latencyMs);
    for (let rest = bytes; rest.length > 0; ) {
      const {
        blackhole,
        cutAfterBytes = Number.POSITIVE_INFINITY,
        ...pace
      } = this.#options.faults();
      if (blackhole) return this.#options.onSwallowed(rest.length);
      const allowed = cutAfterBytes - this.#repliedBytes;
      const piece = rest.subarray(0, Math.min(pieceBytes(pace), allowed));
      rest = rest.subarray(piece.length);
      if (piece.length > 0) await write(this.#client, piece);
      this.#repliedBytes += piece.length;
      if (this.#repliedBytes >= cutAfterBytes) return this.cut();
      await this.#pause(piece.length, pace);
    }
  }

  async #pause(sentBytes: number, { bytesPerSecond, sliceBytes }: Faults): Promise<void> {
    if (bytesPerSecond !== undefined) await this.#wait((sentBytes / bytesPerSecond) * 1_000);
    else if (sliceBytes !== undefined) await this.#wait(sliceDelayMs);
  }

  async #wait(durationMs: number): Promise<void> {
    await this.#options.delay(durationMs, this.#ended.signal);
  }
}

function pieceBytes({ bytesPerSecond, sliceBytes = Number.POSITIVE_INFINITY }: Faults): number {
  if (bytesPerSecond === undefined) return sliceBytes;
  return Math.min(sliceBytes, Math.max(1, Math.floor(bytesPerSecond / piecesPerSecond)));
}

function write(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
