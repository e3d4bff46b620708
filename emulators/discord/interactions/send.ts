import { RestError } from '../rules/rest-error.ts';
import type { Interaction } from '../state/records.ts';
import type { Sandbox } from '../state/sandbox.ts';
import { acceptCallback } from './answer.ts';
import { findEndpointProblem, setEndpoint } from './endpoint.ts';
import { postSigned } from './signature.ts';

const answerWithinMs = 3000;
export const tokenLivesMs = 15 * 60 * 1000;
const probeEvery = 50;
const interactionsKept = 500;

let sentCount = 0;

/** Ends an interaction without a valid answer: the person sees "The application did not respond". */
function failInteraction(sandbox: Sandbox, id: string, problem: string): void {
  const { world } = sandbox;
  const interaction = world.interactions.get(id);
  if (interaction?.state !== 'waiting') return;
  world.interactions.put({ ...interaction, state: 'failed', problem });
  world.hub.warn('interaction', `The application did not respond: ${problem}`, { interaction_id: id });
  world.hub.change({ kind: 'interaction', interaction_id: id });
}

function explainRefusal(error: unknown): string {
  if (!(error instanceof RestError)) return String(error);
  return `its answer is not valid: ${JSON.stringify(error.toBody())}`;
}

async function deliverByHttp(sandbox: Sandbox, url: string, interaction: Interaction): Promise<void> {
  const { world } = sandbox;
  const { id } = interaction;
  const startedAtMs = Date.now();
  try {
    const target = { url, private_key: world.credentials.private_key, nowMs: Date.now() };
    const answer = await postSigned(target, interaction.payload);
    const tookMs = Date.now() - startedAtMs;
    const state = world.interactions.get(id)?.state;
    if (state === 'failed') {
      world.hub.warn('interaction', `The endpoint answered after ${tookMs} ms, which is too late`, {
        interaction_id: id,
      });
      return;
    }
    // A 202 promises an answer through the callback route.
    if (answer.status === 202 && answer.text === '') return;
    if (answer.status !== 200) {
      failInteraction(sandbox, id, `its endpoint answered ${answer.status} ${answer.text.slice(0, 200)}`);
      return;
    }
    acceptCallback(sandbox, id, JSON.parse(answer.text), []);
    world.hub.note('interaction', `answered in ${tookMs} ms`, { interaction_id: id });
  } catch (error) {
    failInteraction(sandbox, id, explainRefusal(error));
  }
}

function startDeadline(sandbox: Sandbox, interaction: Interaction): void {
  const { clock } = sandbox.world;
  const leftMs = Math.max(0, interaction.created_at_ms + answerWithinMs - clock.now());
  clock.after(leftMs, () => failInteraction(sandbox, interaction.id, 'no answer within 3 seconds'));
}

/** After a restart, interactions that were in flight still time out. */
export function resumeDeadlines(sandbox: Sandbox): void {
  for (const interaction of sandbox.world.interactions.list((row) => row.state === 'waiting')) {
    startDeadline(sandbox, interaction);
  }
}

/**
 * Stores an interaction and sends it to its single destination: the endpoint if one is set, otherwise the
 * gateway. Returns at once; `waitForInteraction` resolves when it is answered.
 */
export function sendInteraction(sandbox: Sandbox, interaction: Interaction): void {
  const { world } = sandbox;
  world.interactions.put(interaction);
  world.interactions.trim(interactionsKept);
  startDeadline(sandbox, interaction);
  world.hub.change({ kind: 'interaction', interaction_id: interaction.id });
  const url = world.application().interactions_endpoint_url;
  if (url === null) {
    world.hub.dispatch({
      name: 'INTERACTION_CREATE',
      body: interaction.payload,
      intent: 0,
      guild_id: interaction.guild_id,
    });
    return;
  }
  void deliverByHttp(sandbox, url, interaction);
  sentCount += 1;
  if (sentCount % probeEvery === 0) void probeAgain(sandbox, url);
}

/** Discord keeps checking that an endpoint rejects wrong signatures. */
async function probeAgain(sandbox: Sandbox, url: string): Promise<void> {
  const problem = await findEndpointProblem(sandbox.world, url);
  if (problem === null || sandbox.world.application().interactions_endpoint_url !== url) return;
  sandbox.world.hub.warn('endpoint', problem);
  setEndpoint(sandbox.world, url, problem);
}

/** Waits until an interaction satisfies `isDone` or the timeout ends; returns its last state. */
export function waitForInteraction(
  sandbox: Sandbox,
  id: string,
  isDone: (interaction: Interaction) => boolean,
  timeoutMs: number,
): Promise<Interaction | undefined> {
  const { world } = sandbox;
  const read = (): Interaction | undefined => world.interactions.get(id);
  return new Promise((resolve) => {
    const finish = (): void => {
      stop();
      clearTimeout(timer);
      resolve(read());
    };
    const check = (): void => {
      const interaction = read();
      if (!interaction || isDone(interaction)) finish();
    };
    const stop = world.hub.onChange(check);
    const timer = setTimeout(finish, timeoutMs);
    check();
  });
}
