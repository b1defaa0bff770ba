import type { Concern } from "./case.js";
import { check, checkError, checkSecret, rejects } from "./checks.js";
import type { Lab } from "./lab.js";

/** Names that an ordinary object already has, or that reach its prototype. */
const names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf"];

/** Those that core refuses as names of fields and tags. */
const polluting = ["__proto__", "constructor", "prototype"];

export const prototypes: Concern = {
  title: "names of prototypes",
  cases: [
    {
      name: "keys named like parts of an object are absent until they are stored",
      run: async (lab) => {
        const keys = [...names, "__proto__/polluted", "constructor/prototype"].filter((key) =>
          lab.store.keySyntax.pattern.test(key),
        );
        for (const key of keys) {
          await rejects(lab.read(key), "NOT_FOUND", `getSecret of the key ${key}`);
        }
        const { secrets, errors } = await lab.store.getSecrets(keys);
        check(secrets.size === 0, "no such secret exists", `${secrets.size} were found`);
        for (const key of keys) checkError(errors.get(key), "NOT_FOUND", `${key} of a batch`);
      },
    },
    {
      name: "keys named like parts of an object are kept like any other",
      run: async (lab) => {
        const values = new Map<string, string>();
        for (const [index, name] of names.entries()) {
          for (const key of [lab.key(`in${index}/${name}`), lab.key(`${name}/${index}`)]) {
            if (lab.store.keySyntax.pattern.test(key)) values.set(key, await lab.arrange(key));
          }
        }
        for (const [key, value] of values) checkSecret(await lab.read(key), key, value);
        const { secrets } = await lab.store.getSecrets([...values.keys()]);
        for (const [key, value] of values) checkSecret(secrets.get(key) as never, key, value);
      },
    },
    {
      name: "a whole key named like a part of an object can be written, read and deleted",
      needs: ["write", "delete"],
      run: async (lab) => {
        for (const key of names.filter((name) => lab.store.keySyntax.pattern.test(name))) {
          const value = lab.value();
          await lab.store.putSecret(key, value);
          try {
            checkSecret(await lab.read(key), key, value);
          } finally {
            await lab.store.deleteSecret(key, { mode: "permanent" });
          }
          await rejects(lab.read(key), "NOT_FOUND", `the key ${key} after its deletion`);
        }
      },
    },
    {
      name: "a field that would reach a prototype is CONFIGURATION, whatever the secret holds",
      run: async (lab) => {
        const key = await arrangePolluted(lab);
        for (const field of polluting) {
          const read = lab.store.getSecret(key, { field });
          await rejects(read, "CONFIGURATION", `a field named ${field}`);
        }
      },
    },
    {
      name: "a field that would reach a prototype is not written",
      needs: ["write", "compareAndSet"],
      run: async (lab) => {
        const key = await arrangePolluted(lab);
        const { value } = await lab.read(key);
        for (const field of polluting) {
          const put = lab.store.putSecret(key, lab.value(), { field });
          await rejects(put, "CONFIGURATION", `a put of a field named ${field}`);
        }
        check((await lab.read(key)).value.equals(value), "the secret stays", "another value");
      },
    },
    {
      name: "a field of an ordinary name is put beside fields that would reach a prototype",
      needs: ["write", "compareAndSet"],
      run: async (lab) => {
        const key = await arrangePolluted(lab);
        await lab.store.putSecret(key, lab.value(), { field: "user" });
        const text = (await lab.read(key)).value.expose();
        check(text.includes('"__proto__": {"polluted": true}'), "the others stay", "they do not");
      },
    },
    {
      name: "a tag that would reach a prototype is CONFIGURATION, and nothing is written",
      needs: ["write", "metadata"],
      run: async (lab) => {
        const key = lab.key("tagged");
        for (const tag of polluting) {
          const tags = JSON.parse(`{"${tag}": "polluted"}`) as Record<string, string>;
          const put = lab.store.putSecret(key, lab.value(), { tags });
          await rejects(put, "CONFIGURATION", `a tag named ${tag}`);
        }
        await rejects(lab.read(key), "NOT_FOUND", "what was not written");
      },
    },
    {
      name: "tags named like methods of an object are kept like any other",
      needs: ["write", "metadata", "describe"],
      run: async (lab) => {
        const key = lab.key("methods");
        const tags = { toString: "one", hasOwnProperty: "two", valueOf: "three" };
        await lab.store.putSecret(key, lab.value(), { tags: tags as never });
        const { tags: kept } = await lab.store.describeSecret(key);
        const entries = Object.entries(kept).sort().join();
        check(entries === Object.entries(tags).sort().join(), "the tags are kept", entries);
      },
    },
  ],
};

async function arrangePolluted(lab: Lab): Promise<string> {
  const key = lab.key("polluted");
  const text = `{"user": "${lab.value()}", "__proto__": {"polluted": true}, "constructor": "x"}`;
  await lab.arrange(key, text);
  return key;
}
