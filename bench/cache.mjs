import { benchExpiry } from "./cache-expiry.mjs";
import { reportGoals } from "./cache-goals.mjs";
import { benchGuide } from "./cache-guide.mjs";
import { benchHits } from "./cache-hits.mjs";
import { benchMemory } from "./cache-memory.mjs";
import { benchStampede } from "./cache-stampede.mjs";

export async function benchCache() {
  await benchHits();
  await benchGuide();
  await benchMemory();
  await benchStampede();
  await benchExpiry();
  reportGoals();
}
