import type { AuditEvent } from "@llm-orchestrator/secrets-core";
import type { Concern } from "./case.js";
import { check } from "./checks.js";
import type { Lab } from "./lab.js";
import { type Operation, supported } from "./operations.js";

const properties: ReadonlySet<string> = new Set([
  ...["operation", "store", "startTime", "durationMs", "source", "outcome", "attempts"],
  ...["key", "keys", "version", "code"],
]);
const sources: readonly string[] = ["backend", "cache", "stale", "shared"];

type Expected = Pick<AuditEvent, "outcome"> & Partial<Pick<AuditEvent, "code">>;

export const auditing: Concern = {
  title: "auditing",
  cases: [
    {
      name: "a call that succeeds publishes one event",
      run: async (lab) => {
        for (const operation of supported(lab)) {
          const key = await lab.arranged(nameFor(operation));
          await checkEvent(lab, operation, key, {}, { outcome: "success" });
        }
      },
    },
    {
      name: "a call that fails publishes one event with its code",
      run: async (lab) => {
        for (const operation of supported(lab).filter(({ findsKey }) => findsKey)) {
          const key = lab.key(`absent-${nameFor(operation)}`);
          const expected = { outcome: "failure", code: "NOT_FOUND" } as const;
          await checkEvent(lab, operation, key, {}, expected);
        }
      },
    },
    {
      name: "a call with a wrong option publishes one event with its code",
      run: async (lab) => {
        const key = await lab.arranged("option");
        for (const operation of supported(lab)) {
          const expected = { outcome: "failure", code: "CONFIGURATION" } as const;
          await checkEvent(lab, operation, key, { unknown: true }, expected);
        }
      },
    },
    {
      name: "a call with a bad key publishes an event with its code, and not what was passed",
      run: async (lab) => {
        for (const { title, keyed, method, call } of supported(lab)) {
          if (keyed !== "key") continue;
          const before = lab.events.length;
          await call(lab, "../up").catch(() => {});
          const events = lab.events.slice(before).filter(isOf(method));
          const rule = `${title} of a bad key publishes an event with INVALID_KEY`;
          const found = events.some(({ code }) => code === "INVALID_KEY");
          check(found, rule, events.map(({ code }) => `${code}`).join() || "none");
          const named = events.some(({ key }) => key === "../up");
          check(!named, `${rule} and without the key, which may be a value`, "the key");
        }
      },
    },
    {
      name: "a call that is cancelled publishes one event that says so",
      run: async (lab) => {
        const key = await lab.arranged("cancelled");
        for (const operation of supported(lab)) {
          const signal = AbortSignal.abort();
          await checkEvent(lab, operation, key, { signal }, { outcome: "aborted" });
        }
      },
    },
    {
      name: "a call of a closed store publishes one event with CLOSED",
      run: async (lab) => {
        await lab.store.close();
        for (const operation of supported(lab)) {
          const expected = { outcome: "failure", code: "CLOSED" } as const;
          await checkEvent(lab, operation, lab.key("closed"), {}, expected);
        }
      },
    },
    {
      name: "the event of a read names the version that was read",
      needs: ["versions"],
      run: async (lab) => {
        const key = await lab.arranged("version");
        const { version } = await lab.read(key);
        const event = lab.events.filter((published) => published.key === key).at(-1);
        check(event?.version === version, `the version is ${version}`, `${event?.version}`);
      },
    },
    {
      name: "the event of a read names the store that the secret names",
      run: async (lab) => {
        const key = await lab.arranged("store");
        const { store } = await lab.store.getSecret(key, { fresh: true });
        const event = lab.events.filter((published) => published.key === key).at(-1);
        check(event?.store === store, `secret and event name ${store}`, `${event?.store}`);
      },
    },
    {
      name: "a call that is made again publishes an event again, whether the key exists or not",
      run: async (lab) => {
        for (const key of [await lab.arranged("again"), lab.key("absent-again")]) {
          const before = lab.events.length;
          const read = () => lab.read(key).catch(() => {});
          for (let call = 0; call < 3; call++) await read();
          await Promise.all([read(), read(), read()]);
          const events = lab.events.slice(before).filter((event) => event.key === key);
          check(events.length === 6, "six reads publish six events", `${events.length}`);
        }
      },
    },
    {
      name: "a list that is left early publishes one event, a success",
      needs: ["list"],
      run: async (lab) => {
        await Promise.all(["left/a", "left/b", "left/c"].map((name) => lab.arranged(name)));
        const before = lab.events.length;
        for await (const _key of lab.store.listSecrets(lab.key("left/"))) break;
        const event = onlyEvent(lab.events.slice(before).filter(isOf("listSecrets")));
        check(event.outcome === "success", "leaving early is a success", event.outcome);
      },
    },
    {
      name: "a call that fails because the service is down publishes one event",
      fault: "unavailable",
      run: async (lab) => {
        const key = await lab.arranged("down");
        await lab.withFault("unavailable", async () => {
          for (const operation of supported(lab).filter(({ method }) => method !== "getSecrets")) {
            const expected = { outcome: "failure", code: "BACKEND_UNAVAILABLE" } as const;
            await checkEvent(lab, operation, key, {}, expected);
          }
        });
      },
    },
  ],
};

