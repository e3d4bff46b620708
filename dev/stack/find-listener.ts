import { globSync, readFileSync, readlinkSync } from 'node:fs';

const listening = '0A';

/**
 * Who listens on a TCP port of this machine, as `name (process 123)`; null when that cannot be told: on other systems
 * than Linux, or when the process belongs to somebody else.
 */
export function findListener(port: number): string | null {
  const socket = findSocket(port);
  if (socket === null) return null;
  const link = `socket:[${socket}]`;
  for (const file of globSync('/proc/[0-9]*/fd/*')) {
    if (readLink(file) !== link) continue;
    const pid = file.split('/')[2];
    return `${read(`/proc/${pid}/comm`).trim() || 'a program'} (process ${pid})`;
  }
  return null;
}

/** The number of the socket that listens on a port. */
function findSocket(port: number): string | null {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = [...read('/proc/net/tcp').split('\n'), ...read('/proc/net/tcp6').split('\n')];
  for (const line of lines) {
    const fields = line.trim().split(/\s+/);
    if (fields[3] === listening && fields[1]?.endsWith(suffix)) return fields[9] ?? null;
  }
  return null;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function readLink(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
