import { expect, it } from "vitest";
import { publishOrder } from "./publish-order.mjs";

const workspace = (name, ...needed) => ({
  manifest: { name, dependencies: Object.fromEntries(needed.map((other) => [other, "^1.0.0"])) },
});

it("puts what others need first, once, and keeps the order of the rest", () => {
  const workspaces = [
    workspace("builder", "cache", "core"),
    workspace("cache", "core"),
    workspace("core"),
    workspace("vault", "core", "node-vault"),
    { manifest: { name: "program" } },
  ];
  const names = publishOrder(workspaces).map(({ manifest }) => manifest.name);
  expect(names).toEqual(["core", "cache", "builder", "vault", "program"]);
});
