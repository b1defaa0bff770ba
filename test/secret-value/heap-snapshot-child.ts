/**
 * Makes 1,000 secrets and 1,000 plain texts out of bytes, and writes a heap snapshot. Neither the
 * source of this script nor a message has their text: marks are random bytes from stdin.
 */
import { buffer } from "node:stream/consumers";
import { writeHeapSnapshot } from "node:v8";
import {
  type Secret,
  type SecretStore,
  type SecretValue,
  secretValue,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";

const count = 1_000;
const markLength = 12;
const input = new Uint8Array(await buffer(process.stdin));
const [secretMark, usedMark, fieldMark, plainMark] = [0, 1, 2, 3].map((index) =>
  input.slice(index * markLength, (index + 1) * markLength),
) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
input.fill(0);

/** The mark and six digits, as bytes that no other Buffer shares. */
function canary(mark: Uint8Array, index: number): Uint8Array {
  const bytes = new Uint8Array(markLength + 6);
  bytes.set(mark);
  for (let digit = 0, rest = index; digit < 6; digit++, rest = Math.floor(rest / 10)) {
    bytes[bytes.length - 1 - digit] = 48 + (rest % 10);
  }
  return bytes;
}

const decoder = new TextDecoder();
const all = Array.from({ length: count }, (_, index) => index);
const live: (SecretValue | Secret | { value: string })[] = [];

for (const index of all) live.push(secretValue(canary(secretMark, index)));
for (const index of all) live.push({ value: decoder.decode(canary(plainMark, index)) });

const [jsonStart, jsonEnd] = ['{"user":"', '"}'].map((text) => new TextEncoder().encode(text)) as [
  Uint8Array,
  Uint8Array,
];

/** Everything that may be done with a secret, its text dropped afterwards. */
async function use(index: number): Promise<void> {
  const store = new MemorySecretStore();
  await store.putSecret("key", canary(usedMark, index));
  const secret = await store.getSecret("key");
  const { value } = secret;
  if (value.expose().length !== markLength + 6 || !value.equals(secretValue(value))) {
    throw new Error("not the same");
  }
  JSON.stringify(secret);
  live.push(secret);
  await useField(store, index);
}

/** The same of one field of a JSON object, which takes the object apart as text. */
async function useField(store: SecretStore, index: number): Promise<void> {
  await store.putSecret("json", Buffer.concat([jsonStart, canary(fieldMark, index), jsonEnd]));
  await store.putSecret("json", "other", { field: "other" });
  const { value } = await store.getSecret("json", { field: "user" });
  if (value.expose().length !== markLength + 6) throw new Error("not the field");
  live.push(value);
}
for (const index of all) await use(index);

globalThis.gc?.();
writeHeapSnapshot("heap.heapsnapshot");
process.stdout.write(String(live.length)); // still alive
