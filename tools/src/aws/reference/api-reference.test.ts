import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startAwsFaultServer } from "../aws-fault-server.ts";
import { startMiniStack } from "../ministack.ts";
import { installTimeoutMs, startMoto } from "../moto.ts";
import { deletionCases } from "./deletion-cases.ts";
import { type Divergences, miniStackDivergences, motoDivergences } from "./divergences.ts";
import { listingCases } from "./listing-cases.ts";
import { readingCases, replicaCases } from "./reading-cases.ts";
import { rotationCases } from "./rotation-cases.ts";
import { Tester } from "./tester.ts";
import { limitCases, writingCases } from "./writing-cases.ts";

const cases = [
  ...writingCases,
  ...limitCases,
  ...readingCases,
  ...listingCases,
  ...deletionCases,
  ...replicaCases,
  ...rotationCases,
];

const ours = async () => {
  const server = await startAwsFaultServer();
  return Object.assign(server, { stop: () => server.close() });
};

describe.each([
  ["the fault server", ours, {} as Divergences],
  ["Moto", startMoto, motoDivergences],
  ["MiniStack", () => startMiniStack(), miniStackDivergences],
] as const)("%s", (_, start, divergences) => {
  let tester: Tester;
  let stop = async () => {};
  beforeAll(async () => {
    const server = await start();
    stop = () => server.stop();
    tester = new Tester(server);
  }, installTimeoutMs);
  afterAll(async () => {
    tester?.close();
    await stop();
  });

  for (const [sentence, run] of cases) {
    const instead = divergences[sentence];
    if (instead === undefined) test(sentence, () => run(tester));
    // When this fails the emulator has learned: take out the entry, and what corrects it elsewhere.
    else test(`not so: ${sentence} (${instead})`, () => expect(run(tester)).rejects.toThrow());
  }

  test("diverges in nothing that is not asked", () => {
    const sentences = cases.map(([sentence]) => sentence);
    expect(Object.keys(divergences).filter((each) => !sentences.includes(each))).toEqual([]);
    expect(new Set(sentences).size).toBe(sentences.length);
  });
});
