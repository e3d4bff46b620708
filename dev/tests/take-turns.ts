/** Output that several writers share without their lines getting mixed. */
export interface Turns {
  /** Begins a writer's part of the output. It waits, kept in memory, until all parts that began earlier have ended. */
  begin(): Turn;
}

/** One writer's part. */
export interface Turn {
  write(text: string): void;
  end(): void;
}

/**
 * Prints concurrent writers one after the other, in the order in which they began; the first one prints live.
 */
export function takeTurns(write: (text: string) => void): Turns {
  const parts: { kept: string; hasEnded: boolean }[] = [];
  const advance = (): void => {
    for (let first = parts[0]; first; first = parts[0]) {
      if (first.kept !== '') write(first.kept);
      first.kept = '';
      if (!first.hasEnded) return;
      parts.shift();
    }
  };
  return {
    begin() {
      const part = { kept: '', hasEnded: false };
      parts.push(part);
      return {
        write(text) {
          part.kept += text;
          if (parts[0] === part) advance();
        },
        end() {
          part.hasEnded = true;
          advance();
        },
      };
    },
  };
}
