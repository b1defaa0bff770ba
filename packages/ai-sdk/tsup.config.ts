import { build } from "../../tools/tsup.base.ts";

export default build(
  "src/index.ts",
  "src/openai.ts",
  "src/anthropic.ts",
  "src/openai-compatible.ts",
);
