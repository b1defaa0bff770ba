import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A service that takes keys as providers do: several may be valid at once. */
export interface KeyService {
  readonly url: string;
  readonly keys: Set<string>;
  /** Calls that were refused. */
  readonly refusals: number;
  /** Answered or refused, of whomever. */
  readonly calls: number;
  /** Resolves when there have been so many. */
  untilCalls(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startKeyService(...first: readonly string[]): Promise<KeyService> {
  const keys = new Set(first);
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let calls = 0;
  let refusals = 0;
  const server = createServer((incoming, outgoing) => {
    const key = (incoming.headers.authorization ?? "").replace("Bearer ", "");
    calls++;
    if (!keys.has(key)) refusals++;
    outgoing.writeHead(keys.has(key) ? 200 : 401).end();
    for (const { count, resolve } of waiting) if (calls >= count) resolve();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    ...{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys },
    get refusals() {
      return refusals;
    },
    get calls() {
      return calls;
    },
    untilCalls: (count) =>
      new Promise((resolve) => {
        if (calls >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
