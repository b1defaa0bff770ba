/** Reads from a store whose primary hangs, says what is left in the process, and does nothing more. */
import { json } from "node:stream/consumers";
import { AwsSecretStore } from "../../../src/index.js";

interface Input {
  readonly hangs: string;
  readonly answers: string;
  readonly closes: boolean;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly timerMs: number;
}

const { hangs, answers, closes, credentials, timerMs } = (await json(process.stdin)) as Input;
const store = new AwsSecretStore({
  ...{ regions: ["us-east-1", "us-west-2"], credentials, regionTimeoutMs: 2_000 },
  ...{ deadlineMs: timerMs, timeoutMs: timerMs },
  endpoint: (region) => (region === "us-east-1" ? hangs : answers),
});
const secret = await store.getSecret("k");
if (closes) await store.close();
const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
console.log(JSON.stringify({ store: secret.store, timers }));
