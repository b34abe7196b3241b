import { basename, join } from 'node:path';
import { fetchFile, type ManifestFile, readManifest, unpackArchive, useProxyOfEnvironment } from '@kaleido/data/node';
import { pathFromUser, runCommand } from '@kaleido/foundation/node';
import cliProgress from 'cli-progress';
import { Command } from 'commander';

const command = new Command('fetch-data')
  .description(
    'Downloads the files of a manifest into a folder: interrupted downloads resume, every digest is checked.',
  )
  .argument('<manifest>', '{ "files": [{ "url", "sha256", "size", "path"?, "unpack"?, "unpackedSize"? }] }')
  .option('--out <folder>', 'where the files go', 'data')
  .addHelpText('after', '\nHTTPS_PROXY, HTTP_PROXY and NO_PROXY are followed.')
  .action((manifest: string, { out }: { out: string }) => runCommand(() => fetchAll(manifest, pathFromUser(out))));

await command.parseAsync();

async function fetchAll(manifest: string, folder: string): Promise<void> {
  const files = await readManifest(pathFromUser(manifest));
  const proxy = await useProxyOfEnvironment();
  if (proxy !== undefined) console.log(`through the proxy ${proxy}`);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  try {
    for (const file of files) await fetchOne(file, folder, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.log('stopped; the same command resumes.');
    process.exitCode = 130;
  }
}

async function fetchOne(file: ManifestFile, folder: string, signal: AbortSignal): Promise<void> {
  const bar = process.stdout.isTTY
    ? new cliProgress.SingleBar({ format: `${file.path} {bar} {percentage} % · {eta_formatted} left`, barsize: 24 })
    : undefined;
  bar?.start(file.size, 0);
  const wasThere = await fetchFile(file, folder, { signal, onBytes: (done) => bar?.update(done) }).finally(() =>
    bar?.stop(),
  );
  console.log(`${file.path}: ${wasThere ? 'there already' : `${file.size} bytes, digest right`}`);
  if (file.unpack === undefined) return;
  const target = join(folder, file.path.replace(/\.(tar\.gz|tgz|tar|zip)$/i, '') || basename(file.path));
  const into = target === join(folder, file.path) ? `${target}.unpacked` : target;
  const left = await unpackArchive(join(folder, file.path), into, { kind: file.unpack, most: file.unpackedSize });
  console.log(left === undefined ? `  ${into}: there already` : `  unpacked to ${into}`);
  for (const name of left ?? []) console.log(`  left out, a link or a device: ${name}`);
}
