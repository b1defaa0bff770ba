import { onWarning, type SecretValue } from "@llm-orchestrator/secrets-core";
import { size } from "secrets-tools/test-size";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { AwsSecretStore } from "../../src/index.js";
import { lost, outage } from "./support/aws-model.js";
import { Contest } from "./support/contest.js";
import { openModel } from "./support/model-store.js";

const key = "app/key";

/** Numbers from 0 to 1 that a seed decides. */
function randomFrom(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** So many turns of the event loop: others come first. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A service that takes one value only. */
class Provider {
  readonly told = ["0"];

  get inForce(): string | undefined {
    return this.told.at(-1);
  }

  readonly set = (candidate: SecretValue): void => void this.told.push(candidate.expose());

  readonly verify = (candidate: SecretValue): boolean => candidate.expose() === this.inForce;
}

/** A value that says on which it was made. */
function increment({ current }: { readonly current: SecretValue }): string {
  return String(Number(current.expose()) + 1);
}

const warnings: string[] = [];
beforeEach(() => {
  warnings.length = 0;
  onTestFinished(onWarning(({ code }) => warnings.push(code)));
});

test("of twenty rotations at once by twenty stores none is lost, and the service has what is current", async () => {
  const { aws, store, open } = await openModel();
  await store.putSecret(key, "0");
  const provider = new Provider();
  const stores = Array.from({ length: 20 }, open);
  const contest = new Contest();
  const { set, verify } = provider;
  const options = { generate: increment, set, verify };
  await Promise.all(stores.map((each) => contest.run(() => each.rotateSecret(key, options))));
  expect(aws.valueOf(key)).toBe("20");
  expect(provider.told).toEqual(Array.from({ length: 21 }, (_, value) => String(value)));
  expect(aws.holder(key, "AWSPENDING")).toBeUndefined();
  expect(contest.conflicts).toBeGreaterThan(0);
  expect(warnings).toEqual([]);
});

test("whatever the order of requests, what a service has in force is what is current", async () => {
  for (let seed = 0; seed < size(60, 600); seed++) {
    const random = randomFrom(seed);
    const { aws, store, open } = await openModel();
    await store.putSecret(key, "0");
    const provider = new Provider();
    aws.script = async (_operation, _input, go) => {
      await turns(Math.floor(random() * 8));
      return go();
    };
    const rotate = async (each: AwsSecretStore) => {
      await turns(Math.floor(random() * 40));
      const { set, verify } = provider;
      return each.rotateSecret(key, { generate: increment, set, verify });
    };
    const settled = await Promise.allSettled([open(), open(), open()].map(rotate));
    const won = settled.filter(({ status }) => status === "fulfilled").length;
    const failed = settled.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    expect([seed, aws.valueOf(key)]).toEqual([seed, String(won)]);
    // Never one that does not become current, not for a moment.
    expect([seed, provider.told]).toEqual([seed, ["0", "1", "2", "3"].slice(0, won + 1)]);
    expect([seed, aws.holder(key, "AWSPENDING")]).toEqual([seed, undefined]);
    expect(failed.map(({ code }) => code)).toEqual(failed.map(() => "CONFLICT"));
    expect(won).toBeGreaterThan(0);
  }
  expect(warnings).toEqual([]);
}, 120_000);

test("whichever request fails or loses its answer, the next rotation puts all in order", async () => {
  for (const isAfter of [false, true]) {
    for (let broken = 1; broken <= 14; broken++) {
      for (const last of [broken, broken + 1, Number.POSITIVE_INFINITY]) {
        const { aws, store, open } = await openModel();
        await store.putSecret(key, "0");
        const provider = new Provider();
        let count = 0;
        aws.script = async (_operation, _input, go) => {
          count++;
          if (count < broken || count > last) return go();
          if (isAfter) await go();
          throw isAfter ? lost : outage();
        };
        const { set, verify } = provider;
        // As a process that ended: what it leaves is all that the next one has.
        await store.rotateSecret(key, { generate: increment, set, verify }).catch(() => {});
        aws.script = (_operation, _input, go) => go();
        const options = { generate: increment, set, verify, resumeAfterMs: 0 };
        const rotated = await open().rotateSecret(key, options);
        const which = { isAfter, broken, last };
        expect([which, aws.valueOf(key)]).toEqual([which, rotated.value.expose()]);
        expect([which, provider.inForce]).toEqual([which, rotated.value.expose()]);
        expect([which, aws.holder(key, "AWSPENDING")]).toEqual([which, undefined]);
        const previous = Number(aws.valueOf(key, "AWSPREVIOUS"));
        expect([which, Number(rotated.value.expose()) - previous]).toEqual([which, 1]);
      }
    }
  }
});
