import { randomBytes } from "node:crypto";
import {
  type AuditEvent,
  onAudit,
  onWarning,
  type Secret,
  type SecretStore,
  type SecretStoreCapabilities,
} from "@llm-orchestrator/secrets-core";
import { checkFindings } from "./leak-check.js";
import type {
  ConformanceFault,
  ConformanceLimits,
  ConformanceSubject,
  SecretStoreConformanceOptions,
} from "./options.js";
import { watchOutput } from "./output-watch.js";
import { watchStore } from "./watch-store.js";

const runId = `c${randomBytes(3).toString("hex")}`;
let labs = 0;

/** One store under test, what a case needs to try it, and everything that came out of it. */
export class Lab {
  readonly store: SecretStore;
  /** What the harness's author says that the store can do. */
  readonly capabilitiesByHand: SecretStoreCapabilities;
  readonly limits: Required<ConformanceLimits>;
  readonly events: AuditEvent[] = [];
  /** Calls that have begun and not settled. */
  readonly pending: string[] = [];
  readonly #options: SecretStoreConformanceOptions;
  readonly #subject: SecretStore | ConformanceSubject;
  readonly #path = `${runId}/${++labs}/`;
  readonly #seen = new Set<unknown>();
  readonly #printed: string[] = [];
  readonly #canaries: string[] = [];
  readonly #shapes: Set<string>;
  readonly #stopAudit: () => void;
  readonly #stopWarnings: () => void;
  readonly #stopOutput: () => void;

  #seeded: Promise<void> = Promise.resolve();

  /** @param shapes What the probe has seen by itself in this run; shared by its labs. */
  constructor(
    options: SecretStoreConformanceOptions,
    subject: SecretStore | ConformanceSubject,
    shapes: Set<string>,
  ) {
    this.#shapes = shapes;
    this.#options = options;
    this.#subject = subject;
    this.capabilitiesByHand = options.capabilities;
    const { maxValueBytes = Number.POSITIVE_INFINITY, listPageSize = 10 } = options.limits ?? {};
    this.limits = { maxValueBytes, listPageSize };
    const watched = isStore(subject) ? subject : subject.store;
    this.store = watchStore(watched, {
      saw: (seen) => this.saw(seen),
      began: (method) => void this.pending.push(method),
      ended: (method) => void this.pending.splice(this.pending.indexOf(method), 1),
    });
    this.#stopAudit = onAudit((event) => void this.events.push(event));
    this.#stopWarnings = onWarning((warning) => this.saw(warning));
    this.#stopOutput = watchOutput((text) => void this.#printed.push(text));
    this.value(); // so that there is something to look for
  }

  /** The store itself, unwatched: only to look at it. */
  get testedStore(): SecretStore {
    return isStore(this.#subject) ? this.#subject : this.#subject.store;
  }

  /** A key of this case alone. Different names give different keys. */
  key(name: string): string {
    const path = this.#path + name;
    return this.#options.keyFor?.(path) ?? path;
  }

  /** Text that nothing else holds, and that must not appear anywhere. */
  value(): string {
    const canary = `canary-${randomBytes(9).toString("hex")}`;
    this.#canaries.push(canary);
    return canary;
  }

  /** Something that must not hold a value. */
  saw(subject: unknown): void {
    if (typeof subject === "object" && subject !== null) this.#seen.add(subject);
  }

  /** Makes a secret exist, by the harness's own means where it has any. */
  async arrange(key: string, value: string = this.value()): Promise<string> {
    const seed = this.#options.seed ?? (() => this.store.putSecret(key, value));
    // One after the other: what rewrites a file must not be overtaken by the next.
    this.#seeded = this.#seeded.then(async () => void (await seed(key, value, this.#subject)));
    await this.#seeded;
    return value;
  }

  /** The key of a secret that exists now. */
  async arranged(name: string): Promise<string> {
    const key = this.key(name);
    await this.arrange(key);
    return key;
  }

  listedAs(key: string, prefix: string): string {
    return this.#options.listedAs?.(key, prefix) ?? key;
  }

  read(key: string): Promise<Secret> {
    return this.store.getSecret(key);
  }

  /** Brings the store into the state, works, and ends the state whatever happens. */
  async withFault(fault: ConformanceFault, work: () => Promise<void>): Promise<void> {
    const begin = this.#options.faults?.[fault];
    if (!begin) throw new TypeError(`the harness has no fault ${fault}`);
    const undo = await begin(this.#subject);
    try {
      await work();
    } finally {
      await undo();
    }
  }

  /** Whether nothing that came out of the store, or was printed meanwhile, holds a value. */
  async checkNoLeak(): Promise<void> {
    await new Promise(setImmediate); // a warning is emitted a turn later
    this.#stopCollecting(); // the probe itself prints
    const findings = { seen: [...this.#seen], events: this.events, printed: this.#printed };
    await checkFindings(findings, this.#canaries, this.#shapes);
  }

  async dispose(): Promise<void> {
    this.#stopCollecting();
    this.#stopWarnings();
    await this.store.close();
    if (!isStore(this.#subject)) await this.#subject.dispose?.();
  }

  #stopCollecting(): void {
    this.#stopAudit();
    this.#stopOutput();
  }
}

function isStore(subject: SecretStore | ConformanceSubject): subject is SecretStore {
  return typeof (subject as Partial<SecretStore>).getSecret === "function";
}
