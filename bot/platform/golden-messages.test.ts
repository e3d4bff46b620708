import { expect, test } from 'vitest';
import { goldenSamples } from '../testing/golden-samples.ts';
import { messageSamples } from '../testing/message-samples.ts';
import { writeMessage } from '../testing/write-message.ts';

// After an intended change, run `vitest run --project unit bot/platform/golden-messages.test.ts --update` and
// read the diff as the recipient would.

const writeAll = (messages: readonly unknown[]) => `${messages.map(writeMessage).join('\n\n')}\n`;
const builders = [...new Set([...Object.keys(messageSamples), ...Object.keys(goldenSamples)])];

test.each(builders)('%s builds what its golden file shows', async (name) => {
  const messages = [...(messageSamples[name]?.('Pia') ?? []), ...(goldenSamples[name]?.() ?? [])];
  await expect(writeAll(messages)).toMatchFileSnapshot(`golden/${name}.txt`);
});
