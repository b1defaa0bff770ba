import { expect, test } from "vitest";
import { Slots } from "./slots.js";

test("no more than there are slots go on, in the order in which they came", async () => {
  const slots = new Slots(2);
  const order: number[] = [];
  let running = 0;
  let most = 0;
  const work = async (index: number) => {
    const giveBack = await slots.take(undefined);
    order.push(index);
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    giveBack();
    giveBack(); // once is enough
  };
  const all = Array.from({ length: 20 }, (_, index) => index);
  await Promise.all(all.map(work));
  expect([order, most]).toEqual([all, 2]);
});

test("who is cancelled leaves the queue with the signal's reason, and takes nobody's turn", async () => {
  const slots = new Slots(1);
  const first = await slots.take(undefined);
  const controller = new AbortController();
  const cancelled = slots.take(controller.signal);
  const next = slots.take(undefined);
  controller.abort("enough");
  await expect(cancelled).rejects.toBe("enough");
  await expect(slots.take(controller.signal)).rejects.toBe("enough");
  first();
  (await next)();
  (await slots.take(undefined))();
});
