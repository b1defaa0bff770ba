import { toArray } from "@llm-orchestrator/secrets-core";
import type { Concern } from "./case.js";
import { check, checkValue, rejects, rejectsWithReason } from "./checks.js";
import type { Lab } from "./lab.js";
import { supported } from "./operations.js";

/** A reason is whatever the caller passes to abort(): an error, an object, a text. */
const reasons = () => [new Error("no longer wanted"), Object.freeze({ why: "late" }), "stop"];

export const aborting: Concern = {
  title: "cancelling",
  cases: [
    {
      name: "a call whose signal has aborted rejects with its reason, and nothing is done",
      run: async (lab) => {
        const key = lab.key("before");
        const value = await lab.arrange(key);
        for (const reason of reasons()) {
          const signal = AbortSignal.abort(reason);
          for (const { title, call } of supported(lab)) {
            const what = `${title} with an aborted signal`;
            await rejectsWithReason(call(lab, key, { signal }), reason, what);
          }
        }
        checkValue(await lab.read(key), value);
      },
    },
    {
      name: "a put whose signal has aborted writes nothing",
      needs: ["write"],
      run: async (lab) => {
        const key = lab.key("unwritten");
        const reason = new Error("no longer wanted");
        const put = lab.store.putSecret(key, lab.value(), { signal: AbortSignal.abort(reason) });
        await rejectsWithReason(put, reason, "putSecret with an aborted signal");
        await rejects(lab.read(key), "NOT_FOUND", "what was not written");
      },
    },
    {
      name: "a signal without a reason of its own gives its AbortError",
      run: async (lab) => {
        const signal = AbortSignal.abort();
        const read = lab.store.getSecret(await lab.arranged("plain"), { signal });
        await rejectsWithReason(read, signal.reason, "getSecret with an aborted signal");
      },
    },
    {
      name: "a call that is cancelled while it runs rejects with the signal's reason",
      run: async (lab) => {
        for (const { title, call } of supported(lab)) {
          const key = await lab.arranged(`during-${title.replaceAll(" ", "-").toLowerCase()}`);
          const controller = new AbortController();
          const running = call(lab, key, { signal: controller.signal });
          const reason = new Error("no longer wanted");
          controller.abort(reason);
          await rejectsWithReason(running, reason, `${title} that is cancelled while it runs`);
        }
      },
    },
    {
      name: "a call that the service never answers ends when it is cancelled",
      fault: "hanging",
      run: async (lab) => {
        const key = await lab.arranged("hanging");
        await lab.withFault("hanging", async () => {
          for (const { title, call } of supported(lab)) {
            const controller = new AbortController();
            const running = call(lab, key, { signal: controller.signal });
            const reason = new Error("no longer wanted");
            check(await stillRuns(running), "the fault hanging keeps a call waiting", "it settled");
            controller.abort(reason);
            await rejectsWithReason(running, reason, `${title} that is cancelled while it waits`);
          }
        });
        await lab.read(key);
      },
    },
    {
      name: "a list that is cancelled between two keys rejects with the signal's reason",
      needs: ["list"],
      run: async (lab) => {
        await Promise.all(["list/a", "list/b", "list/c"].map((name) => lab.arranged(name)));
        const controller = new AbortController();
        const { signal } = controller;
        const keys = lab.store.listSecrets(lab.key("list/"), { signal })[Symbol.asyncIterator]();
        check(!(await keys.next()).done, "a list with keys yields one", "nothing");
        const reason = new Error("no longer wanted");
        controller.abort(reason);
        await rejectsWithReason(keys.next(), reason, "next() of a cancelled list");
        const whole = toArray(lab.store.listSecrets(lab.key("list/"), { signal }));
        await rejectsWithReason(whole, reason, "a list with an aborted signal");
      },
    },
    {
      name: "a rotation that is cancelled while it makes or tries the value changes nothing",
      needs: ["rotate"],
      run: async (lab) => {
        for (const step of ["generate", "verify"] as const) {
          await cancelsRotation(lab, lab.key(step), step);
        }
      },
    },
    {
      name: "one caller who cancels does not cancel another",
      run: async (lab) => {
        const key = lab.key("shared");
        const value = await lab.arrange(key);
        const controller = new AbortController();
        const cancelled = lab.store.getSecret(key, { signal: controller.signal });
        const other = lab.read(key);
        const reason = new Error("no longer wanted");
        controller.abort(reason);
        await rejectsWithReason(cancelled, reason, "getSecret that is cancelled while it runs");
        checkValue(await other, value);
        checkValue(await lab.read(key), value);
      },
    },
    {
      name: "a signal that aborts after the call is over changes nothing",
      run: async (lab) => {
        const key = lab.key("after");
        const value = await lab.arrange(key);
        const controller = new AbortController();
        const secret = await lab.store.getSecret(key, { signal: controller.signal });
        controller.abort();
        checkValue(secret, value);
        checkValue(await lab.read(key), value);
      },
    },
  ],
};

async function cancelsRotation(lab: Lab, key: string, step: "generate" | "verify"): Promise<void> {
  const value = await lab.arrange(key);
  const controller = new AbortController();
  const reason = new Error("no longer wanted");
  const cancel = async (what: string) => {
    if (what === step) controller.abort(reason);
  };
  const rotation = lab.store.rotateSecret(key, {
    generate: () => cancel("generate").then(() => lab.value()),
    verify: () => cancel("verify"),
    signal: controller.signal,
  });
  await rejectsWithReason(rotation, reason, `a rotation that is cancelled in ${step}`);
  checkValue(await lab.read(key), value);
}

/** Whether a call is still waiting when everything that is ready has run. */
async function stillRuns(call: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  call.then(settle, settle);
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  return !settled;
}
