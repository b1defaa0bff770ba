/**
 * Runs the subjects in turn, round after round, so that whatever else the machine does hits all of
 * them alike. Returns the median nanoseconds of one operation for each.
 *
 * @param {Record<string, (count: number) => unknown>} subjects each runs its operation `count` times
 */
export async function interleave(subjects, { rounds = 21, count = 20_000 } = {}) {
  const samples = new Map(Object.keys(subjects).map((name) => [name, []]));
  for (let round = -3; round < rounds; round++) {
    for (const [name, subject] of Object.entries(subjects)) {
      const start = process.hrtime.bigint();
      await subject(count);
      const nanoseconds = Number(process.hrtime.bigint() - start) / count;
      if (round >= 0) samples.get(name).push(nanoseconds); // the first rounds warm up
    }
  }
  return new Map([...samples].map(([name, values]) => [name, median(values)]));
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Prints the medians with their ratio to the first. */
export function report(title, medians, unit = "ns") {
  console.log(`\n${title}`);
  const base = [...medians.values()][0];
  for (const [name, value] of medians) {
    const ratio = `${(value / base).toFixed(2)}×`;
    console.log(
      `  ${name.padEnd(44)} ${value.toFixed(unit === "ns" ? 0 : 2).padStart(8)} ${unit} ${ratio.padStart(9)}`,
    );
  }
}
