// Starts any project command on a bare machine: installs the dependencies if needed and runs the command on
// the pinned Node version. Uses only features of Node 20.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modules = path.join(root, 'node_modules');
const nodeMajorMin = 20;
const nodeMajorPinned = 24;
const lockWaitMs = 900_000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The Node arguments of each command. */
const commands = {
  start: ['dev/start.ts'],
  dev: ['dev/watch.ts'],
  test: ['dev/tests/run-tests.ts'],
  check: ['dev/checks/check.ts'],
  features: ['dev/tests/run-tests.ts', 'features'],
  bench: ['bench/run.ts'],
  register: ['ops/register-commands.ts'],
  migration: ['dev/database/write-migration.ts'],
  'rotate-keys': ['ops/rotate-keys.ts'],
  mutate: ['dev/mutation/mutate.ts'],
};

function end(message) {
  console.error(message);
  process.exit(1);
}

function pause(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function readLock(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : null;
}

/** Whether node_modules matches the lock file: npm writes its own list there when it is done. */
function isInstalled() {
  const installed = readLock(path.join(modules, '.package-lock.json'));
  if (installed === null || findNode() === null) return false;
  return Object.entries(readLock(path.join(root, 'package-lock.json'))).every(
    ([folder, { version, optional }]) => {
      if (folder === '' || (optional && !installed[folder])) return true;
      return installed[folder]?.version === version;
    },
  );
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** One installation at a time per checkout; a lock whose launcher is gone is taken over. */
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
      end(`Another installation (process ${holder}) does not finish. Stop it and try again.`);
    if (!isWaiting) console.log('Another launcher is installing; waiting for it.');
    isWaiting = true;
    pause(300);
  }
}

/** npm, which may be killed before it can tell its children, and the shell between us and it. */
function readAncestors() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`;
  } catch {
    return String(process.ppid);
  }
}

/** Runs a program with its output on the terminal, forwards signals to it and resolves with its exit code. */
function runProgram(file, args, options) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: 'inherit', ...options });
    const forward = (signal) => child.kill(signal);
    for (const signal of signals) process.on(signal, forward);
    const ancestors = readAncestors();
    const watch = setInterval(() => {
      if (process.env.npm_lifecycle_event && readAncestors() !== ancestors) child.kill('SIGTERM');
    }, 500);
    const finish = (code) => {
      clearInterval(watch);
      for (const signal of signals) process.off(signal, forward);
      resolve(code);
    };
    child.on('error', (error) => end(`${file} could not be started: ${error.message}`));
    child.on('exit', (code, signal) => finish(code ?? 128 + (constants.signals[signal] ?? 1)));
  });
}

async function runNpm(args, folder) {
  const npm = process.env.npm_execpath;
  const [file, prefix] = npm && existsSync(npm) ? [process.execPath, [npm]] : ['npm', []];
  return runProgram(file, [...prefix, ...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
  });
}

async function install() {
  const unlock = lockInstallation();
  process.on('exit', unlock);
  if (!isInstalled()) {
    console.log('Installing the dependencies with npm ci; this takes a minute or two…');
    const code = await runNpm(['ci'], root);
    if (code > 128) process.exit(code);
    if (code !== 0) end('The dependencies could not be installed; npm says why above.');
    if (findNode() === null) {
      end(
        `npm has no Node for this machine (${process.platform}-${process.arch}): install Node ${nodeMajorPinned}.`,
      );
    }
  }
  unlock();
  process.off('exit', unlock);
}

/**
 * The pinned Node: a platform package that npm installs with the others and verifies against the lock file.
 * Where npm has none, the running Node is used if its major version matches.
 */
function findNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const folder = path.join(modules, `node-${platform}-${process.arch}`, 'bin');
  const own = ['node', 'node.exe'].map((name) => path.join(folder, name)).find((file) => existsSync(file));
  if (own) return own;
  return Number(process.versions.node.split('.')[0]) === nodeMajorPinned ? process.execPath : null;
}

if (Number(process.versions.node.split('.')[0]) < nodeMajorMin) {
  end(`Node ${nodeMajorMin} or newer is needed to start; this is ${process.versions.node}.`);
}
const [name = '', ...rest] = process.argv.slice(2);
const command = commands[name];
if (!command) end(`Unknown command "${name}". There are: ${Object.keys(commands).join(', ')}.`);
if (!isInstalled()) await install();
const node = findNode();
const environment = {
  ...process.env,
  PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`,
  LOCAL_LAUNCHER_PID: String(process.pid),
};
process.exit(await runProgram(node, [...command, ...rest], { env: environment }));