/** Calls, and checks what was published meanwhile about this key or by this method. */
async function checkEvent(
  lab: Lab,
  operation: Operation,
  key: string,
  options: object,
  expected: Expected,
): Promise<void> {
  const before = lab.events.length;
  const startTime = Date.now();
  await operation.call(lab, key, options).catch(() => {});
  const about = isAbout(key, operation);
  const event = onlyEvent(lab.events.slice(before).filter(about), operation.title);
  checkShape(event, startTime);
  const rule = `the event of ${operation.title}`;
  check(event.operation === operation.method, `${rule} names the method`, event.operation);
  const { outcome, code } = event;
  check(outcome === expected.outcome, `${rule} says ${expected.outcome}`, outcome);
  check(code === expected.code, `${rule} has the code ${expected.code ?? "left out"}`, `${code}`);
  if (operation.keyed === "key") check(event.key === key, `${rule} names the key`, "it does not");
  if (operation.keyed !== "keys") return;
  check(event.keys?.join() === key, `${rule} names the keys`, "it does not");
}

function onlyEvent(events: readonly AuditEvent[], title = "the call"): AuditEvent {
  const [event] = events;
  const came = events.map(({ operation }) => operation).join(", ");
  check(event && events.length === 1, `${title} publishes one event`, came || "none");
  return event;
}

/** Stores that are tested side by side publish on the same channel. */
function isAbout(key: string, { keyed, method }: Operation) {
  return (event: AuditEvent) => {
    if (event.key !== undefined) return event.key === key;
    if (event.keys !== undefined) return event.keys.includes(key);
    return keyed === "none" && event.operation === method;
  };
}

function isOf(method: AuditEvent["operation"]) {
  return ({ operation }: AuditEvent) => operation === method;
}

function checkShape(event: AuditEvent, startTime: number): void {
  const extra = Object.keys(event).filter((name) => !properties.has(name));
  check(extra.length === 0, "an event holds what the contract lists", extra.join(", "));
  check(sources.includes(event.source), `source is one of ${sources.join()}`, `${event.source}`);
  check(typeof event.store === "string" && event.store !== "", "store is a name", "it is not");
  const attempts = Number.isInteger(event.attempts) && event.attempts >= 1;
  check(attempts, "attempts is a whole number above 0", `${event.attempts}`);
  const lasted = typeof event.durationMs === "number" && event.durationMs >= 0;
  check(lasted, "durationMs is a time", `${event.durationMs}`);
  const began = event.startTime >= startTime - 1 && event.startTime <= Date.now() + 1;
  check(began, "startTime is when the call began, in milliseconds since 1970", "another time");
  check(Object.isFrozen(event), "an event is frozen", "it is not");
}

function nameFor({ title }: Operation): string {
  return title.toLowerCase().replaceAll(" ", "-");
}
