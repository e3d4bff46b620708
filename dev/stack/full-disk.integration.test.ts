import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { channelIds } from '#emulators/discord/testing/book-club.ts';
import { startTestSandbox } from '#emulators/discord/testing/start-test-sandbox.ts';
import { Supervisor } from '../supervisor/supervisor.ts';

const waiting = { timeout: 50_000, interval: 50 };
const roomBytes = 4_000_000;
const reason = findReason();
let disk: string;

/** The reason why no test disk can be created here; null if one can. */
function findReason(): string | null {
  const folder = mkdtempSync(path.join(tmpdir(), 'mount-'));
  const problem = mount(folder);
  if (problem === null) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
  return problem;
}

function mount(folder: string): string | null {
  if (process.getuid?.() !== 0) return 'only root may mount a disk';
  const args = ['-t', 'tmpfs', '-o', `size=${roomBytes}`, 'tmpfs', folder];
  const { status, stderr, error } = spawnSync('mount', args, { encoding: 'utf8' });
  return status === 0 ? null : `a disk cannot be mounted here: ${error?.message ?? stderr.trim()}`;
}

function fill(): void {
  const { bavail, bsize } = statfsSync(disk);
  // One byte more than fits: the part that fits is written first.
  try {
    writeFileSync(path.join(disk, 'filler'), Buffer.alloc(bavail * bsize + 1));
  } catch {
    // Intended.
  }
}

describe.skipIf(reason !== null)(
  `on a disk that is full${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    beforeEach(() => {
      disk = mkdtempSync(path.join(tmpdir(), 'full-disk-'));
      mount(disk);
    });
    afterEach(() => {
      spawnSync('umount', [disk]);
      rmSync(disk, { recursive: true, force: true });
    });

    it('the sandbox refuses what it cannot store and recovers when there is room', async () => {
      const sandbox = await startTestSandbox({ parent: disk });
      const post = (content: string) =>
        sandbox.bot('POST', `/channels/${channelIds.general}/messages`, { content });
      fill();
      const statuses = new Set<number>();
      // The last page of its file may have room for a few more rows.
      for (let i = 0; i < 40 && !statuses.has(503); i += 1)
        statuses.add((await post(`${i} `.repeat(400))).status);
      expect(statuses).toContain(503);
      rmSync(path.join(disk, 'filler'));
      expect((await post('after')).status).toBe(200);
      await sandbox.restart();
      const { messages } = (await sandbox.control('GET', 'messages?channel_id=general')).body;
      expect(messages.map((message: { content: string }) => message.content)).toContain('after');
      await sandbox.close();
    });

    it('processes keep running, the loss is reported once, and logs resume when there is room', async () => {
      const printed: string[] = [];
      const supervisor = new Supervisor({
        logDirectory: path.join(disk, 'logs'),
        print: (line) => printed.push(line),
      });
      try {
        const script = `
        let count = 0;
        console.log('ready');
        setInterval(() => console.log('line ' + (count += 1) + ' ' + 'x'.repeat(500)), 5);`;
        await supervisor.start({
          ...{ name: 'talker', command: [process.execPath, '-e', script], environment: {} },
          ...{ directory: '/', isWarning: () => false },
        });
        const { pid } = supervisor.get('talker');
        fill();
        await vi.waitFor(() => expect(printed).toHaveLength(1), waiting);
        expect(printed[0]).toContain('the disk is full. Everything keeps running');
        rmSync(path.join(disk, 'filler'));
        await vi.waitFor(() => expect(printed).toHaveLength(2), waiting);
        expect(printed[1]).toContain('Logs are written again');
        expect(supervisor.get('talker').pid).toBe(pid);
        expect(readFileSync(path.join(disk, 'logs/talker.log'), 'utf8')).toMatch(
          /\n\(\d+ lines were lost here: they could not be written\)\nline \d+ x/,
        );
      } finally {
        await supervisor.stop('none');
      }
    });
  },
);
