import { expect, test } from "vitest";
import { Sieve, type SieveNode } from "./sieve.js";

interface Named extends SieveNode {
  readonly name: string;
}

function filled(names: string) {
  const sieve = new Sieve<Named>();
  const nodes = new Map<string, Named>();
  const add = (name: string) => {
    const node = { name, wasRead: false, newer: undefined, older: undefined };
    nodes.set(name, node);
    sieve.add(node);
  };
  const read = (...read: string[]) => {
    for (const name of read) (nodes.get(name) as Named).wasRead = true;
  };
  const evict = () => {
    const node = sieve.next() as Named;
    sieve.remove(node);
    return node.name;
  };
  for (const name of names) add(name);
  return {
    sieve,
    nodes,
    add,
    read,
    evict,
    order: () => [...sieve].map(({ name }) => name).join(""),
  };
}

test("what nobody read leaves oldest first", () => {
  const { evict, order, sieve } = filled("abcd");
  expect([evict(), evict(), order(), sieve.size]).toEqual(["a", "b", "cd", 2]);
});

test("what was read since the hand came by is spared, once", () => {
  const { evict, read, add, order } = filled("abcd");
  read("a", "c");
  expect([evict(), evict()]).toEqual(["b", "d"]);
  add("e");
  expect(order()).toBe("ace");
  expect([evict(), evict(), evict()]).toEqual(["a", "c", "e"]);
});

test("when all were read, the first that the hand meets again leaves", () => {
  const { evict, read } = filled("abc");
  read("a", "b", "c");
  expect(evict()).toBe("a");
});

test("the hand survives the removal of what it points at, and of everything", () => {
  const { sieve, nodes, evict, read, add } = filled("abc");
  read("a");
  sieve.next();
  sieve.remove(nodes.get("b") as Named);
  expect(evict()).toBe("c");
  expect(evict()).toBe("a");
  expect([sieve.next(), sieve.size]).toEqual([undefined, 0]);
  add("z");
  expect(evict()).toBe("z");
});

test("a walk survives the removal of the node that it stands on", () => {
  const { sieve, order } = filled("abcd");
  for (const node of sieve) if ("bd".includes(node.name)) sieve.remove(node);
  expect(order()).toBe("ac");
});
