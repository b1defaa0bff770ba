import type { SecretErrorCode } from "@llm-orchestrator/secrets-core";
import { batchError } from "./batch.js";
import type { Case, Concern } from "./case.js";
import { check, checkError, checkValue, type ExpectedError, rejects } from "./checks.js";
import { nameOf } from "./failure.js";
import { checkReport } from "./health.js";
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
      name: `while the store is ${fault} a version by its id, or previous, is ${codes}`,
      needs: ["versions"],
      fault,
      run: async (lab) => {
        const key = await lab.arranged("versioned");
        const { version } = await lab.read(key);
        await lab.arrange(key);
        await lab.withFault(fault, async () => {
          for (const name of [version as string, "previous"]) {
            const read = lab.store.getSecretVersion(key, name);
            await rejects(read, expected, `the version ${name} while the store is ${fault}`);
          }
        });
      },
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
          const report = await lab.store.healthCheck();
          checkReport(report);
          const { ok, error, state } = report;
          check(!ok, "a store whose next read would fail is not healthy", "ok is true");
          checkError(error, expected, `the error of a health check while ${fault}`);
          const blurred = state === "ready" || othersThan(fault).includes(state);
          check(!blurred, `the state says that the store is ${fault}, or how`, state);
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

/** The states of a health report that name another cause. A backend may have finer ones. */
function othersThan(fault: AnsweredFault): readonly string[] {
  const causes = ["unauthenticated", "denied", "throttled", "unavailable", "misconfigured"];
  return fault === "unexpected" ? [] : causes.filter((cause) => cause !== fault);
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
