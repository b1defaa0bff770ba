import { secretStoreConformance } from "@llm-orchestrator/secrets-testing";
import { describe, test } from "vitest";
import { MyServiceSecretStore } from "../src/index.js";
import { keyFor } from "./keys.js";
import { listPageSize, StubService } from "./stub-service.js";

interface Subject {
  readonly service: StubService;
  readonly store: MyServiceSecretStore;
}

/** Until it is undone, the service answers every request so. */
const answering = (fault: NonNullable<StubService["fault"]>) => (subject: Subject) => {
  subject.service.fault = fault;
  return () => {
    subject.service.fault = undefined;
  };
};

secretStoreConformance({
  ...{ test, describe, title: "MyServiceSecretStore" },
  // By hand: what the store is meant to be able to do beyond reading.
  capabilities: { write: true, delete: true, list: true, compareAndSet: true },
  limits: { maxValueBytes: 65_536, listPageSize },
  keyFor,
  create: async () => {
    const service = await StubService.start();
    const { address, token } = service;
    const store = new MyServiceSecretStore({ address, token, timeoutMs: 2_000 });
    return { service, store, dispose: () => service.stop() };
  },
  faults: {
    unavailable: async ({ service }: Subject) => {
      await service.stop();
      return () => service.listen();
    },
    denied: answering({ status: 403 }),
    unauthenticated: answering({ status: 401 }),
    throttled: answering({ status: 429 }),
    misconfigured: answering({ status: 404, body: "a page of a proxy" }),
    unexpected: answering({ status: 418 }),
    hanging: answering("nothing"),
  },
});
