/**
 * The circles in a graph of imports: the shortest one of every group of files that reach each other.
 * @param {ReadonlyMap<string, readonly string[]>} imports what each file imports
 * @returns {string[][]} the files of each circle in order, starting with the first by name
 */
export function findCircles(imports) {
  const circles = [];
  for (const group of strongGroups(imports)) {
    const shortest = group
      .map((file) => shortestCircle(file, imports, new Set(group)))
      .filter((circle) => circle !== undefined)
      .sort((a, b) => a.length - b.length || (a[0] < b[0] ? -1 : 1))[0];
    if (shortest) circles.push(shortest);
  }
  return circles.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Tarjan's strongly connected components. */
function strongGroups(imports) {
  const order = new Map();
  const lowest = new Map();
  const stack = [];
  const onStack = new Set();
  const groups = [];
  const enter = (file) => {
    order.set(file, order.size);
    lowest.set(file, order.get(file));
    stack.push(file);
    onStack.add(file);
    for (const next of imports.get(file) ?? []) {
      if (!order.has(next)) enter(next);
      if (onStack.has(next)) lowest.set(file, Math.min(lowest.get(file), lowest.get(next)));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    for (const member of group) onStack.delete(member);
    groups.push(group);
  };
  for (const file of imports.keys()) if (!order.has(file)) enter(file);
  return groups;
}

/** Breadth-first search from a file back to itself. */
function shortestCircle(start, imports, group) {
  const cameFrom = new Map();
  const queue = [start];
  for (const file of queue)
    for (const next of imports.get(file) ?? []) {
      if (next === start) {
        const circle = [file];
        while (circle[0] !== start) circle.unshift(cameFrom.get(circle[0]));
        return circle;
      }
      if (!group.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, file);
      queue.push(next);
    }
  return undefined;
}
