// The first import of a program: ends it in one line on a Node that is too old for the rest. No other import may be
// here, and nothing that an old Node could not parse.
const least = [20, 19] as const; // the `engines` of every package.json
const found = process.versions.node.split('.').map(Number);
const [major = 0, minor = 0] = found;
if (major < least[0] || (major === least[0] && minor < least[1])) {
  console.error(
    `Node ${least.join('.')} or later is needed, and this is ${process.versions.node}; install it from https://nodejs.org`,
  );
  process.exit(1);
}

export {};
