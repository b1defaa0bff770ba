import type { Secret } from "@llm-orchestrator/secrets-core";
import type { Concern } from "./case.js";
import { check, checkSecret, checkValue, rejects } from "./checks.js";
import type { Lab } from "./lab.js";

/** More digits than a double holds, and a spelling that parsing and printing would change. */
const bigNumber = "12345678901234567890.10";

/** Kept by every change of another field, to the letter. */
const siblings = `"big": ${bigNumber}, "nested": { "a": [1, "}", "\\u00e9"] }, "none":null`;

export const fields: Concern = {
  title: "fields",
  cases: [
    {
      name: "field reads one field of a JSON object: a text as it is",
      run: async (lab) => {
        const { key, user } = await arrangeObject(lab);
        checkSecret(await lab.store.getSecret(key, { field: "user" }), key, user);
      },
    },
    {
      name: "field reads what is not a text as its JSON, big numbers to the last digit",
      run: async (lab) => {
        const { key } = await arrangeObject(lab);
        checkValue(await lab.store.getSecret(key, { field: "big" }), bigNumber);
        const { value } = await lab.store.getSecret(key, { field: "nested" });
        const nested = JSON.stringify(value.exposeJson());
        check(nested === '{"a":[1,"}","é"]}', "an object field is its JSON text", "other JSON");
        checkValue(await lab.store.getSecret(key, { field: "none" }), "null");
      },
    },
    {
      name: "a missing field is INVALID_SECRET with the reason missing-field, never NOT_FOUND",
      run: async (lab) => {
        const { key } = await arrangeObject(lab);
        for (const field of ["absent", "toString", "hasOwnProperty", "a"]) {
          const missing = { code: "INVALID_SECRET", reason: "missing-field" } as const;
          await rejects(lab.store.getSecret(key, { field }), missing, "a field that is missing");
        }
      },
    },
    {
      name: "a field is a name, never a path: a dot or a slash in it is a character like others",
      run: async (lab) => {
        const key = lab.key("paths");
        const [dotted, nested] = [lab.value(), lab.value()];
        await lab.arrange(key, `{"a.b":"${dotted}","a/b":"${dotted}","a":{"b":"${nested}"}}`);
        for (const field of ["a.b", "a/b"]) {
          checkValue(await lab.store.getSecret(key, { field }), dotted);
        }
        const missing = { code: "INVALID_SECRET", reason: "missing-field" } as const;
        await rejects(lab.store.getSecret(key, { field: "a.c" }), missing, "the field a.c");
      },
    },
    {
      name: "a field of a value that is no object is INVALID_SECRET",
      run: async (lab) => {
        for (const [index, make] of [String, quoted, listed].entries()) {
          const key = lab.key(`single${index}`);
          await lab.arrange(key, make(lab.value()));
          const read = lab.store.getSecret(key, { field: "user" });
          await rejects(read, "INVALID_SECRET", "a field of a single value");
        }
      },
    },
    {
      name: "a field of an absent secret is NOT_FOUND",
      run: async (lab) => {
        const read = lab.store.getSecret(lab.key("absent"), { field: "user" });
        await rejects(read, "NOT_FOUND", "a field of an absent secret");
      },
    },
    {
      name: "field reads from a named version, too",
      needs: ["versions"],
      run: async (lab) => {
        const { key, user } = await arrangeObject(lab);
        const read = await lab.store.getSecretVersion(key, "current", { field: "user" });
        checkSecret(read, key, user);
      },
    },
    {
      name: "a put of one field changes it and keeps the others to the letter",
      needs: ["write", "compareAndSet"],
      run: async (lab) => {
        const { key } = await arrangeObject(lab);
        const user = lab.value();
        const written = await lab.store.putSecret(key, user, { field: "user" });
        await keptSiblings(lab, key, user);
        checkValue(written, user);
      },
    },
    {
      name: "a put of a field that is not there adds it",
      needs: ["write", "compareAndSet"],
      run: async (lab) => {
        const { key, user } = await arrangeObject(lab);
        const added = `${lab.value()} "quoted"\n`;
        await lab.store.putSecret(key, added, { field: "added" });
        checkValue(await lab.store.getSecret(key, { field: "added" }), added);
        await keptSiblings(lab, key, user);
      },
    },
    {
      name: "a text that looks like JSON is put into a field as that text",
      needs: ["write", "compareAndSet"],
      run: async (lab) => {
        const { key, user } = await arrangeObject(lab);
        for (const text of ["1.0", "null", "true", '{"a": 1}', '"quoted"']) {
          await lab.store.putSecret(key, text, { field: "added" });
          checkValue(await lab.store.getSecret(key, { field: "added" }), text);
        }
        await keptSiblings(lab, key, user);
      },
    },
    {
      name: "a put of one field of an absent secret makes an object with that field",
      needs: ["write", "compareAndSet"],
      run: async (lab) => {
        const key = lab.key("made");
        const user = lab.value();
        await lab.store.putSecret(key, user, { field: "user" });
        checkValue(await lab.store.getSecret(key, { field: "user" }), user);
        const names = Object.keys((await lab.read(key)).value.exposeJson<object>());
        check(names.join() === "user", "the object holds the field alone", names.join());
      },
    },
    {
      name: "a put of one field into a single value is INVALID_SECRET and changes nothing",
      needs: ["write", "compareAndSet"],
      run: async (lab) => {
        const key = lab.key("single");
        const value = await lab.arrange(key);
        const put = lab.store.putSecret(key, lab.value(), { field: "user" });
        await rejects(put, "INVALID_SECRET", "a put of a field into a single value");
        checkValue(await lab.read(key), value);
      },
    },
    {
      name: "fields that are put side by side are all kept",
      needs: ["write", "compareAndSet"],
      run: async (lab) => {
        const { key, user } = await arrangeObject(lab);
        const written = ["first", "second", "third"].map((field) => [field, lab.value()] as const);
        const puts = written.map(([field, value]) => lab.store.putSecret(key, value, { field }));
        await Promise.all(puts);
        for (const [field, value] of written) {
          checkValue(await lab.store.getSecret(key, { field }), value);
        }
        await keptSiblings(lab, key, user);
      },
    },
    {
      name: "without field a put replaces the whole secret",
      needs: ["write"],
      run: async (lab) => {
        const { key } = await arrangeObject(lab);
        const value = `{"only":"${lab.value()}"}`;
        await lab.store.putSecret(key, value);
        checkValue(await lab.read(key), value);
      },
    },
    {
      name: "a put of one field is NOT_SUPPORTED without compareAndSet, and changes nothing",
      needs: ["write"],
      lacks: ["compareAndSet"],
      run: async (lab) => {
        const { key, user } = await arrangeObject(lab);
        const put = lab.store.putSecret(key, lab.value(), { field: "user" });
        await rejects(put, "NOT_SUPPORTED", "a put of a field without compareAndSet");
        checkValue(await lab.store.getSecret(key, { field: "user" }), user);
      },
    },
  ],
};

/** A secret of many fields. */
export async function arrangeObject(lab: Lab): Promise<{ key: string; user: string }> {
  const key = lab.key("object");
  const user = lab.value();
  await lab.arrange(key, `{"user": "${user}", ${siblings}}`);
  return { key, user };
}

/** Whether the secret of {@link arrangeObject} has this user, and else what it had. */
export async function keptSiblings(lab: Lab, key: string, user: string): Promise<void> {
  checkValue(await lab.store.getSecret(key, { field: "user" }), user);
  const whole: Secret = await lab.read(key);
  check(
    whole.value.expose().includes(siblings),
    "the other fields keep their exact spelling, big numbers included",
    "they were dropped or spelt anew",
  );
}

const quoted = (value: string) => JSON.stringify(value);
const listed = (value: string) => JSON.stringify([value]);
