import { randomInt } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleChild, type Child } from "../support/run-child.ts";

/** 12 lower-case letters each, as bytes: the snapshot of this process does not matter. */
const marks = Array.from({ length: 4 }, () =>
  Uint8Array.from({ length: 12 }, () => 97 + randomInt(26)),
);

let child: Child;

beforeAll(async () => {
  child = await bundleChild(new URL("./heap-snapshot-child.ts", import.meta.url));
});
afterAll(() => child.dispose());

/** How many different canaries with each mark are in the file. */
async function countCanaries(path: string): Promise<number[]> {
  const found = marks.map(() => new Set<string>());
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path)) {
    const text = Buffer.concat([rest, chunk as Buffer]);
    for (const [index, mark] of marks.entries()) {
      for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
        const digits = text.subarray(at + 12, at + 18);
        if (digits.length === 6) found[index]?.add(digits.toString());
      }
    }
    rest = Buffer.from(text.subarray(-17)); // a canary may lie across two chunks
  }
  return found.map(({ size }) => size);
}

test("a heap snapshot holds none of 1,000 live secrets, read ones included, and every plain text", {
  timeout: 60_000,
}, async () => {
  const { stdout, stderr, exitCode } = await child.run(Buffer.concat(marks), ["--expose-gc"]);
  expect({ stdout, stderr, exitCode }).toEqual({ stdout: "4000", stderr: "", exitCode: 0 });
  const [secrets, used, fields, plain] = await countCanaries(
    join(child.folder, "heap.heapsnapshot"),
  );
  expect({ secrets, used, fields, plain }).toEqual({
    ...{ secrets: 0, used: 0, fields: 0 },
    plain: 1_000,
  });
});
