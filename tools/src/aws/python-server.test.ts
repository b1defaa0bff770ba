import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { installTimeoutMs } from "./moto.ts";
import { miniStackRequirements } from "./python-requirements.ts";
import { startPythonServer } from "./python-server.ts";

const miniStack = {
  ...{ requirements: miniStackRequirements, module: "ministack", args: () => [] },
  environment: (port: number) => ({ BIND_HOST: "127.0.0.1", GATEWAY_PORT: String(port) }),
  resetPath: "/_ministack/reset",
};

test(
  "a port that somebody else took meanwhile is left to them, and another one taken",
  async () => {
    const other = createServer((_, response) => response.writeHead(404).end());
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port: taken } = other.address() as AddressInfo;
    const ports: number[] = [];
    const environment = (port: number) => {
      ports.push(port);
      return miniStack.environment(ports.length === 1 ? taken : port);
    };
    const server = await startPythonServer({ ...miniStack, environment });
    expect(ports).toHaveLength(2);
    await server.reset();
    await server.stop();
    other.close();
    await once(other, "close");
  },
  installTimeoutMs,
);

test(
  "a server that does not start says why",
  async () => {
    const started = startPythonServer({ ...miniStack, module: "no_such_server" });
    await expect(started).rejects.toThrow(/no_such_server ended: .*No module named/);
  },
  installTimeoutMs,
);
