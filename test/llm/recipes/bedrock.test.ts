import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { size } from "secrets-tools/test-size";
import { describe, expect, onTestFinished, test } from "vitest";
import { install } from "../matrix/install.js";
import { loadPage } from "./page.js";

interface Token {
  readonly token: string;
  readonly expiration?: Date;
}

const page = await loadPage();
const bedrockToken = page.bedrockToken as (store: SecretStore) => () => Promise<Token>;
const key = "bedrock/api_key";

test("the token for Bedrock is read each time, and said to be expired", async () => {
  const store = MemorySecretStore.from({ [key]: "sk-old" });
  const provider = bedrockToken(store);
  const expiration = new Date(0);
  expect(await provider()).toEqual({ token: "sk-old", expiration });
  await store.putSecret(key, "sk-new");
  expect(await provider()).toEqual({ token: "sk-new", expiration });
});

/** 18 MB, for `npm run test:deep` only. */
const versions = size(0, 1) === 1 ? ["3.1164.0"] : [];

describe.each(versions)("@aws-sdk/client-bedrock-runtime %s", (version) => {
  test("asks for a token that is expired at every call", { timeout: 120_000 }, async () => {
    const store = MemorySecretStore.from({ [key]: "sk-old" });
    expect(await rotateBetween(version, store, bedrockToken(store))).toEqual([
      ...["Bearer sk-old", "Bearer sk-new"],
    ]);
  });

  test("without an expiration it would never ask again", { timeout: 120_000 }, async () => {
    const store = MemorySecretStore.from({ [key]: "sk-old" });
    const provider = async () => {
      const { value } = await store.getSecret(key);
      return { token: value.expose() };
    };
    expect(await rotateBetween(version, store, provider)).toEqual([
      ...["Bearer sk-old", "Bearer sk-old"],
    ]);
  });
});

/** What is used of two packages of AWS here, which no manifest lists. */
interface AwsModules {
  readonly BedrockRuntimeClient: new (
    options: object,
  ) => { send(command: object): Promise<object> };
  readonly ConverseCommand: new (input: object) => object;
  readonly NodeHttpHandler: new () => object;
}

async function load(version: string): Promise<AwsModules> {
  const names = ["@aws-sdk/client-bedrock-runtime", "@smithy/node-http-handler"];
  const folder = await install({ version, packages: { [names[0] as string]: version } });
  const require = createRequire(join(folder, "main.js"));
  return Object.assign({}, ...names.map((name) => require(name) as object)) as AwsModules;
}

/** The headers of two calls, between which the secret is rotated. */
async function rotateBetween(
  version: string,
  store: SecretStore,
  token: () => Promise<Token>,
): Promise<(string | undefined)[]> {
  const { BedrockRuntimeClient, ConverseCommand, NodeHttpHandler } = await load(version);
  const { endpoint, seen } = await startBedrock();
  const client = new BedrockRuntimeClient({
    ...{ region: "us-east-1", endpoint, token, authSchemePreference: ["httpBearerAuth"] },
    requestHandler: new NodeHttpHandler(), // its own speaks HTTP/2
  });
  const command = new ConverseCommand({
    ...{ modelId: "sample", messages: [{ role: "user", content: [{ text: "Hello?" }] }] },
  });
  await client.send(command);
  await store.putSecret(key, "sk-new");
  await client.send(command);
  return seen;
}

async function startBedrock() {
  const seen: (string | undefined)[] = [];
  const message = { role: "assistant", content: [{ text: "Hello." }] };
  const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
  const answer = { output: { message }, stopReason: "end_turn", usage, metrics: { latencyMs: 1 } };
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answer));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}
