import { SecretError, toArray } from "@llm-orchestrator/secrets-core";
import type { Concern } from "./case.js";
import { check, rejects } from "./checks.js";
import type { Lab } from "./lab.js";

export const listing: Concern = {
  title: "listing",
  cases: [
    {
      name: "listSecrets gives every key below a prefix, however deep",
      needs: ["list"],
      run: async (lab) => {
        const names = ["deep/a", "deep/b/c", "deep/b/d/e/f", "deep/b"];
        await Promise.all(names.map((name) => lab.arranged(name)));
        await lab.arranged("other");
        await checkListed(lab, lab.key("deep/"), names);
      },
    },
    {
      name: "a list of more than two pages is complete, with no key twice",
      needs: ["list"],
      run: async (lab) => {
        await checkListed(lab, lab.key("many/"), await arrangePages(lab));
      },
    },
    {
      name: "the prefix is matched as text, not as a folder",
      needs: ["list"],
      run: async (lab) => {
        const names = ["pre/fix", "pre/fixed", "pre/fix/in"];
        await Promise.all([...names, "pre/fi", "pre/other"].map((name) => lab.arranged(name)));
        await checkListed(lab, lab.key("pre/fix"), names);
        await checkListed(lab, lab.key("pre/fix/"), ["pre/fix/in"]);
      },
    },
    {
      name: "a key that does not start with the prefix is not listed, however alike it looks",
      needs: ["list"],
      run: async (lab) => {
        const key = await lab.arranged("alike/a-b");
        const inOtherCase = lab.key("ALIKE/");
        const asPattern = lab.key("alike/a.");
        for (const prefix of [key.slice(1), inOtherCase, asPattern]) {
          const listed = await toArray(lab.store.listSecrets(prefix)).catch(nothingIfRefused);
          const what = `the list of ${JSON.stringify(prefix)} holds keys that start with it`;
          check(!listed.includes(key), what, `it holds ${key}`);
        }
      },
    },
    {
      name: "a prefix with nothing below it gives nothing",
      needs: ["list"],
      run: async (lab) => {
        await lab.arranged("something");
        await checkListed(lab, lab.key("nothing/"), []);
      },
    },
    {
      name: "without a prefix everything is listed",
      needs: ["list"],
      run: async (lab) => {
        const key = await lab.arranged("all/of/it");
        const listed = await toArray(lab.store.listSecrets());
        const found = listed.includes(lab.listedAs(key, ""));
        check(found, "listSecrets() lists every key", `${listed.length} keys without ours`);
        const again = await toArray(lab.store.listSecrets(""));
        check(again.length >= listed.length, 'the prefix "" is the default', "fewer keys");
      },
    },
    {
      name: "every key that is listed can be read",
      needs: ["list"],
      run: async (lab) => {
        await Promise.all(["read/a", "read/b/c"].map((name) => lab.arranged(name)));
        for await (const key of lab.store.listSecrets(lab.key("read/"))) await lab.read(key);
      },
    },
    {
      name: "nothing happens before the first next",
      needs: ["list"],
      run: async (lab) => {
        const events = lab.events.length;
        const keys = lab.store.listSecrets(lab.key("late/"))[Symbol.asyncIterator]();
        await new Promise(setImmediate);
        check(lab.events.length === events, "a listing that was not begun is no call", "an event");
        const key = await lab.arranged("late/comer");
        const first = await keys.next();
        const found = first.value === lab.listedAs(key, lab.key("late/"));
        check(found, "a list is read when it is iterated", "a key made before next was missed");
        await keys.return?.();
      },
    },
    {
      name: "a list can be left early, and the store goes on working",
      needs: ["list"],
      run: async (lab) => {
        const names = await arrangePages(lab);
        for (let round = 0; round < 3; round++) {
          for await (const key of lab.store.listSecrets(lab.key("many/"))) {
            check(typeof key === "string", "a list yields keys", typeof key);
            break;
          }
        }
        await checkListed(lab, lab.key("many/"), names);
      },
    },
    {
      name: "a list that is left ends there: next gives no more",
      needs: ["list"],
      run: async (lab) => {
        await arrangePages(lab);
        const keys = lab.store.listSecrets(lab.key("many/"))[Symbol.asyncIterator]();
        const { done } = await keys.next();
        check(!done, "a list with keys yields one", "nothing");
        await keys.return?.();
        check((await keys.next()).done, "after return() a list is done", "another key");
      },
    },
    {
      name: "lists that run side by side are each complete",
      needs: ["list"],
      run: async (lab) => {
        const names = await arrangePages(lab);
        await Promise.all([1, 2, 3].map(() => checkListed(lab, lab.key("many/"), names)));
      },
    },
    {
      name: "a bad prefix is INVALID_KEY at the first next",
      needs: ["list"],
      run: async (lab) => {
        for (const prefix of ["a//b", "../", "a/../b", "\u0000", "a\nb", 7, null, {}]) {
          const list = lab.store.listSecrets(prefix as string);
          await rejects(toArray(list), "INVALID_KEY", `the prefix ${JSON.stringify(prefix)}`);
        }
      },
    },
  ],
};

/** A prefix of no key that the store takes. */
function nothingIfRefused(error: unknown): string[] {
  if (SecretError.isInstance(error) && error.code === "INVALID_KEY") return [];
  throw error;
}

/** More than two pages of keys below `many/`. */
async function arrangePages(lab: Lab): Promise<readonly string[]> {
  const count = 2 * lab.limits.listPageSize + 3;
  const names = Array.from({ length: count }, (_, index) => `many/${index % 3}/n${index}`);
  await Promise.all(names.map((name) => lab.arranged(name)));
  return names;
}

async function checkListed(lab: Lab, prefix: string, names: readonly string[]): Promise<void> {
  const listed = await toArray(lab.store.listSecrets(prefix));
  const expected = new Set(names.map((name) => lab.listedAs(lab.key(name), prefix)));
  const missing = [...expected].filter((key) => !listed.includes(key));
  const extra = listed.filter((key) => !expected.has(key));
  const twice = listed.length - new Set(listed).size;
  check(
    missing.length === 0 && extra.length === 0 && twice === 0,
    `the list of this prefix has ${expected.size} keys, each once`,
    `${missing.length} are missing, ${extra.length} are others, ${twice} come twice`,
  );
}
