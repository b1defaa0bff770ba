import { toArray } from "@llm-orchestrator/secrets-core";
import type { Concern } from "./case.js";
import { check, checkError, checkSecret, rejects } from "./checks.js";
import type { Lab } from "./lab.js";
import { supported } from "./operations.js";

/** No store takes these, whatever its syntax says. */
const neverKeys = [
  ...["", ".", "..", "../up", "a/..", "a/../b", "./a", "a/./b", "a//b", "a/", "//", "//a"],
  ...["a\u0000b", "a\nb", "a\n", "a\r\nb", "\u001b[0m", "a\u007f", "a\u0085b", "\u0000"],
];

/** What a store may take or not: its syntax decides, and then it holds. */
const oddEnds = [
  ...["with.dot", "with_underscore", "with-dash", "with+plus", "with=equals", "with@at", "UPPER"],
  ...["...", "..a", "a..b", "-", "_", "with space", "with%2e%2e", "with%2Fslash", "with\\back"],
  ...["ünï", "日本語", "🔑", "with:colon", "with?query", "with#hash", "with*star", "with~tilde"],
  ...["with&and", "with;semi", "with'quote", 'with"quotes', "with`tick", "with$dollar", "$(x)"],
];

export const keys: Concern = {
  title: "keys",
  cases: [
    {
      name: "a key with an empty, . or .. segment or a control character is INVALID_KEY everywhere",
      run: async (lab) => {
        for (const key of neverKeys) {
          for (const operation of supported(lab)) {
            if (operation.keyed !== "key") continue;
            const what = `${operation.title} of the key ${JSON.stringify(key)}`;
            await rejects(operation.call(lab, key), "INVALID_KEY", what);
          }
        }
      },
    },
    {
      name: "what is no text is INVALID_KEY everywhere",
      run: async (lab) => {
        for (const key of [undefined, null, 7, {}, ["a"], Symbol("key"), new String("a")]) {
          for (const operation of supported(lab)) {
            if (operation.keyed !== "key") continue;
            const what = `${operation.title} of a key of type ${typeof key}`;
            await rejects(operation.call(lab, key as never), "INVALID_KEY", what);
          }
        }
      },
    },
    {
      name: "a key that the syntax takes works, and one that it does not take is INVALID_KEY",
      run: async (lab) => {
        const odd = oddEnds.map((end, index) => lab.key(`odd${index}/${end}`));
        for (const key of [...odd, `/${lab.key("odd/start")}`]) {
          if (takes(lab, key)) {
            const value = await lab.arrange(key);
            checkSecret(await lab.read(key), key, value);
          } else {
            const what = `the key ${JSON.stringify(key)}, which keySyntax does not take,`;
            await rejects(lab.read(key), "INVALID_KEY", what);
          }
        }
      },
    },
    {
      name: "the longest key works, and one character more is INVALID_KEY",
      run: async (lab) => {
        const { longest, filler } = longestKey(lab, lab.key("long-"));
        check(takes(lab, longest), "maxLength is a length that pattern takes", "it does not");
        const value = await lab.arrange(longest);
        checkSecret(await lab.read(longest), longest, value);
        await rejects(lab.read(longest + filler), "INVALID_KEY", "a key longer than maxLength");
      },
    },
    {
      name: "keys that differ only at one place are different secrets",
      run: async (lab) => {
        const short = ["x/y/z1", "x/y/z2", "x/y2/z1", "x/y", "x/yz1"].map((name) => lab.key(name));
        const long = longestKey(lab, lab.key("x")).longest.slice(0, -1);
        const all = [...short, `${long}1`, `${long}2`];
        const values = new Map<string, string>();
        for (const key of all) values.set(key, await lab.arrange(key));
        for (const [key, value] of values) checkSecret(await lab.read(key), key, value);
      },
    },
    {
      name: "a key that is only spelt alike never gives the secret: it is absent or refused",
      run: async (lab) => {
        const key = lab.key("spelt/one");
        const value = await lab.arrange(key);
        checkSecret(await lab.read(key), key, value);
        for (const name of ["spelt_one", "spelt-one", "spelt.one", "SPELT/ONE", "spelt/One"]) {
          const other = lab.key(name);
          const refused = { code: ["NOT_FOUND", "INVALID_KEY", "CONFIGURATION"] } as const;
          await rejects(lab.read(other), refused, `getSecret of ${name} beside spelt/one`);
        }
        checkSecret(await lab.read(key), key, value);
      },
    },
    {
      name: "a bad key is refused without asking the service",
      fault: "unavailable",
      run: (lab) =>
        lab.withFault("unavailable", async () => {
          for (const operation of supported(lab)) {
            if (operation.keyed !== "key") continue;
            const what = `${operation.title} of a bad key while the service is down`;
            await rejects(operation.call(lab, "../up"), "INVALID_KEY", what);
          }
          const { errors } = await lab.store.getSecrets(["../up"]);
          checkError(errors.get("../up"), "INVALID_KEY", "a bad key of a batch");
          if (!lab.store.capabilities.list) return;
          const list = toArray(lab.store.listSecrets("../up"));
          await rejects(list, "INVALID_KEY", "a bad prefix while the service is down");
        }),
    },
  ],
};

/** Letters and digits that a syntax may end with. */
const fillers = ["x", "X", "0"];

/** As long as the syntax allows: not every syntax has lower-case letters. */
function longestKey(lab: Lab, start: string): { longest: string; filler: string } {
  const { maxLength } = lab.store.keySyntax;
  const keys = fillers.map((filler) => ({ filler, longest: start.padEnd(maxLength, filler) }));
  return keys.find(({ longest }) => takes(lab, longest)) ?? (keys[0] as (typeof keys)[number]);
}

function takes({ store: { keySyntax } }: Lab, key: string): boolean {
  return key.length <= keySyntax.maxLength && keySyntax.pattern.test(key);
}
