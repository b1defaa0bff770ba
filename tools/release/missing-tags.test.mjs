import { expect, it } from "vitest";
import { missingTags } from "./missing-tags.mjs";

it("names each version without a tag of its own", () => {
  const manifests = [
    { name: "@scope/core", version: "1.0.0" },
    { name: "@scope/env", version: "1.1.0" },
  ];
  expect(missingTags(manifests, ["@scope/core@1.0.0", "@scope/env@1.0.0", ""])).toEqual([
    "@scope/env@1.1.0",
  ]);
});
