import { call } from '../api.js';
import { store, update } from '../store.js';
import { openModal } from './modal.js';

let count = 0;

function setPending(id, change) {
  const pending = store.pending.map((item) => (item.id === id ? { ...item, ...change } : item));
  update({ pending });
}

function dropPending(id) {
  update({ pending: store.pending.filter((item) => item.id !== id) });
}

/** Removes a note that only this page shows. */
export const dismissPending = dropPending;

function handleAnswer(answer) {
  const { type, data } = answer.response ?? {};
  if (type === 9) openModal(data, (fields) => submitModal(data, fields));
}

/**
 * Sends an interaction as the chosen person and waits for the application's first answer.
 *
 * @param {'command' | 'component' | 'modal'} kind
 * @param {Record<string, unknown>} body
 * @param {string} [title] what the message list says while nothing came back
 * @returns {Promise<string | null>} what went wrong, in words
 */
async function send(kind, body, title) {
  count += 1;
  const id = `pending-${count}`;
  const { personId, channelId } = store;
  if (title) {
    const item = { id, personId, channelId, title, state: 'sending', problem: null };
    update({ pending: [...store.pending, item] });
  }
  try {
    const answer = await call('POST', `interactions/${kind}`, { ...body, user_id: personId, wait: 'ack' });
    if (answer.state === 'failed' || answer.response === null) {
      const problem = answer.problem ?? 'no answer';
      if (title) setPending(id, { state: 'failed', problem });
      return problem;
    }
    if (title) dropPending(id);
    handleAnswer(answer);
    return null;
  } catch (error) {
    if (title) dropPending(id);
    throw error;
  }
}

/** A slash command; throws if the client itself would refuse the input. */
export function useCommand(name, options) {
  return send('command', { channel_id: store.channelId, name, options }, `/${name}`);
}

/** A context menu command on a person or a message. */
export function useContextCommand(name, targetId) {
  return send('command', { channel_id: store.channelId, name, target_id: targetId }, name);
}

/** A button or a select; returns the error, or null. */
export function useComponent(messageId, customId, values) {
  return send('component', { message_id: messageId, custom_id: customId, values });
}

function submitModal(modal, fields) {
  return send('modal', { custom_id: modal.custom_id, fields });
}

/** Requests choices while an option is being typed; throws if there are none to be had. */
export async function askForChoices(name, options, focused) {
  const body = { user_id: store.personId, channel_id: store.channelId, name, options, focused };
  const answer = await call('POST', 'interactions/autocomplete', body);
  if (answer.state !== 'answered') throw new Error('Loading options failed');
  return answer.response.data.choices;
}
