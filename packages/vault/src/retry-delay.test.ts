import { describe, expect, test } from "vitest";
import { RetryBudget } from "./retry-budget.ts";
import { retryDelayMs } from "./retry-delay.ts";

const replyWith = (after: string) => ({ status: 429, headers: { "retry-after": after }, body: {} });

describe("the delay before a retry", () => {
  test("is any time up to a bound that doubles and has an end", () => {
    const longest = Array.from({ length: 8 }, (_, index) => {
      return retryDelayMs(index + 1, undefined, () => 0.999999);
    });
    expect(longest.map(Math.round)).toEqual([100, 200, 400, 800, 1_000, 1_000, 1_000, 1_000]);
    expect(retryDelayMs(3, undefined, () => 0)).toBe(0);
  });

  test("is spread evenly", () => {
    const delays = Array.from({ length: 10_000 }, () => retryDelayMs(1, undefined)).sort(
      (a, b) => a - b,
    );
    const distance = Math.max(
      ...delays.map((delay, index) => Math.abs(delay / 100 - index / 10_000)),
    );
    expect(distance).toBeLessThan(0.023); // Kolmogorov-Smirnov, p = 0.00005: it does not fail by chance
  });

  test("is what the server asks for, in seconds or as a date", () => {
    expect(retryDelayMs(1, replyWith("7"))).toBe(7_000);
    const date = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 60_000).toUTCString();
    expect(retryDelayMs(1, replyWith(date))).toBeGreaterThan(58_000);
    expect(retryDelayMs(1, replyWith(new Date(0).toUTCString()))).toBe(0);
  });

  test("of 0 seconds is one, since Vault drops what is below a second", () => {
    expect(retryDelayMs(1, replyWith("0"))).toBe(1_000);
  });

  test.each(["", "soon", "-1", "1e9", "99999999999"])(
    "is its own where the header says %j",
    (after) => {
      expect(retryDelayMs(1, replyWith(after), () => 0.5)).toBe(50);
    },
  );
});

describe("the budget of retries", () => {
  test("runs out, timeouts at twice the price, and comes back with what succeeds", () => {
    const budget = new RetryBudget();
    let count = 0;
    while (budget.take(false)) count++;
    expect(count).toBe(100);
    for (let success = 0; success < 10; success++) budget.refill();
    expect([budget.take(true), budget.take(false)]).toEqual([true, false]);
    for (let success = 0; success < 10_000; success++) budget.refill();
    count = 0;
    while (budget.take(true)) count++;
    expect(count).toBe(50);
  });
});
