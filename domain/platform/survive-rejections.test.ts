import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

function run(code: string) {
  const module = path.join(import.meta.dirname, 'survive-rejections.ts');
  const source = `
    const { surviveRejections } = await import(${JSON.stringify(module)});
    surviveRejections((message, fault) => console.error(message, fault.message));
    ${code}`;
  const ended = spawnSync(process.execPath, ['--input-type=module', '--eval', source], { encoding: 'utf8' });
  return { code: ended.status, output: ended.stdout + ended.stderr };
}

test('an unhandled rejection is logged, and the process continues', () => {
  const { code, output } = run(
    `Promise.reject(new Error('left alone')); setTimeout(() => console.log('alive'));`,
  );
  expect([code, output]).toEqual([0, 'alive\nAn unhandled rejection. left alone\n']);
});

test('an uncaught exception is logged, and the process ends', () => {
  const { code, output } = run(
    `setTimeout(() => { throw new Error('broke off'); }); setTimeout(() => console.log('al' + 'ive'), 20);`,
  );
  expect(code).not.toBe(0);
  expect(output).toContain('An uncaught exception; the process ends. broke off\n');
  expect(output).not.toContain('alive');
});
