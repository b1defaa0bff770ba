import type { Concern } from "./case.js";
import { check, checkSecret, checkValue } from "./checks.js";

const callers = 20;

export const concurrency: Concern = {
  title: "concurrency",
  cases: [
    {
      name: "reads side by side all give the value",
      run: async (lab) => {
        const keys = ["one", "two", "three"].map((name) => lab.key(name));
        const values = new Map<string, string>();
        for (const key of keys) values.set(key, await lab.arrange(key));
        const asked = Array.from({ length: callers }, (_, index) => keys[index % 3] as string);
        const secrets = await Promise.all(asked.map((key) => lab.read(key)));
        for (const [index, secret] of secrets.entries()) {
          const key = asked[index] as string;
          checkSecret(secret, key, values.get(key) as string);
        }
      },
    },
    {
      name: "the first calls of a new store may come at the same time",
      run: async (lab) => {
        const absent = Array.from({ length: callers }, (_, index) => lab.key(`absent${index}`));
        const { secrets, errors } = await lab.store.getSecrets(absent);
        check(secrets.size === 0 && errors.size === callers, "each key is NOT_FOUND", "it is not");
        const health = Array.from({ length: 5 }, () => lab.store.healthCheck());
        const ok = (await Promise.all(health)).every((report) => report.ok);
        check(ok, "the store is healthy for every caller", "it is not");
      },
    },
    {
      name: "puts side by side leave one of the values, whole",
      needs: ["write"],
      run: async (lab) => {
        const key = lab.key("writers");
        const values = Array.from({ length: 8 }, () => lab.value());
        const written = await Promise.all(values.map((value) => lab.store.putSecret(key, value)));
        const { value, version } = await lab.read(key);
        const winner = values.indexOf(value.expose());
        check(winner >= 0, "the value is one of those that were put", "another value");
        if (version === undefined) return;
        const ids = new Set(written.map((secret) => secret.version));
        check(ids.size === values.length, "each put makes a version of its own", `${ids.size}`);
        const made = written[winner]?.version;
        check(made === version, "a put returns the version that its value got", "another version");
      },
    },
    {
      name: "a read beside a put gives the old value or the new one, never a mixture",
      needs: ["write"],
      run: async (lab) => {
        const key = lab.key("beside");
        const old = await lab.arrange(key);
        const value = lab.value();
        const put = lab.store.putSecret(key, value);
        const reads = await Promise.all(Array.from({ length: 5 }, () => lab.read(key)));
        await put;
        for (const secret of reads) {
          const text = secret.value.expose();
          check(text === old || text === value, "a read gives one of both values", "another one");
        }
        checkValue(await lab.read(key), value);
      },
    },
    {
      name: "once a put has resolved every read gives its value",
      needs: ["write"],
      run: async (lab) => {
        const key = lab.key("order");
        for (let round = 0; round < 5; round++) {
          const value = lab.value();
          await lab.store.putSecret(key, value);
          checkValue(await lab.read(key), value);
        }
      },
    },
    {
      name: "puts of different keys side by side are all kept",
      needs: ["write"],
      run: async (lab) => {
        const there = lab.key("there");
        const before = await lab.arrange(there);
        const values = new Map(
          Array.from({ length: 8 }, (_, index) => [lab.key(`beside-${index}`), lab.value()]),
        );
        await Promise.all([...values].map(([key, value]) => lab.store.putSecret(key, value)));
        for (const [key, value] of values) checkValue(await lab.read(key), value);
        checkValue(await lab.read(there), before);
      },
    },
  ],
};
