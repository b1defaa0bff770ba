/** The names of vitest that the backends' conformance files use, from node:test and jest's expect. */

export { describe, test } from "node:test";
export { expect } from "expect";
