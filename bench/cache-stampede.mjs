import { setTimeout as delay } from "node:timers/promises";
import { makeSecrets } from "./cache-data.mjs";
import { judge } from "./cache-goals.mjs";
import { readers } from "./cache-subjects.mjs";

const readerCount = 1_000;
const ttlMs = 1_000; // powertools counts in seconds
const latencyMs = 5;
const key = "bench/key";

/** Calls of the backend that so many reads at once make of one key, in three situations. */
async function stampede(make, secret) {
  let calls = 0;
  let isDown = false;
  const load = async () => {
    calls++;
    await delay(latencyMs);
    if (isDown) throw new Error("down");
    return secret;
  };
  const read = make(load, { ttlMs });
  const burst = async () => {
    calls = 0;
    const outcomes = await Promise.allSettled(Array.from({ length: readerCount }, () => read(key)));
    const failed = outcomes.filter(({ status }) => status === "rejected").length;
    return { calls, failed };
  };
  const cold = await burst();
  await delay(ttlMs * 1.2);
  const expired = await burst();
  await delay(ttlMs * 1.2);
  isDown = true;
  const down = await burst();
  return { cold, expired, down };
}

export async function benchStampede() {
  const secret = (await makeSecrets([key])).get(key);
  console.log(`\nBackend calls of ${readerCount.toLocaleString("en")} reads of one key at once`);
  console.log(`  ${"".padEnd(44)}     cold  expired     down (reads that fail then)`);
  const names = Object.keys(readers);
  const results = await Promise.all(names.map((name) => stampede(readers[name], secret)));
  for (const [index, { cold, expired, down }] of results.entries()) {
    const calls = [cold, expired, down].map((burst) => String(burst.calls).padStart(8)).join(" ");
    console.log(`  ${names[index].padEnd(44)} ${calls} (${down.failed})`);
  }
  const { cold, expired, down } = results[names.indexOf("SecretCache")];
  const most = Math.max(cold.calls, expired.calls, down.calls);
  judge("backend calls of a stampede: cold, expired, down", most, 1, "");
}
