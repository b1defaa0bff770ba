/** Below this many turns that nothing interrupted, all of them count. */
const fewestUndisturbed = 5;

/**
 * Runs the subjects in turn, round after round, so that whatever else the machine does hits all of
 * them alike; a turn in which the scheduler took the processor away counts only where there are no
 * others. Returns the median nanoseconds of one operation for each.
 *
 * @param {Record<string, (count: number) => unknown>} subjects each runs its operation `count` times
 */
export async function interleave(subjects, { rounds = 21, count = 20_000 } = {}) {
  const samples = new Map(Object.keys(subjects).map((name) => [name, []]));
  for (let round = -3; round < rounds; round++) {
    for (const [name, subject] of Object.entries(subjects)) {
      const interruptions = countInterruptions();
      const start = process.hrtime.bigint();
      await subject(count);
      const nanoseconds = Number(process.hrtime.bigint() - start) / count;
      const isUndisturbed = countInterruptions() === interruptions;
      if (round >= 0) samples.get(name).push({ nanoseconds, isUndisturbed }); // the first warm up
    }
  }
  return new Map([...samples].map(([name, turns]) => [name, median(counting(turns))]));
}

const countInterruptions = () => process.resourceUsage().involuntaryContextSwitches;

function counting(turns) {
  const undisturbed = turns.filter(({ isUndisturbed }) => isUndisturbed);
  const counted = undisturbed.length < fewestUndisturbed ? turns : undisturbed;
  return counted.map(({ nanoseconds }) => nanoseconds);
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
