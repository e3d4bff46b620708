// Starts any of the project's commands on a bare machine: installs the dependencies when needed and runs the
// command on the Node version the project pins. Uses nothing but what Node 20 has.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modules = path.join(root, 'node_modules');
const nodeMajorMin = 20;
const lockWaitMs = 600_000;

/** What each command runs: arguments for Node. */
const commands = {
  start: ['local/start.ts'],
  dev: ['local/dev.ts'],
  test: ['local/run-tests.ts'],
  check: ['scripts/check.ts'],
  features: ['local/run-tests.ts', 'features'],
  bench: ['bench/run.ts'],
};

function end(message) {
  console.error(message);
  process.exit(1);
}

function pause(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function hashLockFile() {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json')));
  return hash.update(`${process.platform}-${process.arch}`).digest('hex');
}

const stampFile = path.join(modules, '.dealscale-install');

function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hashLockFile() && findNode() !== null;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** One installation at a time per checkout; the lock of a launcher that is gone is taken over. */
function lockInstallation() {
  const lock = path.join(root, '.local', 'install.lock');
  const deadline = Date.now() + lockWaitMs;
  let isWaiting = false;
  for (;;) {
    try {
      mkdirSync(path.dirname(lock), { recursive: true });
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') end(`The checkout ${root} is not writable: ${error.message}`);
    }
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
    if ((holder && !isAlive(holder)) || (!holder && age > 5000)) {
      rmSync(lock, { force: true });
      continue;
    }
    if (Date.now() > deadline)
      end(`Another installation (process ${holder}) does not end. Stop it and try again.`);
    if (!isWaiting) console.log('Another launcher is installing; waiting for it.');
    isWaiting = true;
    pause(300);
  }
}

function install() {
  const unlock = lockInstallation();
  process.on('exit', unlock);
  if (!isInstalled()) {
    console.log('Installing dependencies (npm ci)…');
    // Colours, warnings about scripts and the like are npm's own business; a failure says what it is.
    const npm = process.env.npm_execpath;
    const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
    const [file, prefix] = npm && existsSync(npm) ? [process.execPath, [npm]] : ['npm', []];
    const { status, error } = spawnSync(file, [...prefix, ...args], { cwd: root, stdio: 'inherit' });
    if (error) end(`npm could not be started: ${error.message}`);
    if (status !== 0) end('The dependencies could not be installed; npm says why above.');
    fetchNode();
    writeFileSync(stampFile, hashLockFile());
  }
  unlock();
}

/** The pinned Node: the npm package `node`, or the package of this platform that it wraps. */
function findNode() {
  const arch = `${process.platform}-${process.arch}`;
  const candidates = [
    'node/bin/node',
    'node/bin/node.exe',
    `node-${arch}/bin/node`,
    `node-bin-${arch}/bin/node`,
  ];
  const folders = [modules, path.join(modules, 'node/node_modules')];
  const files = folders.flatMap((folder) => candidates.map((file) => path.join(folder, file)));
  const file = files.find((candidate) => existsSync(candidate) && statSync(candidate).size > 1_000_000);
  return file ?? null;
}

/** npm may not run install scripts, which is how the package `node` gets its program: fetch that part by hand. */
function fetchNode() {
  if (findNode() !== null) return;
  const { version } = JSON.parse(readFileSync(path.join(modules, 'node/package.json'), 'utf8'));
  const name = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  const spec = `${name}-${process.platform}-${process.arch}@${version}`;
  const args = [
    'install',
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    spec,
  ];
  const prefix = ['--prefix', path.join(modules, 'node')];
  spawnSync('npm', [...args, ...prefix], { cwd: path.join(modules, 'node'), stdio: 'inherit' });
  if (findNode() === null) end(`Node ${version} for this machine could not be installed (${spec}).`);
}

function run(node, args) {
  const child = spawn(node, args, {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${path.dirname(node)}:${process.env.PATH}`,
      LOCAL_LAUNCHER_PID: String(process.pid),
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent && process.env.npm_lifecycle_event) child.kill('SIGTERM');
  }, 500).unref();
  child.on('error', (error) => end(`Node could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

if (Number(process.versions.node.split('.')[0]) < nodeMajorMin) {
  end(`Node ${nodeMajorMin} or newer is needed to start; this is ${process.versions.node}.`);
}
const [name = '', ...rest] = process.argv.slice(2);
const command = commands[name];
if (!command) end(`Unknown command "${name}". There are: ${Object.keys(commands).join(', ')}.`);
if (!isInstalled()) install();
run(findNode(), [...command, ...rest]);
