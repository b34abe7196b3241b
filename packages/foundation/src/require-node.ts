// The first import of a program: exits with one line if Node is too old for the rest. It must import nothing else, and
// use no syntax that an old Node cannot parse.
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
