import { Agent, request as nodeRequest } from "node:http";
import { text } from "node:stream/consumers";
import { VaultSecretStore } from "@llm-orchestrator/secrets-vault";
import { request } from "undici";
import { compareFreshProcesses } from "./fresh-process.mjs";
import { compareInFlight } from "./in-flight.mjs";
import { loadTool } from "./tool.mjs";

const title = "V42: one KV secret of a real OpenBao";

export async function benchVault() {
  const { startOpenBao } = await loadTool("openbao");
  const server = await startOpenBao();
  const { address, rootToken: token } = server;
  const store = new VaultSecretStore({ address, token });
  await store.putSecret("bench", "sk-bench-0123456789abcdef");
  const calls = await makeCalls(store, address, token);
  for (const [name, call] of Object.entries(calls)) {
    if ((await call()) !== "sk-bench-0123456789abcdef")
      throw new Error(`${name} read another value`);
  }
  await compareInFlight(title, calls, [1, 16, 64]);
  compareFreshProcesses("Fresh process to the first secret of OpenBao", programs, {
    BENCH_ADDRESS: address,
    BENCH_TOKEN: token,
  });
  await store.close();
  await server.stop();
}

async function makeCalls(store, address, token) {
  const url = `${address}/v1/secret/data/bench`;
  const headers = { "x-vault-token": token };
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const secretIn = (body) => body.data.data.value;
  const { default: nodeVault } = await import("node-vault");
  const stock = nodeVault({ endpoint: address, token });
  const litehex = await litehexCall(address, token);
  return {
    "undici.request": async () => secretIn(await (await request(url, { headers })).body.json()),
    "node:http": () =>
      new Promise((resolve, reject) => {
        const sent = nodeRequest(url, { headers, agent }, (answer) => {
          text(answer).then((body) => resolve(secretIn(JSON.parse(body))), reject);
        });
        sent.on("error", reject);
        sent.end();
      }),
    VaultSecretStore: async () => (await store.getSecret("bench")).value.expose(),
    "node-vault": async () => secretIn(await stock.read("secret/data/bench")),
    "@litehex/node-vault": litehex,
  };
}

async function litehexCall(endpoint, token) {
  const { Client } = await import("@litehex/node-vault");
  const client = new Client({ endpoint, token });
  return async () => {
    const answer = await client.kv2.read({ mountPath: "secret", path: "bench" });
    return (answer.data?.data ?? answer.data)?.data?.value ?? answer.data?.data?.value;
  };
}

const clock = 'const at = (what) => console.log(what + "=" + performance.now());';
const programs = {
  "node-vault": `${clock}
    const { default: nodeVault } = await import("node-vault");
    at("imported");
    const vault = nodeVault({ endpoint: process.env.BENCH_ADDRESS, token: process.env.BENCH_TOKEN });
    await vault.read("secret/data/bench");
    at("first secret");`,
  VaultSecretStore: `${clock}
    const { VaultSecretStore } = await import("@llm-orchestrator/secrets-vault");
    at("imported");
    const store = new VaultSecretStore({ address: process.env.BENCH_ADDRESS, token: process.env.BENCH_TOKEN });
    await store.getSecret("bench");
    at("first secret");
    process.exit();`,
};
