// Side-by-side measurements in one process, one subject after the other, round after round. Read the
// ratios: nanoseconds differ from machine to machine.
import { benchAudit } from "./audit.mjs";
import { benchAws } from "./aws.mjs";
import { benchCache } from "./cache.mjs";
import { benchReads, benchValues } from "./hot-path.mjs";
import { benchLive } from "./live.mjs";
import { benchLoad } from "./load.mjs";
import { benchVault } from "./vault.mjs";

const benches = {
  values: benchValues,
  reads: benchReads,
  audit: benchAudit,
  cache: benchCache,
  live: benchLive,
  vault: benchVault,
  aws: benchAws,
  load: benchLoad,
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(benches, name));
if (unknown === undefined) {
  console.log(`Node ${process.version}, medians of interleaved rounds`);
  for (const [name, bench] of Object.entries(benches)) {
    if (asked.length === 0 || asked.includes(name)) await bench();
  }
} else {
  console.error(`No bench "${unknown}": ${Object.keys(benches).join(", ")}`);
  process.exitCode = 2;
}
