import { defineConfig } from "tsup";

/** The JavaScript; `tsc` writes the declarations. What the manifest does not list is inlined. */
export default defineConfig({
  entry: ["src/index.ts"],
  format: "esm",
  target: "es2022",
  clean: true,
  sourcemap: true,
  removeNodeProtocol: false,
});
