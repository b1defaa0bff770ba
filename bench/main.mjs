// Side-by-side measurements in one process, one subject after the other, round after round. Read the
// ratios: nanoseconds differ from machine to machine.
import { benchAudit } from "./audit.mjs";
import { benchReads, benchValues } from "./hot-path.mjs";
import { benchLoad } from "./load.mjs";

console.log(`Node ${process.version}, medians of interleaved rounds`);
await benchValues();
await benchReads();
await benchAudit();
await benchLoad();
