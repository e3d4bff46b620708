import { globSync, readFileSync, readlinkSync } from 'node:fs';

const listening = '0A';

/**
 * The process that listens on a local TCP port, as `name (process 123)`; null if unknown: on systems other
 * than Linux, or if the process belongs to another user.
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

/** The inode of the socket that listens on a port. */
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
