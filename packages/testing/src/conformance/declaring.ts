import { type Concern, capabilityNames } from "./case.js";
import { check } from "./checks.js";
import { nameOf } from "./failure.js";
import type { Lab } from "./lab.js";
import { supported } from "./operations.js";

export const declaring: Concern = {
  title: "declaring",
  cases: [
    {
      name: "a store follows version 1 of the contract and has a name",
      run: async ({ store }) => {
        const { specificationVersion, name } = store;
        check(
          specificationVersion === 1,
          "specificationVersion is 1",
          nameOf(specificationVersion),
        );
        check(typeof name === "string" && name !== "", "name is a text", nameOf(name));
      },
    },
    {
      name: "a store declares what its author says that it can do, no more and no less",
      run: async ({ store: { capabilities }, capabilitiesByHand }) => {
        const names = [...capabilityNames, "maxBatchSize", ...Object.keys(capabilities)];
        for (const name of new Set(names) as Set<keyof typeof capabilities>) {
          const missing = name === "maxBatchSize" ? 1 : false;
          const written = capabilitiesByHand[name] ?? missing;
          const declared = capabilities[name] ?? missing;
          const rule = `the harness says ${name}: ${written}`;
          check(declared === written, rule, `the store declares ${name}: ${declared}`);
        }
      },
    },
    {
      name: "rotate needs versions, and a batch holds at least one key",
      run: async ({ store: { capabilities } }) => {
        const { rotate, versions, maxBatchSize = 1 } = capabilities;
        check(!rotate || versions, "rotate needs versions", "rotate is declared without versions");
        const whole = Number.isInteger(maxBatchSize) && maxBatchSize >= 1;
        check(whole, "maxBatchSize is a whole number above 0", String(maxBatchSize));
      },
    },
    {
      name: "keySyntax has a pattern, a length and a description",
      run: async ({ store: { keySyntax } }) => {
        const { pattern, maxLength, description } = keySyntax;
        check(pattern instanceof RegExp, "pattern is a RegExp", nameOf(pattern));
        check(!/[gy]/.test(pattern.flags), "pattern lacks the flags g and y", pattern.flags);
        const whole = Number.isInteger(maxLength) && maxLength > 0;
        check(whole, "maxLength is a whole number above 0", String(maxLength));
        check(typeof description === "string", "description is a text", nameOf(description));
      },
    },
    {
      name: "what is declared stays the same once the store is used",
      run: async (lab) => {
        const before = declarations(lab);
        // A key each: a put of a deleted secret may be refused.
        for (const [index, { call }] of supported(lab).entries()) {
          await call(lab, await lab.arranged(`used-${index}`));
        }
        check(declarations(lab) === before, "declarations do not change", declarations(lab));
      },
    },
  ],
};

function declarations({ store: { name, capabilities, keySyntax } }: Lab): string {
  return JSON.stringify([name, capabilities, keySyntax.pattern.source, keySyntax.maxLength]);
}
