import { call } from '../api.js';
import { h, hueOf, toCssColor } from '../dom.js';
import { openPersonCard } from '../side/card.js';
import { findUser, nameOf, roleColorOf, store, usableCommands } from '../store.js';
import { formatMessageTime, formatTime } from '../time.js';
import { renderComponent } from './components.js';
import { renderEmbed } from './embed.js';
import { dismissPending, useContextCommand } from './interact.js';
import { renderMarkdown } from './markdown.js';

const loadingFlag = 1 << 7;
const messageCommand = 3;

/** Round for people, square for the application; only decoration. */
export function renderInitial(user) {
  const initial = [...nameOf(user)][0] ?? '?';
  const className = user.bot ? 'initial is-bot' : 'initial';
  return h(
    'span',
    { class: className, style: { '--hue': String(hueOf(user.id)) }, 'aria-hidden': 'true' },
    initial,
  );
}

/** A name with a dot in the colour of the person's highest role, so the colour never has to be legible. */
function renderName(user) {
  const color = toCssColor(roleColorOf(user.id));
  const dot = color && h('span', { class: 'role-dot', style: { '--role': color }, 'aria-hidden': 'true' });
  const open = () => openPersonCard(user.id);
  return h('button', { type: 'button', class: 'name', onclick: open }, dot, nameOf(user));
}

function renderAttachment(attachment) {
  if (attachment.content_type?.startsWith('image/')) {
    const alt = attachment.description ?? attachment.filename;
    return h('img', { class: 'cv2-picture', src: attachment.url, alt });
  }
  return h('a', { class: 'attachment', href: attachment.url }, attachment.filename);
}

function renderOrigin(message) {
  const user = findUser(message.interaction_metadata?.user?.id);
  if (!user || !message.command_name) return null;
  const command = h('span', { class: 'mention mention-command' }, message.command_name);
  return h('p', { class: 'origin quiet' }, `${nameOf(user)} used `, command);
}

function renderEphemeralNote(message) {
  if (message.ephemeral_for === null) return null;
  const dismiss = () => void call('DELETE', `messages/${message.id}`);
  return h(
    'p',
    { class: 'ephemeral-note' },
    h('span', {}, 'Only you can see this'),
    h('button', { type: 'button', class: 'text-button', onclick: dismiss }, 'Dismiss message'),
  );
}

function renderMenu(message) {
  const commands = usableCommands(messageCommand);
  if (commands.length === 0 || message.ephemeral_for !== null) return null;
  const use = (command) => () => void useContextCommand(command.name, message.id);
  return h(
    'details',
    { class: 'message-menu' },
    h('summary', { 'aria-label': 'Apps for this message' }, '⋯'),
    ...commands.map((command) =>
      h('button', { type: 'button', class: 'button', onclick: use(command) }, command.name),
    ),
  );
}

function renderHead(message, author) {
  const date = new Date(message.timestamp);
  const attributes = {
    class: 'quiet message-time',
    datetime: message.timestamp,
    title: formatTime(date, 'F'),
  };
  return h(
    'div',
    { class: 'message-head' },
    renderName(author),
    author.bot && h('span', { class: 'app-badge' }, 'App'),
    h('time', attributes, formatMessageTime(date)),
    renderMenu(message),
  );
}

function renderContent(message) {
  if ((message.flags & loadingFlag) !== 0) {
    const dots = h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i'));
    return [h('p', { class: 'thinking' }, `${nameOf(message.author)} is thinking…`, dots)];
  }
  const edited = message.edited_timestamp && h('span', { class: 'edited quiet' }, '(edited)');
  return [
    message.content !== '' && renderMarkdown(message.content),
    ...message.embeds.map(renderEmbed),
    ...message.attachments.map(renderAttachment),
    ...message.components.map((component) => renderComponent(component, message.id)),
    edited,
  ];
}

/**
 * One message. `isFollowing`: the same author wrote just before, so name and picture are left out.
 *
 * @returns {HTMLElement}
 */
export function renderMessage(message, isFollowing) {
  const author = findUser(message.author.id) ?? message.author;
  const classes = ['message'];
  if (message.ephemeral_for !== null) classes.push('is-ephemeral');
  if (isFollowing) classes.push('is-following');
  if (message.mentions.some((user) => user.id === store.personId)) classes.push('is-mention');
  return h(
    'article',
    {
      class: classes.join(' '),
      'aria-label': `Message from ${nameOf(author)}`,
      'data-message-id': message.id,
    },
    !isFollowing && renderOrigin(message),
    !isFollowing && renderInitial(author),
    h(
      'div',
      { class: 'message-body' },
      !isFollowing && renderHead(message, author),
      ...renderContent(message),
      renderEphemeralNote(message),
    ),
  );
}

/** Interactions of this page without an answer yet, or ever. */
export function renderPending(pending) {
  const user = findUser(pending.personId);
  const isFailed = pending.state === 'failed';
  const dismiss = () => dismissPending(pending.id);
  return h(
    'article',
    {
      class: 'message is-ephemeral',
      'aria-label': `${pending.title} ${isFailed ? 'failed' : 'is being sent'}`,
    },
    renderInitial(user),
    h(
      'div',
      { class: 'message-body' },
      h(
        'p',
        { class: 'origin quiet' },
        `${nameOf(user)} used `,
        h('span', { class: 'mention' }, pending.title),
      ),
      isFailed
        ? h('p', { class: 'component-problem', role: 'alert' }, 'The application did not respond')
        : h('p', { class: 'thinking' }, 'Sending…'),
      isFailed && h('p', { class: 'quiet problem-detail' }, pending.problem),
      isFailed &&
        h(
          'p',
          { class: 'ephemeral-note' },
          h('span', {}, 'Only you can see this'),
          h('button', { type: 'button', class: 'text-button', onclick: dismiss }, 'Dismiss message'),
        ),
    ),
  );
}
