import { execFileSync } from "node:child_process";
import { median, report } from "./interleave.mjs";

const here = new URL(".", import.meta.url);
const rounds = 11;

/**
 * Milliseconds from a process's own start to what its code prints last, in turns; each line that it prints
 * is `name milliseconds`.
 *
 * @param {Record<string, string>} programs ES modules by name
 */
export function compareFreshProcesses(title, programs, environment) {
  const samples = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, code] of Object.entries(programs)) {
      const printed = execFileSync(process.execPath, ["--input-type=module", "-e", code], {
        ...{ cwd: here, encoding: "utf8", env: { ...process.env, ...environment } },
        stdio: ["ignore", "pipe", "ignore"],
      });
      for (const line of printed.trim().split("\n")) {
        const [what, value] = line.split("=");
        samples[name] ??= {};
        samples[name][what] ??= [];
        samples[name][what].push(Number(value));
      }
    }
  }
  for (const what of Object.keys(Object.values(samples)[0])) {
    const medians = Object.entries(samples).map(([name, all]) => [name, median(all[what])]);
    report(`${title}: ${what}`, new Map(medians), "ms");
  }
}
