/** Numbers from 0 up to 1 that a seed repeats: a linear congruential generator of 32 bits. */
export function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0; // neighbouring seeds start far apart
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}
