import { expect, test } from 'vitest';
import { interactionSamples, runInteraction } from '../testing/interaction-samples.ts';
import { writeMessage } from '../testing/write-message.ts';

test.each(Object.entries(interactionSamples))(
  '%s is answered as its golden file shows',
  async (name, samples) => {
    const answers = [];
    for (const sample of samples) answers.push(writeMessage(await runInteraction(sample, 'Pia')));
    const file = name.replaceAll(' ', '-').replace('#', 'button-').replace('…', 'suggestions');
    await expect(`${answers.join('\n\n')}\n`).toMatchFileSnapshot(`golden/${file}.txt`);
  },
);
