import type {
  DeleteSecretOptions,
  OperationOptions,
  PutSecretOptions,
  RotateSecretOptions,
  SecretInput,
} from "@llm-orchestrator/secrets-core";
import { Contents } from "../../../src/contents.js";
import { SecretCache } from "../../../src/index.js";
import { Loader } from "../../../src/loader.js";
import type { Slot } from "../../../src/slot.js";
import { type Mutant, patch } from "./mutant.js";

/** A cache that has another idea of what a write has to let go, and when. */
abstract class RewrittenCache extends SecretCache {
  protected abstract around<T>(key: string, write: () => Promise<T>): Promise<T>;

  override putSecret(key: string, value: SecretInput, options?: PutSecretOptions) {
    return this.around(key, () => this.inner.putSecret(key, value, options));
  }

  override rotateSecret(key: string, options?: RotateSecretOptions) {
    return this.around(key, () => this.inner.rotateSecret(key, options));
  }

  override deleteSecret(key: string, options?: DeleteSecretOptions) {
    return this.around(key, () => this.inner.deleteSecret(key, options));
  }

  override restoreSecret(key: string, options?: OperationOptions) {
    return this.around(key, () => this.inner.restoreSecret(key, options));
  }
}

class InvalidateBefore extends RewrittenCache {
  protected override around<T>(key: string, write: () => Promise<T>): Promise<T> {
    this.invalidate(key);
    return write();
  }
}

class InvalidateAfter extends RewrittenCache {
  protected override async around<T>(key: string, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } finally {
      this.invalidate(key);
    }
  }
}

/** What is held goes; a read under way stays, and may fill the place again. */
function keepFlights(): () => void {
  return patch(Contents.prototype, "forget", () => {
    return function forget(this: Contents, key: string) {
      const places = [...(this.records.get(key)?.places() ?? [])];
      return places.filter((slot) => this.drop(slot)).length;
    };
  });
}

/** A read that began before the write may fill the place that is there after it. */
function fillAnyGeneration(): () => void {
  const homes = new WeakMap<Slot, Contents>();
  const restorePlace = patch(Contents.prototype, "place", (original) => {
    return function place(this: Contents, ...where) {
      const slot = original.apply(this, where);
      homes.set(slot, this);
      return slot;
    };
  });
  const restoreLand = patch(Loader.prototype, "land", (original) => {
    return async function land(this: Loader, slot, flight, answer) {
      await answer.catch(() => {});
      const present = homes.get(slot)?.place(slot.key, slot.version, slot.field) ?? slot;
      if (!flight.isCancelled) present.flight = flight;
      return original.call(this, present, flight, answer);
    };
  });
  return () => {
    restorePlace();
    restoreLand();
  };
}

export const writingMutants: readonly Mutant[] = [
  {
    name: "lets go only before the write",
    killedBy: "schedule",
    shows: "what was read was true lately, and after the last write",
    install: () => () => {},
    make: (store, options) => new InvalidateBefore(store, options),
  },
  {
    name: "lets go only after the write, and leaves reads under way alone",
    killedBy: "schedule",
    shows: "what was read was true lately, and after the last write",
    install: keepFlights,
    make: (store, options) => new InvalidateAfter(store, options),
  },
  {
    name: "lets go on both sides of the write, and leaves reads under way alone",
    killedBy: "schedule",
    shows: "what was read was true lately, and after the last write",
    install: keepFlights,
  },
  {
    name: "has no generation: an older read fills the place that a write made new",
    killedBy: "schedule",
    shows: "what was read was true lately, and after the last write",
    install: fillAnyGeneration,
  },
];
