import { interleave, report } from "./interleave.mjs";

/** Runs a call `count` times, so many at once. */
function keepingInFlight(call, inFlight) {
  return async (count) => {
    let left = count;
    const callOn = async () => {
      while (left-- > 0) await call();
    };
    await Promise.all(Array.from({ length: inFlight }, callOn));
  };
}

/** Each call alone and many at once, in turns; ratios to the first. */
export async function compareInFlight(title, calls, sizes, options = {}) {
  for (const inFlight of sizes) {
    const subjects = Object.fromEntries(
      Object.entries(calls).map(([name, call]) => [name, keepingInFlight(call, inFlight)]),
    );
    const count = inFlight === 1 ? 150 : 600;
    const medians = await interleave(subjects, { rounds: 15, count, ...options });
    const microseconds = new Map([...medians].map(([name, value]) => [name, value / 1_000]));
    report(`${title}, ${inFlight} in flight`, microseconds, "µs");
  }
}
