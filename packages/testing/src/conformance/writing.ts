import { type SecretInput, secretValue } from "@llm-orchestrator/secrets-core";
import type { Concern } from "./case.js";
import { check, checkSecret, checkValue, rejects } from "./checks.js";

export const writing: Concern = {
  title: "writing",
  cases: [
    {
      name: "putSecret makes a secret and gives it back as it is read",
      needs: ["write"],
      run: async (lab) => {
        const key = lab.key("made");
        const value = lab.value();
        const written = await lab.store.putSecret(key, value);
        checkSecret(written, key, value);
        const read = await lab.read(key);
        checkSecret(read, key, value);
        check(
          written.version === read.version,
          "a put returns the version that it made",
          `${written.version ?? "none"}, and the read gave ${read.version ?? "none"}`,
        );
      },
    },
    {
      name: "putSecret replaces the value that was there, and no other key's",
      needs: ["write"],
      run: async (lab) => {
        const [key, other] = [lab.key("replaced"), lab.key("replaced-not")];
        const kept = await lab.arrange(other);
        const before = await lab.store.putSecret(key, lab.value());
        const value = lab.value();
        const after = await lab.store.putSecret(key, value);
        checkSecret(await lab.read(key), key, value);
        checkSecret(await lab.read(other), other, kept);
        if (before.version === undefined) return;
        check(before.version !== after.version, "each put makes a version", "the same version");
      },
    },
    {
      name: "a put of the value that is there makes a version like any other",
      needs: ["write", "versions"],
      run: async (lab) => {
        const key = lab.key("same");
        const value = lab.value();
        const { version } = await lab.store.putSecret(key, value);
        const after = await lab.store.putSecret(key, value);
        check(after.version !== version, "each put makes a version", "the same version");
        const previous = await lab.store.getSecretVersion(key, "previous");
        check(previous.version === version, "the one before stays as previous", "another one");
      },
    },
    {
      name: "text, its bytes and a value that a store gave can be put alike",
      needs: ["write"],
      run: async (lab) => {
        const text = `${lab.value()} é🔑`;
        const source = lab.key("source");
        await lab.arrange(source, text);
        const { value } = await lab.read(source);
        const inputs: SecretInput[] = [text, new TextEncoder().encode(text), value];
        for (const [index, input] of [...inputs, Buffer.from(text)].entries()) {
          const key = lab.key(`copy${index}`);
          await lab.store.putSecret(key, input);
          checkSecret(await lab.read(key), key, text);
        }
      },
    },
    {
      name: "a value of another copy of core is put like our own",
      needs: ["write"],
      run: async (lab) => {
        const key = lab.key("foreign");
        const text = lab.value();
        const { id } = secretValue(text);
        const bytes = new TextEncoder().encode(text);
        const foreign = {
          ...{ id, expose: () => text, exposeBytes: () => bytes.slice() },
          [Symbol.for("llm-orchestrator.secrets.SecretValue")]: true,
        };
        await lab.store.putSecret(key, foreign as never);
        checkSecret(await lab.read(key), key, text);
      },
    },
    {
      name: "bytes that the caller changes after the put do not change the secret",
      needs: ["write"],
      run: async (lab) => {
        const key = lab.key("copied");
        const text = lab.value();
        const bytes = new TextEncoder().encode(text);
        const put = lab.store.putSecret(key, bytes);
        bytes.fill(65);
        await put;
        bytes.fill(66);
        checkValue(await lab.read(key), text);
      },
    },
    {
      name: "an empty value is INVALID_SECRET and changes nothing",
      needs: ["write"],
      run: async (lab) => {
        const key = lab.key("empty");
        const value = await lab.arrange(key);
        for (const empty of ["", new Uint8Array()]) {
          const refused = { code: "INVALID_SECRET", reason: "empty" } as const;
          await rejects(lab.store.putSecret(key, empty), refused, "an empty value");
        }
        checkValue(await lab.read(key), value);
      },
    },
    {
      name: "what is neither text nor bytes nor a SecretValue is INVALID_SECRET, nothing is written",
      needs: ["write"],
      run: async (lab) => {
        const key = lab.key("wrong");
        const wrong = [undefined, null, 7, true, {}, [1, 2], new Date(), () => "x", Symbol("x")];
        for (const value of wrong) {
          const put = lab.store.putSecret(key, value as never);
          await rejects(put, "INVALID_SECRET", `a value of type ${typeof value}`);
        }
        await rejects(lab.read(key), "NOT_FOUND", "what was not written");
      },
    },
    {
      name: "a lone surrogate is INVALID_SECRET, since UTF-8 cannot carry it",
      needs: ["write"],
      run: async (lab) => {
        const key = lab.key("surrogate");
        const put = lab.store.putSecret(key, `${lab.value()}\ud83d`);
        await rejects(put, "INVALID_SECRET", "a lone surrogate");
        await rejects(lab.read(key), "NOT_FOUND", "what was not written");
      },
    },
  ],
};
