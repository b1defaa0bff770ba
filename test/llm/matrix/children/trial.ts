import { inspect } from "node:util";
import { SecretCache } from "@llm-orchestrator/secrets-cache";
import { SecretError, type SecretStore } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { type LlmServer, startLlmServer } from "secrets-tools/llm-server";
import type { Calls } from "../../acceptance/calls.js";
import { names, newKey, oldKey, straysIn } from "./strays.js";

/** How one way of making a client fared with the SDK that is installed. Holds no key. */
export interface TrialReport {
  /** What the server saw of a call before and two after the old key was revoked. */
  readonly plain: readonly string[];
  readonly stream: readonly string[];
  /** Both keys are bad. */
  readonly refused: { readonly seen: readonly string[]; readonly isSdkError: boolean };
  readonly storeDown: StoreDown;
  /** What stood on the wire that must not. */
  readonly strays: readonly string[];
}

interface StoreDown {
  /** How often the store was asked by one call that may be retried once. */
  readonly reads: number;
  readonly requests: number;
  /** Of our error, wherever the SDK's one has it. */
  readonly code: string | undefined;
}

/** A client that may retry once by itself. */
export type Connect = (store: SecretStore, url: string, options?: Limits) => Promise<Connected>;

/** What the SDKs of OpenAI and Anthropic call it, in milliseconds. */
interface Limits {
  readonly timeout?: number;
}

interface Connected {
  readonly client: object;
  readonly calls: Calls;
}

export const key = "llm/api_key";
const answer = "Hello from the sample.";

export async function tryOut(
  connect: Connect,
  isSdkError: (error: unknown) => boolean,
): Promise<TrialReport> {
  const strays = new Set<string>();
  const plain = await rotate(connect, strays, ({ plain }) => plain());
  const stream = await rotate(connect, strays, async ({ parts }) => {
    let text = "";
    for await (const part of parts()) text += part;
    return text;
  });
  const refused = await refuse(connect, strays, isSdkError);
  return { plain, stream, refused, storeDown: await failStore(connect), strays: [...strays] };
}

async function rotate(
  connect: Connect,
  strays: Set<string>,
  ask: (calls: Calls) => Promise<string>,
): Promise<readonly string[]> {
  const server = await startLlmServer({ keys: [oldKey], answer });
  const store = MemorySecretStore.from({ [key]: oldKey });
  const cache = new SecretCache(store, { ttlMs: 3_600_000 });
  const { client, calls } = await connect(cache, server.url);
  const texts = [await ask(calls)];
  await store.putSecret(key, newKey); // by somebody else: the cache still holds the old one
  server.keys.clear();
  server.keys.add(newKey);
  texts.push(await ask(calls), await ask(calls));
  if (texts.some((text) => text !== answer)) strays.add("another answer");
  if (shows(client)) strays.add("a key in what the client prints");
  return finish(server, strays);
}

async function refuse(
  connect: Connect,
  strays: Set<string>,
  isSdkError: (error: unknown) => boolean,
): Promise<TrialReport["refused"]> {
  const server = await startLlmServer();
  const store = MemorySecretStore.from({ [key]: oldKey });
  const cache = new SecretCache(store, { ttlMs: 3_600_000 });
  server.echoesKey = true;
  const { calls } = await connect(cache, server.url);
  await cache.getSecret(key);
  await store.putSecret(key, newKey);
  const error = await calls.plain().catch((thrown: unknown) => thrown);
  if (shows(error)) strays.add("a key in an error");
  return { seen: await finish(server, strays), isSdkError: isSdkError(error) };
}

async function failStore(connect: Connect): Promise<StoreDown> {
  const server = await startLlmServer({ keys: [oldKey] });
  const store = MemorySecretStore.from({ [key]: oldKey });
  let reads = 0;
  const getSecret = store.getSecret.bind(store);
  store.getSecret = (...args) => {
    reads++;
    return getSecret(...args);
  };
  const { calls } = await connect(store, server.url);
  reads = 0; // a client may have read it to begin with
  store.simulate("BACKEND_UNAVAILABLE");
  const error = await calls.plain().catch((thrown: unknown) => thrown);
  await server.close();
  return { reads, requests: server.requests.length, code: ourCode(error) };
}

/** The acceptance tests look in more places, with one version. */
function shows(subject: unknown): boolean {
  return inspect(subject, { depth: 6 }).includes("sk-canary");
}

function ourCode(error: unknown): string | undefined {
  if (SecretError.isInstance(error)) return error.code;
  const { cause, lastError } = (error ?? {}) as { cause?: unknown; lastError?: unknown };
  return error ? ourCode(cause ?? lastError) : undefined;
}

/** What the server saw. */
async function finish(server: LlmServer, strays: Set<string>): Promise<readonly string[]> {
  await server.close();
  for (const stray of straysIn(server)) strays.add(stray);
  return server.requests.map(
    ({ key: sent = "", keyHeader, status }) =>
      `${names.get(sent) ?? "other"} ${status} ${keyHeader}`,
  );
}
