const verdicts = [];

/** Notes how a figure stands to its goal, for the list at the end. */
export function judge(goal, value, limit, unit = "×") {
  verdicts.push({ goal, value, limit, unit });
}

export function reportGoals() {
  console.log("\nGoals of the cache");
  for (const { goal, value, limit, unit } of verdicts) {
    const verdict = value <= limit ? "met" : "MISSED";
    const shown = `${round(value)} ${unit}`.padStart(12);
    console.log(`  ${goal.padEnd(58)} ${shown}  at most ${limit} ${unit}: ${verdict}`);
  }
}

const round = (value) => (Number.isInteger(value) ? value : value.toFixed(2));
