import type { Secret } from "@llm-orchestrator/secrets-core";
import type { Concern } from "./case.js";
import { check, checkSameTags, checkValue, rejects } from "./checks.js";
import { describeError } from "./failure.js";
import type { Lab } from "./lab.js";

const period = { rotationPeriodDays: 30 };

export const metadata: Concern = {
  title: "metadata",
  cases: [
    {
      name: "description, tags and rotation period of a put are described",
      needs: ["write", "metadata", "describe"],
      run: async (lab) => {
        const key = lab.key("described");
        const value = lab.value();
        const tags = { team: "payments", empty: "", "odd tag": "ünï = / \u{1f511}" };
        const description = "Key of the payment service";
        await lab.store.putSecret(key, value, { description, tags, ...period });
        const found = await lab.store.describeSecret(key);
        checkSameTags(found.tags, tags);
        check(found.description === description, "the description is kept", "another or none");
        check(found.rotationPeriodDays === 30, "the period is 30 days", "another or none");
        checkValue(await lab.read(key), value);
      },
    },
    {
      name: "tags that are left out of a put are kept, tags that are given replace them all",
      needs: ["write", "metadata"],
      run: async (lab) => {
        const key = lab.key("tagged");
        await lab.store.putSecret(key, lab.value(), { tags: { a: "1", b: "2" } });
        checkWritten(await lab.store.putSecret(key, lab.value()), { a: "1", b: "2" });
        await checkTagsOf(lab, key, { a: "1", b: "2" });
        await lab.store.putSecret(key, lab.value(), { description: "only this" });
        await checkTagsOf(lab, key, { a: "1", b: "2" });
        const replaced = await lab.store.putSecret(key, lab.value(), { tags: { b: "3", c: "4" } });
        checkWritten(replaced, { b: "3", c: "4" });
        await checkTagsOf(lab, key, { b: "3", c: "4" });
        await lab.store.putSecret(key, lab.value(), { tags: {} });
        await checkTagsOf(lab, key, {});
      },
    },
    {
      name: "tags are no part of the value",
      needs: ["write", "metadata"],
      run: async (lab) => {
        const key = lab.key("apart");
        const value = `{"user":"${lab.value()}"}`;
        await lab.store.putSecret(key, value, { tags: { tag: "value" }, description: "text" });
        checkValue(await lab.read(key), value);
        const missing = lab.store.getSecret(key, { field: "tag" });
        await rejects(missing, "INVALID_SECRET", "a tag read as a field");
      },
    },
    {
      name: "a put of one field keeps the tags",
      needs: ["write", "metadata", "compareAndSet"],
      run: async (lab) => {
        const key = lab.key("field");
        await lab.store.putSecret(key, `{"user":"${lab.value()}"}`, { tags: { kept: "yes" } });
        await lab.store.putSecret(key, lab.value(), { field: "user" });
        await checkTagsOf(lab, key, { kept: "yes" });
      },
    },
    {
      name: "tags that the caller changes after the put do not change the secret",
      needs: ["write", "metadata"],
      run: async (lab) => {
        const key = lab.key("copied");
        const tags = { a: "1" };
        await lab.store.putSecret(key, lab.value(), { tags });
        tags.a = "changed";
        await checkTagsOf(lab, key, { a: "1" });
      },
    },
    {
      name: "tags, description and period are NOT_SUPPORTED without metadata, nothing is written",
      needs: ["write"],
      lacks: ["metadata"],
      run: async (lab) => {
        const key = lab.key("plain");
        for (const option of [{ tags: { a: "1" } }, { description: "text" }, period]) {
          const put = lab.store.putSecret(key, lab.value(), option);
          await rejects(put, "NOT_SUPPORTED", `a put with ${Object.keys(option).join()}`);
        }
        await rejects(lab.read(key), "NOT_FOUND", "what was not written");
      },
    },
  ],
};

/** Where a store shows tags with the value, or describes them, they are these. */
export async function checkTagsOf(
  lab: Lab,
  key: string,
  expected: Readonly<Record<string, string>>,
): Promise<void> {
  checkWritten(await lab.read(key), expected);
  if (!lab.store.capabilities.describe) return;
  const { tags } = await lab.store.describeSecret(key).catch((error: unknown) => {
    throw new Error(`describeSecret failed: ${describeError(error)}`, { cause: error });
  });
  checkSameTags(tags, expected);
}

function checkWritten({ tags }: Secret, expected: Readonly<Record<string, string>>): void {
  if (tags !== undefined) checkSameTags(tags, expected);
}
