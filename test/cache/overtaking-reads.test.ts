import { SecretCache } from "@llm-orchestrator/secrets-cache";
import type { SecretValue, WriteContext } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { beforeEach, describe, expect, test } from "vitest";

/** A request on its way to the server and back. Each step lets promises settle. */
interface Journey {
  /** The server does it now. */
  serve(): Promise<void>;
  /** The answer comes in. */
  arrive(): Promise<void>;
}

/** Requests take as long as the test says. */
class DistantStore extends MemorySecretStore {
  readonly journeys: Journey[] = [];

  protected override read(key: string) {
    return this.#travel(() => super.read(key));
  }

  protected override write(key: string, value: SecretValue, context: WriteContext) {
    return this.#travel(() => super.write(key, value, context));
  }

  async #travel<T>(work: () => Promise<T>): Promise<T> {
    const [there, back] = [gate(), gate()];
    this.journeys.push({ serve: there.open, arrive: back.open });
    await there.opened;
    const answer = work();
    await back.opened;
    return answer;
  }
}

function gate() {
  let resolve: () => void;
  const opened = new Promise<void>((settled) => {
    resolve = settled;
  });
  const open = () => {
    resolve();
    return turn();
  };
  return { opened, open };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("a read that may not fill the cache any more, and is newer than the one that may", () => {
  let store: DistantStore;
  let cache: SecretCache;
  beforeEach(async () => {
    store = new DistantStore();
    cache = new SecretCache(store);
    const seed = await begin(() => store.putSecret("key", "one"));
    await seed.serve();
    await seed.arrive();
  });

  /** The journey of the request that `call` makes. */
  async function begin<T>(
    call: () => Promise<T>,
  ): Promise<Journey & { readonly answer: Promise<T> }> {
    const answer = call();
    await turn();
    return { ...(store.journeys.at(-1) as Journey), answer };
  }

  const versionNow = async () => {
    const read = cache.getSecret("key");
    await turn();
    await store.journeys.at(-1)?.serve(); // if it asks at all
    await store.journeys.at(-1)?.arrive();
    return (await read).version;
  };

  /** The server takes the second read before somebody else's write, and the first one after it. */
  async function readTwice() {
    const first = await begin(() => cache.getSecret("key"));
    const second = await begin(() => cache.getSecret("key", { fresh: true }));
    await second.serve();
    const write = await begin(() => store.putSecret("key", "two"));
    await write.serve();
    await write.arrive();
    await first.serve();
    return { first, second };
  }

  test("is not followed by the older one when it comes in first", async () => {
    const { first, second } = await readTwice();
    await first.arrive();
    expect((await first.answer).version).toBe("2");
    await second.arrive();
    expect(await versionNow()).toBe("2");
  });

  test("is not followed by the older one when it comes in last", async () => {
    const { first, second } = await readTwice();
    await second.arrive();
    expect((await second.answer).version).toBe("1");
    await first.arrive();
    expect((await first.answer).version).toBe("2");
    expect(await versionNow()).toBe("2");
  });

  test("is not followed by the older one while the write that it saw is under way", async () => {
    const first = await begin(() => cache.getSecret("key"));
    const write = await begin(() => cache.putSecret("key", "two"));
    const second = await begin(() => cache.getSecret("key"));
    await second.serve();
    await write.serve();
    await first.serve();
    await first.arrive();
    expect((await first.answer).version).toBe("2");
    await second.arrive();
    expect(await versionNow()).toBe("2");
    await write.arrive();
    await write.answer;
  });
});
