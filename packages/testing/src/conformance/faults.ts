import type { SecretErrorCode } from "@llm-orchestrator/secrets-core";
import { batchError } from "./batch.js";
import type { Case, Concern } from "./case.js";
import { check, checkError, checkValue, type ExpectedError, rejects } from "./checks.js";
import { nameOf } from "./failure.js";
import type { Lab } from "./lab.js";
import { type Operation, supported } from "./operations.js";
import type { ConformanceFault } from "./options.js";

type AnsweredFault = Exclude<ConformanceFault, "hanging">;

/** What each fault must be called. */
const codes: Readonly<Record<AnsweredFault, readonly SecretErrorCode[]>> = {
  unavailable: ["BACKEND_UNAVAILABLE"],
  denied: ["PERMISSION_DENIED"],
  unauthenticated: ["AUTHENTICATION_FAILED"],
  throttled: ["THROTTLED"],
  misconfigured: ["CONFIGURATION"],
  unexpected: ["UNKNOWN", "BACKEND_UNAVAILABLE"],
};

const retryable: readonly SecretErrorCode[] = ["BACKEND_UNAVAILABLE", "THROTTLED"];

export const faults: Concern = {
  title: "faults",
  cases: Object.entries(codes).flatMap(([fault, code]) =>
    casesOf(fault as AnsweredFault, { code }),
  ),
};

function casesOf(fault: AnsweredFault, expected: ExpectedError): Case[] {
  const codes = [expected.code].flat().join(" or ");
  return [
    {
      name: `while the store is ${fault} every call rejects with ${codes}`,
      fault,
      run: (lab) =>
        during(lab, fault, async (key) => {
          for (const operation of rejecting(lab)) {
            const what = `${operation.title} while the store is ${fault}`;
            const error = await rejects(operation.call(lab, key), expected, what);
            check(
              error.retryable === retryable.includes(error.code),
              "unavailable and throttled can be tried again, the others cannot",
              `retryable is ${nameOf(error.retryable)} for ${error.code}`,
            );
          }
        }),
    },
    {
      name: `while the store is ${fault} an absent key is ${codes}, never NOT_FOUND`,
      fault,
      run: (lab) =>
        during(lab, fault, async () => {
          const absent = lab.key("absent");
          for (const operation of rejecting(lab)) {
            const what = `${operation.title} of an absent key while the store is ${fault}`;
            await rejects(operation.call(lab, absent), expected, what);
          }
        }),
    },
    {
      name: `while the store is ${fault} a batch has ${codes} for each key`,
      fault,
      run: (lab) =>
        during(lab, fault, async (key) => {
          for (const asked of [key, lab.key("absent")]) {
            const error = await batchError(lab, asked);
            checkError(error, expected, `a key of a batch while the store is ${fault}`);
          }
        }),
    },
    {
      name: `while the store is ${fault} its health check resolves and says why`,
      fault,
      run: (lab) =>
        during(lab, fault, async () => {
          const { ok, error, state } = await lab.store.healthCheck();
          check(!ok, "a store whose next read would fail is not healthy", "ok is true");
          checkError(error, expected, `the error of a health check while ${fault}`);
          check(state !== "ready", "the state says what is wrong", state);
        }),
    },
    {
      name: `once the store is no longer ${fault} it works as before`,
      fault,
      run: async (lab) => {
        const key = lab.key("recovers");
        const value = await lab.arrange(key);
        await lab.withFault(fault, async () => {
          await rejects(lab.read(key), expected, `getSecret while the store is ${fault}`);
        });
        checkValue(await lab.read(key), value);
        check((await lab.store.healthCheck()).ok, "the store is healthy again", "it is not");
      },
    },
    {
      name: `a write that fails while the store is ${fault} leaves the secret as it was`,
      needs: ["write"],
      fault,
      run: async (lab) => {
        const key = lab.key("unwritten");
        const value = await lab.arrange(key);
        await lab.withFault(fault, async () => {
          const put = lab.store.putSecret(key, lab.value());
          await rejects(put, expected, `putSecret while the store is ${fault}`);
        });
        checkValue(await lab.read(key), value);
      },
    },
  ];
}

async function during(
  lab: Lab,
  fault: AnsweredFault,
  work: (key: string) => Promise<void>,
): Promise<void> {
  const key = await lab.arranged("exists");
  await lab.read(key);
  await lab.withFault(fault, () => work(key));
}

function rejecting(lab: Lab): readonly Operation[] {
  return supported(lab).filter(({ rejectsOnFault }) => rejectsOnFault);
}
