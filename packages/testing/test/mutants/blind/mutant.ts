import {
  ForwardingSecretStore,
  type OperationContext,
  type OperationOptions,
  SecretError,
  type SecretErrorCode,
  type SecretInput,
  type SecretStore,
  type SecretValue,
  secretValue,
  type WriteContext,
} from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "../../../src/memory-secret-store.js";

/** A store whose faults can be made to order. */
export type MutantStore = SecretStore & Pick<MemorySecretStore, "simulate">;

/** A store that breaks one promise of the contract, the way an author of a backend might. */
export interface BlindMutant {
  /** A sentence that says what is broken. */
  readonly name: string;
  readonly create: () => MutantStore;
  /** Keys that the service behind it lists in one answer, as its harness would say. */
  readonly pageSize?: number;
  /** True of the memory store, false of the mutant: it is broken, and not by accident the same. */
  readonly keepsPromise: (store: MutantStore) => Promise<boolean>;
}

/** For mutants that break a public method from outside. */
export class AroundMemory extends ForwardingSecretStore {
  readonly #memory: MemorySecretStore;

  constructor(memory = new MemorySecretStore()) {
    super(memory);
    this.#memory = memory;
  }

  simulate(fault: SecretErrorCode | undefined): void {
    this.#memory.simulate(fault);
  }
}

/** A memory store that changes what it is given before it keeps it. */
export function storing(
  change: (value: SecretValue) => SecretInput,
  isMeant: (context: WriteContext) => boolean = () => true,
): MutantStore {
  return new (class extends MemorySecretStore {
    protected override async write(key: string, value: SecretValue, context: WriteContext) {
      const kept = isMeant(context) ? secretValue(change(value)) : value;
      return super.write(key, kept, context);
    }
  })();
}

/** A memory store whose `write` is told something else than the caller said. */
export function writingWith(change: (context: WriteContext) => Partial<WriteContext>): MutantStore {
  return new (class extends MemorySecretStore {
    protected override async write(key: string, value: SecretValue, context: WriteContext) {
      return super.write(key, value, { ...context, ...change(context) });
    }
  })();
}

/** `write` gets what the caller of a rotation passed; that of a put has no generator. */
export function isRotation(context: OperationContext): boolean {
  return "generate" in context;
}

/** The options without their signal where it is one: what is wrong with them stays wrong. */
export function withoutSignal<Options extends OperationOptions>(
  options: Options | undefined,
): Options | undefined {
  const isSignal = options?.signal instanceof AbortSignal;
  return isSignal ? { ...options, signal: undefined } : options;
}

/** What the work throws, at once or later. */
export async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The code that the work fails with, or what came in place of an error of ours. */
export async function codeOf(work: () => unknown): Promise<string> {
  const error = await thrownBy(work);
  if (error === undefined) return "no error";
  return SecretError.isInstance(error) ? error.code : "another error";
}

export async function textOf(store: SecretStore, key: string): Promise<string> {
  return (await store.getSecret(key)).value.expose();
}

/** Lets everything that waits run first. */
export function otherWork(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
