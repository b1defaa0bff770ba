import type { Progress } from "./rotation.js";
import type { RunResult } from "./run.js";

const isTerminal = process.stdout.isTTY === true;
const isColoured = isTerminal && !process.env.NO_COLOR;
const paint = (code: number) => (text: string) =>
  isColoured ? `\u001b[${code}m${text}\u001b[0m` : text;

const bold = paint(1);
export const dim = paint(2);
const columns = ["process", "calls", "failed", "401s", "store reads", "version"];
const toRow = (cells: readonly unknown[]) =>
  cells.map((cell) => String(cell).padStart(11)).join(" ");

/** How a run stands: drawn over and over on a terminal, else a line for each rotation. */
export class Picture {
  readonly #rotations: number;
  #drawnLines = 0;
  #lastShown = -1;

  constructor(title: string, rotations: number) {
    this.#rotations = rotations;
    console.log(`\n${bold(title)}`);
  }

  show(progress: Progress): void {
    if (isTerminal) this.#draw(progress);
    else if (progress.rotations > this.#lastShown) this.#print(progress);
  }

  end(result: RunResult): void {
    this.show(result);
    const { calls, failed, refusals, reads } = totals(result);
    const seconds = (result.durationMs / 1_000).toFixed(1);
    console.log(
      `  ${result.rotations} rotations in ${seconds} s: ${calls} calls, ${failed} failed`,
    );
    console.log(`  ${refusals} requests were refused (401), the store was read ${reads} times`);
    const kinds = result.reports.flatMap(({ failures }) => Object.keys(failures));
    if (failed > 0) console.log(`  failures: ${[...new Set(kinds)].join(", ")}`);
  }

  #print(progress: Progress): void {
    this.#lastShown = progress.rotations;
    const { calls, failed, refusals, reads } = totals(progress);
    const versions = rows(progress).map(({ version }) => version);
    console.log(
      `  rotation ${progress.rotations}: ${calls} calls, ${failed} failed, ` +
        `${refusals} 401s, ${reads} store reads, versions ${versions.join(" ")}`,
    );
  }

  #draw(progress: Progress): void {
    const lines = [
      `  rotation ${progress.rotations} of ${this.#rotations}`,
      dim(toRow(columns)),
      ...rows(progress).map((row) =>
        toRow([row.process, row.calls, row.failed, row.refusals, row.reads, row.version]),
      ),
    ];
    const up = this.#drawnLines > 0 ? `\u001b[${this.#drawnLines}A` : "";
    process.stdout.write(`${up}${lines.map((line) => `\u001b[2K${line}\n`).join("")}`);
    this.#drawnLines = lines.length;
  }
}

function rows({ reports, refusals }: Progress) {
  return reports.map(({ calls, failures, reads, uses }, index) => ({
    ...{ process: index + 1, calls, reads, version: uses[0]?.version ?? "" },
    failed: sum(Object.values(failures)),
    refusals: refusals[index] ?? 0,
  }));
}

export function totals(progress: Progress) {
  const all = rows(progress);
  return {
    calls: sum(all.map(({ calls }) => calls)),
    failed: sum(all.map(({ failed }) => failed)),
    refusals: sum(all.map(({ refusals }) => refusals)),
    reads: sum(all.map(({ reads }) => reads)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
