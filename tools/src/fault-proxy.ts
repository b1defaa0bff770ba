import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { type Delay, FaultConnection } from "./fault-connection.ts";

/** What goes wrong between a client and its server. Nothing given: nothing goes wrong. */
export interface Faults {
  /** Time that each piece of a reply is held back. */
  readonly latencyMs?: number;
  /** Everything is taken, nothing passed on, and the connection stays open. */
  readonly blackhole?: boolean;
  /** Open connections are reset, and each new one as soon as it is there. */
  readonly reset?: boolean;
  /** The connection ends after this many bytes of reply. */
  readonly cutAfterBytes?: number;
  /** Replies trickle. */
  readonly bytesPerSecond?: number;
  /** Replies arrive in pieces of at most so many bytes. */
  readonly sliceBytes?: number;
}

export interface FaultProxyOptions {
  /** Host of the server. Default `127.0.0.1`. */
  readonly host?: string;
  /** How time passes. Default: a timer of Node's. */
  readonly delay?: Delay;
}

/** A proxy for any protocol over TCP, on a free port of the loopback interface. */
export interface FaultProxy {
  readonly port: number;
  /** `127.0.0.1:<port>` */
  readonly address: string;
  /** Connections open now. */
  readonly openConnections: number;
  /** Connections since the start. */
  readonly acceptedConnections: number;
  /** Bytes that a blackhole took, both ways. */
  readonly swallowedBytes: number;
  /** Replaces all faults, from now on, for open connections too. `{}` heals. */
  set(faults: Faults): void;
  /** Resets every open connection once. */
  resetConnections(): void;
  close(): Promise<void>;
}

/** Starts a proxy that leads to the server on `port`, at first without a fault. */
export async function startFaultProxy(
  port: number,
  options: FaultProxyOptions = {},
): Promise<FaultProxy> {
  const { host = "127.0.0.1", delay = (ms, signal) => wait(ms, undefined, { signal }) } = options;
  const connections = new Set<FaultConnection>();
  let faults: Faults = {};
  let accepted = 0;
  let swallowed = 0;
  const onSwallowed = (byteCount: number) => {
    swallowed += byteCount;
  };

  const server = createServer({ allowHalfOpen: true }, (client) => {
    accepted++;
    const connection = new FaultConnection(client, {
      ...{ host, port, delay, onSwallowed },
      faults: () => faults,
    });
    connections.add(connection);
    client.once("close", () => connections.delete(connection));
    if (faults.reset) connection.reset();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const own = (server.address() as AddressInfo).port;
  const resetConnections = () => {
    for (const connection of connections) connection.reset();
  };

  return {
    port: own,
    address: `127.0.0.1:${own}`,
    get openConnections() {
      return connections.size;
    },
    get acceptedConnections() {
      return accepted;
    },
    get swallowedBytes() {
      return swallowed;
    },
    set: (next) => {
      faults = next;
      if (faults.reset) resetConnections();
    },
    resetConnections,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const connection of connections) connection.cut();
      await closed;
    },
  };
}
