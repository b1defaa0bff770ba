import type { Concern } from "./case.js";
import { rejects } from "./checks.js";
import { supported } from "./operations.js";

/**
 * Every case looks for values in whatever its store gave, threw, published and printed. These
 * provoke what is most likely to quote one.
 */
export const leaking: Concern = {
  title: "leaking",
  cases: [
    {
      name: "a value that is no JSON is not quoted when a field or its JSON is read",
      run: async (lab) => {
        const key = lab.key("broken");
        await lab.arrange(key, `{"user": "${lab.value()}" ${lab.value()}}`);
        await rejects(lab.store.getSecret(key, { field: "user" }), "INVALID_SECRET", "broken JSON");
        const { value } = await lab.read(key);
        const parsed = Promise.resolve().then(() => value.exposeJson());
        lab.saw(await rejects(parsed, "INVALID_SECRET", "exposeJson() of what is no JSON"));
      },
    },
    {
      name: "a value that is passed where a key or an option belongs is not quoted",
      run: async (lab) => {
        for (const { title, call, keyed } of supported(lab)) {
          const bad = `${lab.value()}\n`;
          if (keyed === "key") await rejects(call(lab, bad), "INVALID_KEY", `${title} of a value`);
          const option = { [`${lab.value()}!`]: lab.value() };
          const wrong = call(lab, await lab.arranged("options"), option);
          await rejects(wrong, "CONFIGURATION", `${title} with a value as an option`);
        }
      },
    },
    {
      name: "a field that is missing does not quote the fields that are there",
      run: async (lab) => {
        const key = lab.key("fields");
        await lab.arrange(key, `{"${lab.value()}": "${lab.value()}"}`);
        const read = lab.store.getSecret(key, { field: "missing" });
        await rejects(read, "INVALID_SECRET", "a field that is missing");
      },
    },
    {
      name: "a value that is refused is not quoted",
      needs: ["write"],
      run: async (lab) => {
        const key = lab.key("refused");
        const inputs = [`${lab.value()}\ud800`, { secret: lab.value() }, [lab.value()]];
        for (const input of [...inputs, () => lab.value()]) {
          const put = lab.store.putSecret(key, input as string);
          await rejects(put, "INVALID_SECRET", "a value of a wrong kind");
        }
        const wrong = { tags: { a: Symbol(lab.value()) } } as never;
        const put = lab.store.putSecret(key, lab.value(), wrong);
        await rejects(put, "CONFIGURATION", "a tag of a wrong kind");
      },
    },
    {
      name: "a value that loses a race is not quoted",
      needs: ["write", "compareAndSet"],
      run: async (lab) => {
        const key = await lab.arranged("raced");
        const put = lab.store.putSecret(key, lab.value(), { expectedVersion: null });
        await rejects(put, "CONFLICT", "a put that expects no secret where there is one");
      },
    },
    {
      name: "what generate and verify throw is not passed on with the value in it",
      needs: ["rotate"],
      run: async (lab) => {
        const key = await lab.arranged("rotated");
        const fail = (text: string) => {
          const cause = new Error(`cause ${text}`);
          throw Object.assign(new Error(`refused ${text}`, { cause }), { request: { body: text } });
        };
        const candidate = lab.value();
        const generate = () => candidate;
        const verified = lab.store.rotateSecret(key, {
          ...{ generate, verify: (value) => fail(value.expose()) },
        });
        await rejects(verified, "INVALID_SECRET", "a verify that throws");
        const made = lab.store.rotateSecret(key, {
          generate: ({ current }) => fail(current.expose()),
        });
        await rejects(made, "INVALID_SECRET", "a generate that throws");
      },
    },
    {
      name: "a store and its secrets show no value when they are printed",
      run: async (lab) => {
        const key = await lab.arranged("printed");
        const secret = await lab.read(key);
        lab.saw({ secret, list: [secret], map: new Map([[key, secret]]) });
        lab.saw(lab.testedStore);
      },
    },
  ],
};
