import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type LoggedRequest, RequestReader } from "./request-reader.ts";

/** A proxy before a server that notes every request. Node's own HTTP server refuses LIST and SCAN. */
export interface RequestLog {
  readonly address: string;
  readonly requests: readonly LoggedRequest[];
  /** Method and path of those since the last call, but for a look at the token, which comes when it likes. */
  take(): string[];
  stop(): Promise<void>;
}

/** What happens to a request: `"lose"`: the server never gets it; `"lose-reply"`: it is carried out. */
export type Fate = "pass" | "lose" | "lose-reply";

/** @param address Of the server: `http://127.0.0.1:<port>`. */
export async function startRequestLog(
  address: string,
  fateOf: (request: LoggedRequest) => Fate = () => "pass",
): Promise<RequestLog> {
  const { port, hostname: host } = new URL(address);
  const requests: LoggedRequest[] = [];
  const sockets = new Set<Socket>();
  let taken = 0;
  const proxy = createServer((client) => {
    const server = connect({ port: Number(port), host });
    let fate: Fate = "pass";
    const reader = new RequestReader((request, bytes) => {
      requests.push(request);
      fate = fateOf(request);
      if (fate === "lose") client.destroy();
      else server.write(bytes);
    });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
    }
    client.on("data", (bytes) => reader.read(bytes));
    server.on("data", (bytes) => {
      if (fate === "lose-reply") client.destroy();
      else client.write(bytes);
    });
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    address: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    requests,
    take: () => {
      const fresh = requests.slice(taken);
      taken = requests.length;
      const others = fresh.filter(({ path }) => path !== "auth/token/lookup-self");
      return others.map(({ method, path }) => `${method} ${path}`);
    },
    stop: async () => {
      const closed = once(proxy, "close");
      proxy.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
