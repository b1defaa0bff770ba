// Loaded anew for each subject, by a query in its address: V8 then compiles each loop for one
// subject alone, and none pays for what another one taught it.

export function awaitEach(read, { keys, order }) {
  let position = 0;
  return async (count) => {
    let found = 0;
    for (let index = 0; index < count; index++) {
      const key = keys[order[position++ & (order.length - 1)]];
      if ((await read(key)) !== undefined) found++;
    }
    if (found !== count) throw new Error("a read found nothing");
  };
}

export function callEach(read, { keys, order }) {
  let position = 0;
  return (count) => {
    let found = 0;
    for (let index = 0; index < count; index++) {
      const key = keys[order[position++ & (order.length - 1)]];
      if (read(key) !== undefined) found++;
    }
    if (found !== count) throw new Error("a read found nothing");
  };
}
