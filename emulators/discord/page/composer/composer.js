import { call } from '../api.js';
import { byId, h } from '../dom.js';
import { currentChannel, store } from '../store.js';
import { findEntries } from './command-catalogue.js';
import { createCommandForm } from './command-form.js';
import { attachListbox } from './listbox.js';

function describe() {
  const channel = currentChannel();
  if (!channel) return 'Message';
  return channel.type === 1 ? 'Message the application' : `Message #${channel.name}`;
}

function openCommand(entry) {
  const form = createCommandForm(entry, {
    close() {
      drawComposer();
      byId('composer').querySelector('.message-input')?.focus();
    },
  });
  byId('composer').replaceChildren(form.element);
  form.focus();
}

async function sendText(input, problem) {
  const content = input.value.trim();
  if (content === '') return;
  if (content.startsWith('/')) {
    problem.textContent = 'There is no such command here. Text that starts with / is not sent.';
    return;
  }
  input.value = '';
  try {
    await call('POST', 'messages', { user_id: store.personId, channel_id: store.channelId, content });
  } catch (error) {
    input.value = content;
    problem.textContent = error.message;
  }
}

/** Draws the plain composer: text goes to the channel, a slash opens the list of commands. */
export function drawComposer() {
  const label = describe();
  const problem = h('p', { class: 'component-problem', role: 'alert' });
  const input = h('input', {
    class: 'message-input',
    type: 'text',
    'aria-label': label,
    placeholder: `${label}, or type /`,
    maxlength: 2000,
    disabled: !currentChannel(),
    autocomplete: 'off',
  });
  const listbox = attachListbox(input, { label: 'Commands', pick: (item) => openCommand(item.value) });

  const suggest = () => {
    problem.textContent = '';
    const text = input.value;
    if (!text.startsWith('/')) return listbox.hide();
    const entries = findEntries(text.slice(1));
    const items = entries.map((entry) => ({
      label: `/${entry.name}`,
      hint: entry.description,
      value: entry,
    }));
    listbox.show(items, items.length === 0 ? 'No command matches' : '');
  };
  input.addEventListener('input', suggest);
  input.addEventListener('focus', suggest);
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    void sendText(input, problem);
  });
  const send = h('button', { type: 'submit', class: 'button primary' }, 'Send');
  const form = h(
    'form',
    {
      class: 'message-form',
      onsubmit: (event) => {
        event.preventDefault();
        void sendText(input, problem);
      },
    },
    listbox.element,
    input,
    send,
  );
  byId('composer').replaceChildren(form, problem);
}
