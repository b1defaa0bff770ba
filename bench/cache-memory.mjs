import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { judge } from "./cache-goals.mjs";
import { report } from "./interleave.mjs";

const youngMegabytes = 128;

function measure() {
  const script = fileURLToPath(new URL("cache-heap.mjs", import.meta.url));
  const young = ["min", "max"].map((end) => `--${end}-semi-space-size=${youngMegabytes}`);
  const output = execFileSync(process.execPath, ["--expose-gc", ...young, script], {
    encoding: "utf8",
  });
  return JSON.parse(output);
}

export async function benchMemory() {
  const { allocations, entries, wholeBytes } = measure();
  report("Allocated by one hit, the caller's await included", entriesOf(allocations), "B");
  for (const [count, bytes] of Object.entries(entries)) {
    const title = `Kept beside each secret, with ${Number(count).toLocaleString("en")} of them`;
    report(title, entriesOf(bytes), "B");
  }
  const awaiting = allocations["await a promise out of a map"];
  const own = allocations["SecretCache getSecret"] - awaiting;
  judge("allocated by a hit beyond the caller's await", own, 16, "B");
  judge("1,000 secrets, keys and values included", wholeBytes / 1e6, 1, "MB");
}

const entriesOf = (figures) => new Map(Object.entries(figures));
