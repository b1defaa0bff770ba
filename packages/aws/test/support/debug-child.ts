/** Reads, writes and fails in each way, with whatever debugging its environment asks for. */
import { json } from "node:stream/consumers";
import { AwsSecretStore } from "../../src/index.js";

interface Input {
  readonly good: string;
  readonly hangs: string;
  readonly denies: string;
  readonly value: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
}

const { good, hangs, denies, value, credentials } = (await json(process.stdin)) as Input;
const limits = { timeoutMs: 300, deadlineMs: 500, maxAttempts: 1 };
const open = (endpoint: string) =>
  new AwsSecretStore({ region: "us-east-1", endpoint, credentials, ...limits });
const quietly = (call: Promise<unknown>) => call.catch(() => {});

for (const endpoint of [good, denies, hangs, "http://127.0.0.1:1"]) {
  const store = open(endpoint);
  await quietly(store.putSecret("debug/k", value));
  await quietly(store.getSecret("debug/k"));
  await quietly(store.getSecrets(["debug/k", "debug/l"]));
  await quietly(store.getSecret("debug/k", { signal: AbortSignal.timeout(50) }));
  await quietly(store.rotateSecret("debug/k", { generate: () => `${value}-rotated` }));
  await store.healthCheck();
  await store.close();
}
